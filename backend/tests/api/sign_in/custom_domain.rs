//! Custom domains: only those that the provider confirms lead anywhere.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::tenant::BY_DOMAIN;
use crate::harness::test_app::TestApp;

#[tokio::test]
async fn a_custom_domain_that_the_provider_does_not_confirm_is_refused() {
    let app = TestApp::start().await;
    let answer = app
        .browser()
        .open(&format!("/api/auth/login?{BY_DOMAIN}&tenant_name=acme"))
        .await;
    assert_eq!(answer.login_error().as_deref(), Some("invalid_tenant"));
    let asked = app.provider.calls("/custom-domains/validate").await;
    let asked: Vec<serde_json::Value> = asked
        .iter()
        .map(|call| call.body_json().expect("json"))
        .collect();
    assert_eq!(
        asked,
        [json!({ "tenantCustomDomain": "login.globex.example" })]
    );
}

#[tokio::test]
async fn a_custom_domain_that_is_no_host_name_is_refused_without_asking() {
    let app = TestApp::start().await;
    let ours = ResponseTemplate::new(200).set_body_json(json!({ "valid": true }));
    app.provider
        .instead("POST", "/custom-domains/validate", ours)
        .await;
    for domain in [
        "",
        "evil.example/path",
        "user@evil.example",
        "evil.example%23",
        "a%20b",
        "evil.example:port",
        "%5Bx",
    ] {
        let answer = app
            .browser()
            .open(&format!("/api/auth/login?tenant_custom_domain={domain}"))
            .await;
        assert_eq!(
            answer.login_error().as_deref(),
            Some("invalid_tenant"),
            "{domain}"
        );
    }
    assert!(
        app.provider
            .calls("/custom-domains/validate")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_custom_domain_cannot_be_confirmed_while_the_provider_is_down() {
    let app = TestApp::start().await;
    for fault in [
        ResponseTemplate::new(500),
        ResponseTemplate::new(200).set_body_string("yes"),
    ] {
        app.provider
            .instead("POST", "/custom-domains/validate", fault)
            .await;
        let answer = app
            .browser()
            .open(&format!("/api/auth/login?{BY_DOMAIN}"))
            .await;
        assert_eq!(
            answer.login_error().as_deref(),
            Some("identity_provider_unavailable")
        );
        app.provider.answer_well().await;
    }
}

#[tokio::test]
async fn a_tenant_name_that_is_no_dns_label_ends_on_the_error_page() {
    let app = TestApp::start().await;
    let long = "a".repeat(64);
    for name in [
        "",
        "evil.example%2F",
        "evil.example%23",
        "evil.example%3F",
        "a.b",
        "a%40evil.example",
        "a%3A1",
        "-a",
        "a-",
        "%C3%A4",
        "a%00",
        "a%0D%0Ab",
        "a%20b",
        "%2E%2E",
        "%5Cevil",
        "a%2525",
        long.as_str(),
    ] {
        let answer = app
            .browser()
            .open(&format!("/api/auth/login?tenant_name={name}"))
            .await;
        assert_eq!(answer.status, 302, "{name}");
        let location = answer.location();
        let page = "/login-error?reason=invalid_tenant";
        assert!(
            location.starts_with(page) && location.len() < 400,
            "{location}"
        );
        assert!(answer.set_cookies.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_tenant_is_found_whatever_the_case_it_was_typed_in() {
    let app = TestApp::start().await;
    for name in ["ACME", "Acme", "aCME", "%20acme%20", "acme"] {
        let browser = app.browser();
        let address = format!("/api/auth/login?tenant_name={name}");
        let login = browser.open(&address).await;
        let host = login
            .location()
            .split('/')
            .nth(2)
            .expect("a host")
            .to_owned();
        assert!(host.starts_with("acme."), "{name}: {host}");
        assert_eq!(
            app.come_back(&browser, &login).await.location(),
            "/",
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_unknown_tenant_is_told_with_what_was_typed_and_where_it_was_to_lead() {
    let app = TestApp::start().await;
    let address = "/api/auth/login?tenant_name=acme%20inc&return_url=%2Fprofile";
    assert_eq!(
        app.browser().open(address).await.location(),
        "/login-error?reason=invalid_tenant&tenant_name=acme+inc&return_url=%2Fprofile"
    );
}
