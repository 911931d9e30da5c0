//! Every security event reaches the log of the real program, in its one shape.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use storage::{Clock, pseudonym};
use tokio::time::timeout;

use crate::harness::{
    browser::{Answer, Browser},
    process::Process,
    provider::{CLIENT_ID, KEY_ID, Provider, oauth_error},
    signing::{KEY, sign_as},
    test_app::callback_path,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// The program, with a provider, before which many users sign in.
struct Program {
    provider: Provider,
    origin: String,
    process: Process,
}

impl Program {
    async fn start() -> Self {
        let provider = Provider::start(Clock::default()).await;
        let settings = [("SESSION_STORE", "sqlite"), ("SESSION_MAX_PER_USER", "2")];
        let (origin, process) = Process::serving(&provider, &settings);
        Self {
            provider,
            origin,
            process,
        }
    }

    /// A browser in which this user is signed in, and the session's handle.
    async fn signed_in(&self, user: &str) -> (Browser, String) {
        self.provider.script(|script| {
            script.id_token_claims = json!({ "sub": user, "sid": format!("sid-of-{user}") });
            script.userinfo["sub"] = json!(user);
        });
        let browser = Browser::new(&self.origin);
        let login = browser.open("/api/auth/login?tenant_name=acme").await;
        let back = browser.open_from_another_site(&callback_path(&login)).await;
        assert_eq!(back.location(), "/", "{}", back.body);
        let session = browser.fetch("/api/session").await.json();
        let handle = session["metadata"]["session"]["handle"].as_str();
        let handle = handle.expect("a handle").to_owned();
        (browser, handle)
    }

    /// The provider ends what this user has there.
    async fn backchannel_logout(&self, user: &str, id: &str) -> Answer {
        let now = Clock::default().now().as_second();
        let claims: Value = json!({
            "iss": self.provider.issuer(), "aud": CLIENT_ID, "iat": now, "exp": now + 120,
            "jti": id,
            "sub": user, "sid": format!("sid-of-{user}"),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        let token = sign_as(&claims, &KEY, Some(KEY_ID), Some("logout+jwt"));
        let machine = Browser::new(&self.origin);
        let request = machine.request(Method::POST, "/api/auth/backchannel-logout");
        machine
            .send(request.form(&[("logout_token", &token)]))
            .await
    }
}

async fn delete(browser: &Browser, path: &str) -> Answer {
    browser.send(browser.request(Method::DELETE, path)).await
}

#[tokio::test]
async fn each_security_event_is_a_line_with_handle_and_pseudonym() {
    let program = Program::start().await;
    let mut expected = Vec::new();

    let (browser, ada) = program.signed_in("ada").await;
    browser.open("/api/auth/logout").await;
    expected.push(["INFO", "signed in", &ada, "ada", ""].map(str::to_owned));
    expected.push(["INFO", "signed out", &ada, "ada", ""].map(str::to_owned));

    let (_, first) = program.signed_in("ben").await;
    let (_, second) = program.signed_in("ben").await;
    let (browser, third) = program.signed_in("ben").await;
    let payment = browser.request(Method::POST, "/api/payments");
    browser.send(payment).await;
    delete(&browser, &format!("/api/sessions/{second}")).await;
    delete(&browser, &format!("/api/sessions/{ada}")).await;
    delete(&browser, "/api/sessions?scope=all").await;
    for (level, event, handle, by) in [
        ("INFO", "session ended", &first, "by=\"limit\""),
        ("INFO", "session ended", &second, "by=\"user\""),
        ("WARN", "foreign handle refused", &third, ""),
        ("INFO", "sessions ended everywhere", &third, "by=\"user\""),
        ("INFO", "signed out", &third, ""),
    ] {
        expected.push([level, event, handle, "ben", by].map(str::to_owned));
    }

    let acr = "acr=\"http://schemas.openid.net/pape";
    expected.push(["WARN", "authentication insufficient", &third, "", acr].map(str::to_owned));

    program.signed_in("cleo").await;
    for _ in 0..2 {
        program.backchannel_logout("cleo", "sent-twice").await;
    }
    let by = "by=\"provider\"";
    expected.push(["INFO", "session ended", "", "cleo", by].map(str::to_owned));
    expected.push(["WARN", "logout token refused", "", "", "reason="].map(str::to_owned));

    program
        .provider
        .script(|script| script.access_token_lifetime = 1);
    let (browser, dan) = program.signed_in("dan").await;
    let refused = oauth_error(400, "invalid_grant");
    let provider = &program.provider;
    provider.instead("POST", "/oauth2/token", refused).await;
    let refused = async { while browser.fetch("/api/profile").await.status != 401 {} };
    timeout(PATIENCE, refused)
        .await
        .expect("the session ends with its access token");
    let by = "by=\"refused_refresh\"";
    expected.push(["INFO", "session ended", &dan, "dan", by].map(str::to_owned));

    let log = program.process.kill();
    for [level, event, handle, user, more] in expected {
        let who = match user.as_str() {
            "" => String::new(),
            user => format!("user=\"{}\"", pseudonym(user)),
        };
        let event = format!("security: {event}");
        let parts = [&level, &event, &handle, &who, &more];
        let found = log
            .lines()
            .any(|line| parts.iter().all(|part| line.contains(part.as_str())));
        assert!(found, "no line has all of {parts:?}:\n{log}");
    }
    for user in ["ada", "ben", "cleo", "dan"] {
        let named = log.contains(&format!("\"{user}\"")) || log.contains(&format!("={user}"));
        assert!(!named && !log.contains(&format!("sid-of-{user}")), "{log}");
    }
}
