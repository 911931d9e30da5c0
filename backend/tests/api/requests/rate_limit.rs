//! `RATE_LIMIT`: signing in, and changes, by the client's address.

use reqwest::{Method, header};

use crate::harness::{
    browser::{Answer, Browser},
    test_app::TestApp,
};

/// Through a proxy on this machine that says whom it speaks for.
async fn login(browser: &Browser, forwarded: &str) -> Answer {
    let request = browser
        .request(Method::GET, "/api/auth/login?tenant_name=acme")
        .header("x-forwarded-for", forwarded);
    browser.send(request).await
}

#[tokio::test]
async fn a_program_that_asks_too_often_gets_a_problem_that_says_when_to_come_back() {
    let app = TestApp::with(&["--rate-limit=3"]).await;
    let browser = app.browser();
    for _ in 0..3 {
        assert_eq!(login(&browser, "192.0.2.1").await.status, 302);
    }
    // Whom it claims to speak for counts for nothing.
    let answer = login(&browser, "192.0.2.2").await;
    answer.assert_problem(429, "rate_limited");
    let seconds = answer.headers[header::RETRY_AFTER].to_str().expect("text");
    let seconds: u64 = seconds.parse().expect("a number");
    assert!((1..=21).contains(&seconds), "three a minute: {seconds}");
    assert!(answer.set_cookies.is_empty());
}

#[tokio::test]
async fn a_person_who_asks_too_often_gets_a_page() {
    let app = TestApp::with(&["--rate-limit=1"]).await;
    let browser = app.browser();
    for path in [
        "/api/auth/login?tenant_name=acme",
        "/api/auth/callback?code=a&state=b",
    ] {
        browser.come_back(path).await;
        let answer = browser.open_from_another_site(path).await;
        assert_eq!(answer.status, 429, "{path}");
        assert_eq!(
            answer.headers[header::CONTENT_TYPE],
            "text/html; charset=utf-8"
        );
        assert!(answer.headers.contains_key(header::RETRY_AFTER));
        assert!(answer.body.contains("<h1>Too many requests</h1>"));
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_a_limit_of_its_own() {
    let app = TestApp::with(&["--rate-limit=1", "--trusted-proxies=127.0.0.0/8,10.0.0.1"]).await;
    let browser = app.browser();
    for (forwarded, status) in [
        ("192.0.2.1", 302),
        ("192.0.2.1", 429),
        ("192.0.2.9, 192.0.2.1", 429),
        ("192.0.2.9, 192.0.2.1, 10.0.0.1", 429),
        ("192.0.2.1:4711", 429),
        ("::ffff:192.0.2.1", 429),
        ("192.0.2.3, 192.0.2.2", 302),
        ("192.0.2.2", 429),
        // A home has a network of 2^64 addresses.
        ("2001:db8::1", 302),
        ("2001:db8::2", 429),
        ("[2001:db8::ffff:3]:443", 429),
        ("2001:db8:0:1::1", 302),
        // The proxy itself, when it says nothing that can be read.
        ("rubbish", 302),
        ("192.0.2.7, rubbish", 429),
        ("", 429),
    ] {
        let answer = login(&browser, forwarded).await;
        assert_eq!(answer.status.as_u16(), status, "{forwarded}");
    }
}

#[tokio::test]
async fn of_two_headers_of_a_trusted_proxy_the_later_one_names_the_client() {
    let app = TestApp::with(&["--rate-limit=1", "--trusted-proxies=127.0.0.0/8,10.0.0.1"]).await;
    let browser = app.browser();
    for (forwarded, status) in [
        // The client may have written the first address itself.
        (&["192.0.2.50", "192.0.2.51"][..], 302),
        (&["192.0.2.52", "192.0.2.51"], 429),
        (&["192.0.2.51"], 429),
        (&["192.0.2.50"], 302),
        // Another proxy stands last: the client is the one before, in the header before.
        (&["192.0.2.61, 192.0.2.62", "10.0.0.1"], 302),
        (&["192.0.2.62"], 429),
        (&["192.0.2.61"], 302),
    ] {
        let mut request = browser.request(Method::GET, "/api/auth/login?tenant_name=acme");
        for line in forwarded {
            request = request.header("x-forwarded-for", *line);
        }
        let answer = browser.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{forwarded:?}");
    }
}

#[tokio::test]
async fn what_is_read_and_signing_out_are_never_limited_and_changes_are() {
    let app = TestApp::with(&["--rate-limit=2"]).await;
    let browser = app.signed_in().await;
    for path in ["/api/session", "/api/sessions", "/api/profile", "/readyz"] {
        assert_eq!(browser.fetch(path).await.status, 200, "{path}");
    }
    let end = || browser.request(Method::DELETE, "/api/sessions?scope=others");
    for _ in 0..2 {
        assert_eq!(browser.send(end()).await.status, 204);
    }
    browser
        .send(end())
        .await
        .assert_problem(429, "rate_limited");
    assert_eq!(browser.open("/api/auth/logout").await.status, 302);
    assert_eq!(browser.fetch("/api/session").await.status, 401);
}

#[tokio::test]
async fn the_provider_may_come_ten_times_as_often() {
    let app = TestApp::with(&["--rate-limit=1"]).await;
    let browser = app.browser();
    for count in 0..11 {
        let request = browser.request(Method::POST, "/api/auth/backchannel-logout");
        let answer = browser.send(request.form(&[("logout_token", "x")])).await;
        let expected = if count < 10 { 400 } else { 429 };
        assert_eq!(answer.status.as_u16(), expected, "request {count}");
    }
}

#[tokio::test]
async fn a_limit_of_zero_is_none() {
    let app = TestApp::with(&["--rate-limit=0"]).await;
    let browser = app.browser();
    for _ in 0..400 {
        assert_eq!(login(&browser, "").await.status, 302);
    }
}
