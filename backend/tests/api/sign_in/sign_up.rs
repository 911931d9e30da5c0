//! `prompt=create`: a sign-up at the provider (Initiating User Registration via OpenID Connect).

use std::time::Duration;

use serde_json::json;
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{method, path},
};

use crate::harness::test_app::TestApp;
use crate::identity_provider::with;

async fn offers_sign_up(app: &TestApp) -> bool {
    let config = app.browser().fetch("/api/config").await.json();
    config["signUp"].as_bool().expect("a boolean")
}

#[tokio::test]
async fn a_provider_that_lists_create_gets_it_and_ends_in_a_session() {
    let listed = json!({ "prompt_values_supported": ["none", "login", "create"] });
    let app = with(&listed, &[]).await;
    assert!(offers_sign_up(&app).await);
    let browser = app.browser();
    let login = browser
        .open("/api/auth/login?prompt=create&return_url=%2Fsession")
        .await;
    assert!(login.location().contains("/authorize?"));
    let prompt = login.location_parameter("prompt");
    assert_eq!(prompt.as_deref(), Some("create"));
    assert_eq!(app.come_back(&browser, &login).await.location(), "/session");
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_sign_in_after_a_sign_up_that_was_lost_does_not_sign_up_again() {
    let app = with(&json!({ "prompt_values_supported": ["create"] }), &[]).await;
    let browser = app.browser();
    let login = browser.open("/api/auth/login?prompt=create").await;
    let again = app
        .come_back_with_error(&browser, &login, "login_required")
        .await;
    assert!(again.location().contains("/authorize?"));
    assert_eq!(again.location_parameter("prompt"), None);
}

#[tokio::test]
async fn a_provider_that_does_not_list_create_offers_no_sign_up() {
    for listed in [
        json!({}),
        json!({ "prompt_values_supported": ["none", "login"] }),
        json!({ "prompt_values_supported": "create" }),
    ] {
        let app = with(&listed, &[]).await;
        assert!(!offers_sign_up(&app).await, "{listed}");
    }
}

#[tokio::test]
async fn a_provider_that_hangs_does_not_keep_the_start_page_waiting() {
    let app = with(&json!({}), &[]).await;
    app.provider.server.reset().await;
    let hung = ResponseTemplate::new(200).set_delay(Duration::from_secs(600));
    Mock::given(method("GET"))
        .and(path("/.well-known/openid-configuration"))
        .respond_with(hung)
        .mount(&app.provider.server)
        .await;
    assert!(!offers_sign_up(&app).await);
}

#[tokio::test]
async fn wristband_has_a_sign_up_page_of_each_tenant_and_of_the_application() {
    let app = TestApp::start().await;
    assert!(offers_sign_up(&app).await);
    let host = app.provider.host();
    for (query, page) in [
        ("tenant_name=acme&", format!("http://acme.{host}/signup?")),
        ("", format!("http://{host}/signup?")),
    ] {
        let browser = app.browser();
        let path = format!("/api/auth/login?{query}prompt=create&return_url=%2Fsession");
        let answer = browser.open(&path).await;
        assert_eq!(answer.status, 302);
        assert!(
            answer.location().starts_with(&page),
            "{}",
            answer.location()
        );
        let parameter = |name| answer.location_parameter(name);
        assert_eq!(parameter("client_id").as_deref(), Some("local-client"));
        assert_eq!(parameter("state").as_deref(), Some("/session"));
        assert!(browser.cookies().is_empty(), "no attempt has begun");
    }
}
