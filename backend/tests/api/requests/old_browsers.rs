//! Browsers that do not say where a request comes from: asked before they sign anybody out.

use reqwest::{Method, header};

use super::cross_site::assert_page;
use crate::harness::{
    browser::{Answer, Browser},
    test_app::TestApp,
};

/// A browser that knows no Fetch Metadata opens the sign-out.
async fn open_in_an_old_browser(browser: &Browser, referrer: Option<String>) -> Answer {
    let mut request = browser.request(Method::GET, "/api/auth/logout?tenant_name=acme");
    if let Some(referrer) = referrer {
        request = request.header(header::REFERER, referrer);
    }
    browser.send(request).await
}

#[tokio::test]
async fn who_does_not_say_where_a_sign_out_comes_from_is_asked_first() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let asked = open_in_an_old_browser(&browser, None).await;
    assert_eq!(asked.status, 200);
    assert_page(&asked);
    assert!(
        asked
            .body
            .contains("<form method=\"post\"><button>Sign out</button></form>")
    );
    assert!(asked.body.contains("<html lang=\"en\">") && asked.body.contains("<main><h1>"));
    assert!(asked.set_cookies.is_empty());
    assert_eq!(
        browser.fetch("/api/session").await.status,
        200,
        "still signed in"
    );

    // The browser applies the policy to the redirect too, and names our origin only under this
    // referrer policy.
    let policy = asked.headers["content-security-policy"]
        .to_str()
        .expect("text");
    assert!(
        !policy.contains("form-action")
            && policy.starts_with("default-src 'none'; style-src 'sha256-")
    );
    assert_eq!(asked.headers["referrer-policy"], "same-origin");

    let yes = browser.request(Method::POST, "/api/auth/logout?tenant_name=acme");
    let yes = browser.send(yes.header(header::ORIGIN, &app.origin)).await;
    assert_eq!(yes.status, 303);
    assert_eq!(browser.fetch("/api/session").await.status, 401);
}

#[tokio::test]
async fn an_old_browser_on_a_page_of_ours_is_not_asked_and_on_another_is_refused() {
    let app = TestApp::start().await;
    for (referrer, status) in [
        (format!("{}/", app.origin), 302),
        ("http://evil.example/".to_owned(), 403),
        (format!("http://evil.example/?{}/", app.origin), 403),
        (format!("{}.evil.example/", app.origin), 403),
        ("rubbish".to_owned(), 403),
    ] {
        let browser = app.signed_in().await;
        let answer = open_in_an_old_browser(&browser, Some(referrer.clone())).await;
        assert_eq!(answer.status.as_u16(), status, "{referrer}");
        let signed_in = browser.fetch("/api/session").await.status == 200;
        assert_eq!(signed_in, status == 403, "{referrer}");
    }
}
