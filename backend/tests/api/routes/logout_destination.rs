//! Destination of a sign-out: the logout of the session's tenant, else of the tenant that the
//! request names.

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::harness::{browser::Browser, provider::CLIENT_ID, test_app::TestApp};

async fn accept_custom_domains(app: &TestApp) {
    let ours = ResponseTemplate::new(200).set_body_json(json!({ "valid": true }));
    app.provider
        .instead("POST", "/custom-domains/validate", ours)
        .await;
}

async fn leads_to(app: &TestApp, browser: &Browser, query: &str, start: &str) {
    let answer = browser.open(&format!("/api/auth/logout?{query}")).await;
    assert_eq!(answer.status, 302);
    let start = start.replace("{vanity}", &app.provider.host());
    assert!(
        answer.location().starts_with(&start),
        "{query}: {}",
        answer.location()
    );
}

#[tokio::test]
async fn the_sessions_tenant_comes_before_what_the_request_names() {
    let app = TestApp::start().await;
    accept_custom_domains(&app).await;
    let query = "tenant_custom_domain=login.hooli.example&tenant_name=hooli";
    leads_to(
        &app,
        &app.signed_in().await,
        query,
        "http://acme.{vanity}/api/v1/logout?",
    )
    .await;
    assert!(
        app.provider
            .calls("/custom-domains/validate")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_session_of_a_custom_domain_ends_there() {
    let app = TestApp::start().await;
    accept_custom_domains(&app).await;
    let browser = app.browser();
    let login = browser
        .open("/api/auth/login?tenant_custom_domain=login.globex.example")
        .await;
    let state = login.location_parameter("state").expect("a state");
    let code = login.location_parameter("nonce").expect("a nonce");
    let query = format!(
        "code={code}&state={state}&tenant_name=globex&tenant_custom_domain=login.globex.example"
    );
    assert_eq!(
        browser
            .come_back(&format!("/api/auth/callback?{query}"))
            .await
            .location(),
        "/"
    );
    leads_to(
        &app,
        &browser,
        "tenant_name=acme",
        "http://login.globex.example/api/v1/logout?",
    )
    .await;
}

#[tokio::test]
async fn without_a_session_the_request_names_the_tenant() {
    let app = TestApp::with(&["--parse-tenant-from-root-domain=app.test"]).await;
    accept_custom_domains(&app).await;
    let both = "tenant_custom_domain=login.hooli.example&tenant_name=acme";
    leads_to(
        &app,
        &app.browser(),
        both,
        "http://login.hooli.example/api/v1/logout?",
    )
    .await;
    leads_to(
        &app,
        &app.browser(),
        "tenant_name=acme",
        "http://acme.{vanity}/api/v1/logout?",
    )
    .await;
    let request = app
        .browser()
        .request(reqwest::Method::GET, "/api/auth/logout?tenant_name=acme");
    let answer = app
        .browser()
        .send(
            request
                .header("host", "globex.app.test")
                .header("sec-fetch-site", "none"),
        )
        .await;
    assert!(
        answer
            .location()
            .starts_with(&format!("http://globex.{}/", app.provider.host()))
    );
}

#[tokio::test]
async fn without_any_tenant_it_leads_to_the_application_level_login() {
    let app = TestApp::start().await;
    for query in [
        "",
        "tenant_name=evil.example%2F",
        "tenant_custom_domain=evil.example",
        "tenant_name=a&tenant_name=b",
    ] {
        leads_to(
            &app,
            &app.browser(),
            query,
            &format!("http://{{vanity}}/login?client_id={CLIENT_ID}"),
        )
        .await;
    }
}

#[tokio::test]
async fn a_provider_that_is_down_does_not_keep_anybody_signed_in() {
    let mut app = TestApp::start().await;
    let browser = app.signed_in().await;
    // A fresh start has not asked for the SDK configuration yet.
    app.restart_with(&[]).await;
    let browser = app.copy_of(&browser);
    let path = format!("/clients/{CLIENT_ID}/sdk-configuration");
    app.provider
        .instead("GET", &path, ResponseTemplate::new(500))
        .await;
    let thief = app.copy_of(&browser);
    let answer = browser.open("/api/auth/logout").await;
    assert_eq!(
        answer.location(),
        "/signed-out?session=ended&tokens=revoked&provider=open"
    );
    assert!(browser.session_cookies().is_empty());
    thief
        .fetch("/api/session")
        .await
        .assert_problem(401, "session_signed_out");
    app.provider.await_posts("/oauth2/revoke", 1).await;
}
