//! Faults that a new sign-in can repair begin one, at most twice in a row.

use crate::harness::{
    browser::{Answer, Browser},
    provider::oauth_error,
    test_app::{TestApp, callback_path, error_path},
};

#[tokio::test]
async fn a_sign_in_that_the_provider_wants_anew_still_ends_on_the_wanted_page() {
    let app = TestApp::start().await;
    for error in ["login_required", "interaction_required"] {
        let browser = app.browser();
        let login = browser
            .open("/api/auth/login?tenant_name=acme&return_url=%2Fprofile")
            .await;
        let again = app.come_back_with_error(&browser, &login, error).await;
        assert!(again.asks_for_sign_in(), "{error}");
        assert_ne!(
            again.location_parameter("state"),
            login.location_parameter("state"),
            "{error}"
        );
        assert_eq!(
            app.come_back(&browser, &again).await.location(),
            "/profile",
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_code_that_is_not_good_any_more_begins_a_new_attempt() {
    let app = TestApp::start().await;
    let stale = oauth_error(400, "invalid_grant");
    app.provider
        .instead_times("POST", "/oauth2/token", stale, 1)
        .await;
    let browser = app.browser();
    let login = browser
        .open("/api/auth/login?tenant_name=acme&return_url=%2Fprofile")
        .await;
    let again = app.come_back(&browser, &login).await;
    assert!(again.asks_for_sign_in());
    assert_eq!(app.come_back(&browser, &again).await.location(), "/profile");
}

#[tokio::test]
async fn after_two_restarts_in_a_row_the_user_is_asked() {
    let app = TestApp::start().await;
    let stale = oauth_error(400, "invalid_grant");
    app.provider.instead("POST", "/oauth2/token", stale).await;
    let browser = app.browser();
    let login = browser
        .open("/api/auth/login?tenant_name=acme&return_url=%2Fprofile")
        .await;
    let asked = ends_with(&browser, login, callback_path).await;
    assert_eq!(
        asked.location(),
        "/login-error?reason=too_many_attempts&tenant_name=acme&return_url=%2Fprofile"
    );
    assert!(browser.cookies().is_empty());

    app.provider.answer_well().await;
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let again = app
        .come_back_with_error(&browser, &login, "login_required")
        .await;
    assert!(
        again.asks_for_sign_in(),
        "trying again counts from the beginning"
    );
}

#[tokio::test]
async fn a_provider_that_never_lets_the_user_in_does_not_loop() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let asked = ends_with(&browser, login, |login| error_path(login, "login_required")).await;
    assert_eq!(asked.login_error().as_deref(), Some("too_many_attempts"));
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookies_is_told_so_at_the_first_return() {
    let app = TestApp::start().await;
    let login = app.browser().open("/api/auth/login?tenant_name=acme").await;
    // A new browser for each request: none of the cookies came back.
    let asked = app.browser();
    let asked = asked.open_from_another_site(&callback_path(&login)).await;
    let answer = app.browser().open_from_another_site(asked.location()).await;
    assert_eq!(answer.login_error().as_deref(), Some("no_cookies"));
    assert!(app.provider.posted("/oauth2/token").await.is_empty());
}

#[tokio::test]
async fn a_browser_whose_attempt_is_gone_but_that_keeps_cookies_begins_anew() {
    let app = TestApp::start().await;
    let login = app.browser().open("/api/auth/login?tenant_name=acme").await;
    let another = app.browser();
    let again = another.come_back(&callback_path(&login)).await;
    assert!(again.asks_for_sign_in(), "{}", again.location());
    assert_eq!(
        another.cookies().len(),
        1,
        "nothing is left of the question"
    );
    assert_eq!(app.come_back(&another, &again).await.location(), "/");
}

#[tokio::test]
async fn a_lost_attempt_on_a_tenants_subdomain_is_begun_anew_there_and_counted() {
    let app = TestApp::with(&["--parse-tenant-from-root-domain=app.test"]).await;
    let callback = |state: &str| {
        app.browser()
            .request(
                reqwest::Method::GET,
                &format!("/api/auth/callback?code=c&state={state}"),
            )
            .header("host", "acme.app.test")
            .header("cookie", "__Host-Http-login.other=junk")
    };
    let answer = app.browser().send(callback("lost-state-0")).await;
    assert!(
        answer.asks_for_sign_in() && answer.location().starts_with("http://acme."),
        "{}",
        answer.location()
    );
    let answer = app.browser().send(callback("lost-state-2")).await;
    assert_eq!(answer.login_error().as_deref(), Some("too_many_attempts"));
}

/// Goes back and forth, twice sent to the provider again; gives the third answer.
async fn ends_with(browser: &Browser, login: Answer, path: impl Fn(&Answer) -> String) -> Answer {
    let mut answer = login;
    for restart in 1..=2 {
        answer = browser.come_back(&path(&answer)).await;
        assert!(
            answer.asks_for_sign_in(),
            "restart {restart}: {}",
            answer.location()
        );
    }
    browser.come_back(&path(&answer)).await
}
