//! `GET|POST /api/auth/logout`: the session ends here first, then at the provider.

use std::time::{Duration, Instant};

use wiremock::ResponseTemplate;

use crate::harness::test_app::TestApp;

#[tokio::test]
async fn signing_out_ends_session_cookies_refresh_token_and_the_providers_session() {
    let app = TestApp::start().await;
    app.provider.script(|script| script.token_length = 4096);
    let browser = app.signed_in().await;
    let thief = app.copy_of(&browser);
    let sent = browser.session_cookies();
    let answer = browser.open("/api/auth/logout").await;
    assert_eq!(answer.status, 302);
    let host = format!("http://acme.{}/api/v1/logout?", app.provider.host());
    assert!(
        answer.location().starts_with(&host),
        "{}",
        answer.location()
    );
    assert_eq!(
        answer.location_parameter("client_id").as_deref(),
        Some("local-client")
    );
    assert_eq!(
        answer.location_parameter("redirect_url"),
        Some(format!(
            "{}/signed-out?session=ended&tokens=revoked&provider=ended",
            app.origin
        ))
    );
    assert_eq!(answer.deleted_cookies(), sent, "every part");
    assert!(browser.cookies().is_empty());
    thief
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_signed_out");

    let revoked = app.provider.await_posts("/oauth2/revoke", 1).await;
    assert!(revoked[0]["token"].starts_with("refresh-1-"));
    assert_eq!(revoked[0]["token_type_hint"], "refresh_token");
    let call = &app.provider.calls("/oauth2/revoke").await[0];
    assert_eq!(
        call.headers["authorization"],
        "Basic bG9jYWwtY2xpZW50OmxvY2FsLXNlY3JldA=="
    );
}

#[tokio::test]
async fn a_form_is_answered_with_303_so_that_the_browser_comes_with_get() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let answer = browser.submit("/api/auth/logout").await;
    assert_eq!(answer.status, 303);
    assert!(answer.location().starts_with(&format!(
        "http://acme.{}/api/v1/logout?",
        app.provider.host()
    )));
    assert!(browser.cookies().is_empty());
}

#[tokio::test]
async fn signing_out_twice_or_with_cookies_that_are_worth_nothing_works() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let again = app.copy_of(&browser);
    assert_eq!(browser.open("/api/auth/logout").await.status, 302);
    let answer = again.open("/api/auth/logout").await;
    assert_eq!(answer.status, 302);
    assert!(again.session_cookies().is_empty());

    let broken = app.browser();
    broken.set_cookies(
        [
            ("__Host-Http-session".to_owned(), "junk".to_owned()),
            ("__Host-Http-session.0".to_owned(), "1.1.junk".to_owned()),
        ]
        .into(),
    );
    assert_eq!(broken.open("/api/auth/logout").await.status, 302);
    assert!(broken.session_cookies().is_empty());
    let posted = app.browser().submit("/api/auth/logout").await;
    assert_eq!(posted.status, 303);
}

#[tokio::test]
async fn a_session_that_timed_out_is_signed_out_like_any_other() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    app.clock.advance(Duration::from_secs(3600));
    let answer = browser.open("/api/auth/logout").await;
    assert!(
        answer.location().starts_with("http://acme."),
        "{}",
        answer.location()
    );
    assert!(browser.session_cookies().is_empty());
    assert!(
        app.provider.await_posts("/oauth2/revoke", 1).await[0]["token"].starts_with("refresh-1-")
    );
    assert_eq!(
        app.provider.refreshes().await,
        0,
        "nobody refreshes what ends"
    );
}

#[tokio::test]
async fn a_revocation_that_fails_is_tried_again_and_keeps_nobody_signed_in() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let thief = app.copy_of(&browser);
    app.provider
        .instead_times("POST", "/oauth2/revoke", ResponseTemplate::new(500), 2)
        .await;
    let answer = browser.open("/api/auth/logout").await;
    assert_eq!(answer.status, 302);
    assert!(answer.location().contains("/api/v1/logout?"));
    assert!(browser.cookies().is_empty());
    thief
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_signed_out");
    let revoked = app.provider.await_posts("/oauth2/revoke", 3).await;
    assert!(
        revoked
            .iter()
            .all(|form| form["token"] == revoked[0]["token"])
    );
}

#[tokio::test]
async fn a_provider_that_does_not_answer_holds_nobody_up() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let silent = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
    app.provider.instead("POST", "/oauth2/revoke", silent).await;
    let began = Instant::now();
    let answer = browser.open("/api/auth/logout").await;
    assert!(
        answer.location().contains("%26tokens%3Drevoking%26"),
        "not done yet"
    );
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "less than the time the provider is given"
    );
}

#[tokio::test]
async fn a_session_without_a_refresh_token_has_nothing_to_revoke() {
    let app = TestApp::start().await;
    app.provider
        .script(|script| script.with_refresh_token = false);
    let without = app.signed_in().await;
    assert_eq!(without.open("/api/auth/logout").await.status, 302);
    app.provider
        .script(|script| script.with_refresh_token = true);
    app.signed_in().await.open("/api/auth/logout").await;
    let revoked = app.provider.await_posts("/oauth2/revoke", 1).await;
    assert!(
        revoked.len() == 1 && revoked[0]["token"].starts_with("refresh-2-"),
        "only the other's"
    );
}

#[tokio::test]
async fn signing_out_does_not_empty_the_browsers_cache_which_takes_it_seconds() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    for answer in [
        browser.open("/api/auth/logout").await,
        browser.submit("/api/auth/logout").await,
    ] {
        assert!(!answer.headers.contains_key("clear-site-data"));
    }
}
