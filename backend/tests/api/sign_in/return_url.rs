//! `return_url`, from the address to the page after sign-in: only ever a place of this application.
//! The whole table of hostile values is in `return_url_table.rs`.

use crate::harness::test_app::TestApp;

async fn lands_on(app: &TestApp, return_url: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("tenant_name", "acme")
        .append_pair("return_url", return_url)
        .finish();
    let browser = app.browser();
    let login = browser.open(&format!("/api/auth/login?{query}")).await;
    app.come_back(&browser, &login).await.location().to_owned()
}

#[tokio::test]
async fn a_place_outside_this_application_is_forgotten() {
    let app = TestApp::start().await;
    for hostile in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/%5Cevil.example",
        "/..//evil.example",
        "javascript:alert(1)",
        "/\r\nSet-Cookie: a=b",
        "/%0D%0ASet-Cookie:%20a=b",
        "http://localhost.evil.example/",
        "http://user@127.0.0.1/",
    ] {
        assert_eq!(lands_on(&app, hostile).await, "/", "{hostile:?}");
    }
}

#[tokio::test]
async fn a_sign_in_never_ends_on_the_api() {
    let app = TestApp::start().await;
    for hostile in ["/api/auth/logout", "/%2561pi/auth/logout", "/./API"] {
        assert_eq!(lands_on(&app, hostile).await, "/", "{hostile:?}");
    }
}

#[tokio::test]
async fn a_page_of_this_application_is_returned_to() {
    let app = TestApp::start().await;
    assert_eq!(
        lands_on(&app, "/profile?tab=roles#top").await,
        "/profile?tab=roles#top"
    );
    assert_eq!(
        lands_on(&app, &format!("{}/profile", app.origin)).await,
        "/profile",
        "as the React SDK sends it"
    );
    assert_eq!(
        lands_on(&app, "/a%2520b").await,
        "/a%20b",
        "one encodeURI is undone"
    );
}

#[tokio::test]
async fn a_return_url_that_would_not_fit_into_the_attempts_cookie_is_forgotten() {
    let app = TestApp::start().await;
    let fits = format!("/{}", "a".repeat(1_499));
    assert_eq!(lands_on(&app, &fits).await, fits);
    assert_eq!(lands_on(&app, &format!("{fits}a")).await, "/");
    // Each of these characters takes six bytes once it is written as an address.
    assert_eq!(lands_on(&app, &format!("/{}", "ä".repeat(700))).await, "/");
}
