//! Which tenant a login is for, and at which host: what a request says of it is believed as little
//! as possible.

use backend::wristband::tenant::{is_host, is_label};
use reqwest::{Method, header};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::harness::{browser::Answer, provider::CLIENT_ID, test_app::TestApp};

const ROOT: &str = "--parse-tenant-from-root-domain=app.test";
const DEFAULT_DOMAIN: &str = "--default-tenant-custom-domain=login.default.example";
const DEFAULT_NAME: &str = "--default-tenant-name=initech";
pub const BY_DOMAIN: &str = "tenant_custom_domain=login.globex.example";

/// Opens the login at a host name.
async fn login_at(app: &TestApp, host: &str, query: &str) -> Answer {
    let request = app
        .browser()
        .request(Method::GET, &format!("/api/auth/login?{query}"));
    app.browser().send(request.header(header::HOST, host)).await
}

#[tokio::test]
async fn the_tenant_is_the_first_of_custom_domain_subdomain_name_and_the_defaults() {
    let all = [ROOT, DEFAULT_DOMAIN, DEFAULT_NAME];
    for (settings, host, query, tenant_host) in [
        (
            &all[..],
            "acme.app.test",
            "tenant_custom_domain=login.globex.example&tenant_name=hooli",
            "login.globex.example",
        ),
        (
            &all[..],
            "acme.app.test",
            "tenant_name=hooli",
            "acme.{vanity}",
        ),
        (&all[..], "acme.app.test:8443", "", "acme.{vanity}"),
        (&all[..], "app.test", "tenant_name=hooli", "hooli.{vanity}"),
        (
            &all[..],
            "deep.acme.app.test",
            "tenant_name=hooli",
            "hooli.{vanity}",
        ),
        (
            &all[..],
            "acme.other.test",
            "tenant_name=hooli",
            "hooli.{vanity}",
        ),
        (
            &all[1..],
            "acme.app.test",
            "tenant_name=hooli",
            "hooli.{vanity}",
        ),
        (&all[..], "app.test", "", "login.default.example"),
        (&all[2..], "app.test", "", "initech.{vanity}"),
    ] {
        let app = TestApp::with(settings).await;
        let ours = ResponseTemplate::new(200).set_body_json(json!({ "valid": true }));
        app.provider
            .instead("POST", "/custom-domains/validate", ours)
            .await;
        let answer = login_at(&app, host, query).await;
        let expected = format!(
            "http://{}/api/v1/oauth2/authorize?",
            tenant_host.replace("{vanity}", &app.provider.host())
        );
        assert!(
            answer.location().starts_with(&expected),
            "{host} {query}: {}",
            answer.location()
        );
    }
}

#[tokio::test]
async fn without_a_tenant_the_application_level_login_asks_and_gives_the_return_url_back() {
    let app = TestApp::start().await;
    let answer = app
        .browser()
        .open("/api/auth/login?return_url=%2Fprofile%3Ftab%3Droles")
        .await;
    assert_eq!(answer.status, 302);
    assert!(
        answer
            .location()
            .starts_with(&format!("{}/login?", app.provider.issuer())),
        "{}",
        answer.location()
    );
    assert_eq!(
        answer.location_parameter("client_id").as_deref(),
        Some(CLIENT_ID)
    );
    assert_eq!(
        answer.location_parameter("state").as_deref(),
        Some("/profile?tab=roles")
    );
    assert!(answer.set_cookies.is_empty(), "no attempt has begun yet");

    let answer = app
        .browser()
        .open("/api/auth/login?return_url=https%3A%2F%2Fevil.example%2F")
        .await;
    assert_eq!(answer.location_parameter("state"), None);
}

#[tokio::test]
async fn the_application_level_login_is_where_the_sdk_configuration_says() {
    let app = TestApp::start().await;
    let theirs = json!({ "customApplicationLoginPageUrl": "https://choose.example/?theme=dark" });
    let path = format!("/clients/{CLIENT_ID}/sdk-configuration");
    app.provider
        .instead(
            "GET",
            &path,
            ResponseTemplate::new(200).set_body_json(theirs),
        )
        .await;
    let answer = app.browser().open("/api/auth/login").await;
    assert_eq!(
        answer.location(),
        format!("https://choose.example/?theme=dark&client_id={CLIENT_ID}")
    );
}

#[tokio::test]
async fn the_callback_of_a_subdomain_is_on_that_subdomain() {
    let app = TestApp::with(&[ROOT]).await;
    let port = app.origin.rsplit(':').next().expect("a port");
    let answer = login_at(&app, &format!("acme.app.test:{port}"), "").await;
    let expected = format!("http://acme.app.test:{port}/api/auth/callback");
    assert_eq!(answer.location_parameter("redirect_uri"), Some(expected));
}

#[tokio::test]
async fn an_application_without_an_active_custom_domain_has_tenant_hosts_with_a_dash() {
    let app = TestApp::start().await;
    let path = format!("/clients/{CLIENT_ID}/sdk-configuration");
    let inactive = ResponseTemplate::new(200)
        .set_body_json(json!({ "isApplicationCustomDomainActive": false }));
    app.provider.instead("GET", &path, inactive).await;
    let answer = app.browser().open("/api/auth/login?tenant_name=acme").await;
    assert!(
        answer
            .location()
            .starts_with(&format!("http://acme-{}/api/v1/", app.provider.host()))
    );
}

#[test]
fn a_tenant_name_that_could_change_the_host_is_none() {
    for name in ["acme", "acme-2", "a", "0"] {
        assert!(is_label(name), "{name}");
    }
    for name in [
        "",
        "-a",
        "a-",
        "a.b",
        "a/b",
        "a@b",
        "a:1",
        "a#",
        "a?",
        "a\\b",
        "A",
        "ä",
        " a",
        "a%2f",
        &"a".repeat(64),
    ] {
        assert!(!is_label(name), "{name}");
    }
}

#[test]
fn a_custom_domain_is_a_host_name_with_a_port_at_most() {
    assert!(is_host("login.globex.example") && is_host("login.globex.localhost:6100"));
    for host in [
        "",
        "a b",
        "evil.com/path",
        "user@evil.com",
        "evil.com#",
        "evil.com:x",
        "evil.com:1:2",
        "evil..com",
        "[::1]",
    ] {
        assert!(!is_host(host), "{host}");
    }
}
