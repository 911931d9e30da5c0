//! `GET /api/auth/callback`: every outcome.

use crate::test_app::TestApp;

#[tokio::test]
async fn a_sign_in_ends_on_the_wanted_page_with_a_session() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login?tenant_name=acme&return_url=%2Fprofile%3Ftab%3Droles%23top").await;
    let answer = app.come_back(&browser, &login).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (302, "/profile?tab=roles#top"));
    let session = browser.fetch("/api/session").await;
    assert_eq!(session.status, 200, "{}", session.body);
    assert_eq!(session.json()["userId"], "ada");
    assert_eq!(session.json()["metadata"]["roles"][0]["displayName"], "Owner");
    assert!(!browser.cookies().keys().any(|name| name.contains("login")), "the attempt is over");
}
