//! Sessions of every size: split over several cookies, made smaller again, and refused by name
//! above the budget.

use std::time::Duration;

use reqwest::{Method, header};

use crate::harness::test_app::TestApp;

#[tokio::test]
async fn tokens_of_8_kb_work_and_are_split_over_several_cookies() {
    let app = TestApp::start().await;
    app.provider.script(|script| script.token_length = 4096);
    let browser = app.signed_in().await;
    let cookies = browser.cookies();
    assert_eq!(
        cookies.len(),
        4,
        "the id and three parts: {:?}",
        cookies.keys()
    );
    for (name, value) in &cookies {
        assert!(
            name.len() + value.len() <= 4096,
            "{name} takes {} bytes",
            name.len() + value.len()
        );
    }
    assert!(browser.cookie_header().len() <= 12_288);
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    let bearer = &app.provider.calls("/oauth2/userinfo").await[1].headers["authorization"];
    assert_eq!(
        bearer.len(),
        "Bearer access-1-".len() + 4096,
        "the whole token came back"
    );
}

/// As a proxy that speaks HTTP/2 may hand them on (RFC 6265bis section 4.2.1).
#[tokio::test]
async fn cookies_that_come_in_a_header_each_are_one_session() {
    let app = TestApp::start().await;
    app.provider.script(|script| script.token_length = 4096);
    let cookies = app.signed_in().await.cookies();
    let anonymous = app.browser();
    let mut request = anonymous.request(Method::GET, "/api/session");
    for (name, value) in &cookies {
        request = request.header(header::COOKIE, format!("{name}={value}"));
    }
    let answer = anonymous.send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_session_that_shrinks_removes_the_parts_it_no_longer_needs() {
    let app = TestApp::with(&["--session-idle-timeout=12h"]).await;
    app.provider.script(|script| script.token_length = 4096);
    let browser = app.signed_in().await;
    let parts = browser.session_parts();
    app.provider.script(|script| script.token_length = 100);
    app.clock.advance(Duration::from_secs(3600));
    let answer = browser.fetch("/api/profile").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.deleted_cookies(), parts[1..]);
    assert_eq!(browser.session_parts(), parts[..1]);
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_session_that_grows_takes_more_parts() {
    let app = TestApp::with(&["--session-idle-timeout=12h"]).await;
    let browser = app.signed_in().await;
    app.provider.script(|script| script.token_length = 4096);
    app.clock.advance(Duration::from_secs(3600));
    assert_eq!(browser.session_cookies().len(), 2, "the id and one part");
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    assert!(
        browser.session_cookies().len() >= 4,
        "{:?}",
        browser.session_cookies()
    );
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_session_over_the_budget_is_refused_by_name_and_its_tokens_are_given_back() {
    let app = TestApp::start().await;
    app.provider.script(|script| script.token_length = 6000);
    let browser = app.browser();
    let answer = app.sign_in(&browser).await;
    assert_eq!(
        answer.location(),
        "/login-error?reason=session_too_large&tenant_name=acme"
    );
    assert!(browser.cookies().is_empty());
    assert!(
        app.provider.await_posts("/oauth2/revoke", 1).await[0]["token"].starts_with("refresh-1-")
    );
}

#[tokio::test]
async fn the_budget_is_what_the_browser_sends() {
    for budget in [1_500, 2_500, 8_000] {
        let app = TestApp::with(&[&format!("--cookie-budget={budget}")]).await;
        let (mut fits, mut refused) = (0, 0);
        for token_length in (0..4_096).step_by(64) {
            app.provider
                .script(|script| script.token_length = token_length);
            let browser = app.browser();
            if app.sign_in(&browser).await.location() == "/" {
                fits = browser.cookie_header().len();
                assert!(
                    fits <= budget,
                    "{fits} bytes at {token_length}, the budget is {budget}"
                );
            } else {
                refused += 1;
            }
        }
        assert!(
            refused > 0 && budget - fits < 300,
            "{fits} of {budget} used, {refused} refused"
        );
    }
}

#[tokio::test]
async fn a_session_whose_new_tokens_do_not_fit_ends() {
    let app = TestApp::with(&["--session-idle-timeout=12h"]).await;
    let browser = app.signed_in().await;
    app.provider.script(|script| script.token_length = 6000);
    app.clock.advance(Duration::from_secs(3600));
    let thief = app.copy_of(&browser);
    browser
        .fetch("/api/profile")
        .await
        .assert_problem(401, "session_ended");
    assert!(browser.session_parts().is_empty());
    thief
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_ended");
}
