//! Secrets, tokens, codes and ids never reach a log line or an answer's text: canary values through
//! all of it, with the compiled binary at its most talkative.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::harness::{
    browser::{Answer, Browser},
    process::Process,
    provider::{CLIENT_ID, KEY_ID, Provider},
    signing::{KEY, sign},
    test_app::callback_path,
};

const CLIENT_SECRET: &str = "canary-client-secret";
const SESSION_SECRET: &str = "canary-session-secret-0123456789abcdef";

/// Texts that were collected, and secrets that they must not contain.
#[derive(Default)]
struct Evidence {
    answers: Vec<Answer>,
    secrets: Vec<String>,
}

impl Evidence {
    async fn fetch(&mut self, browser: &Browser, path: &str, status: u16) {
        let answer = browser.fetch(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.body);
        self.answers.push(answer);
    }

    /// Signs in, or tries to, and notes what came by.
    async fn sign_in(&mut self, browser: &Browser, leads_to: &str) {
        let login = browser
            .open("/api/auth/login?tenant_name=acme&login_hint=canary%40hint.example")
            .await;
        self.secrets.extend(
            ["state", "nonce", "code_challenge"]
                .map(|name| login.location_parameter(name).expect(name)),
        );
        let callback = browser.come_back(&callback_path(&login)).await;
        assert!(
            callback.location().starts_with(leads_to),
            "{}",
            callback.location()
        );
        // Three pieces of each value: of the id and its signature, or of the sealed text.
        for value in browser.cookies().into_values() {
            let places = [0, value.len() / 2, value.len().saturating_sub(20)];
            self.secrets.extend(
                places
                    .into_iter()
                    .filter_map(|place| value.get(place..place + 20))
                    .map(str::to_owned),
            );
        }
        self.answers.push(callback);
    }
}

#[tokio::test]
async fn no_secret_token_code_or_id_is_in_the_log_or_in_an_answer() {
    no_secret_is_told("text").await;
}

#[tokio::test]
async fn no_secret_token_code_or_id_is_in_a_log_of_json() {
    no_secret_is_told("json").await;
}

async fn no_secret_is_told(log_format: &str) {
    let provider = Provider::start(storage::Clock::default()).await;
    let settings = [
        ("CLIENT_ID", CLIENT_ID),
        ("CLIENT_SECRET", CLIENT_SECRET),
        ("SESSION_SECRETS", SESSION_SECRET),
        ("TOKEN_ENDPOINT", "off"),
        ("RUST_LOG", "trace"),
        ("LOG_FORMAT", log_format),
    ];
    let (origin, process) = Process::serving(&provider, &settings);
    let mut evidence = Evidence::default();
    let browser = Browser::new(&origin);
    failed_sign_ins(&mut evidence, &provider, &browser).await;
    session_with_failing_refresh(&mut evidence, &provider, &browser).await;
    sign_out(&mut evidence, &provider, &browser).await;

    let verifiers = provider.posted("/oauth2/token").await;
    evidence.secrets.extend(
        verifiers
            .iter()
            .filter_map(|form| form.get("code_verifier").cloned()),
    );
    let log = process.kill();
    assert!(
        log.contains("signed in") && log.contains("TRACE"),
        "the log was read: {log}"
    );
    let tokens = ["access-", "refresh-"]
        .into_iter()
        .flat_map(|kind| (1..20).map(move |number| format!("{kind}{number}-x")));
    evidence.secrets.extend(tokens);
    for secret in [
        "canary",
        "eyJ",
        "xxxxxxxxxx",
        "provider-session",
        "ada@acme.example",
        "Ada Lovelace",
        "Basic ",
    ] {
        evidence.secrets.push(secret.to_owned());
    }
    for secret in &evidence.secrets {
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "{secret} is in the log");
    }
    for (answer, secret) in evidence
        .answers
        .iter()
        .flat_map(|answer| evidence.secrets.iter().map(move |secret| (answer, secret)))
    {
        // The user's own data is what `/api/session` is for.
        let own = ["ada@acme.example", "Ada Lovelace"].contains(&secret.as_str());
        assert!(
            own || !answer.body.contains(secret.as_str()),
            "{secret} is in an answer: {}",
            answer.body
        );
    }
}

/// Answers of the provider that quote what they should not.
async fn failed_sign_ins(evidence: &mut Evidence, provider: &Provider, browser: &Browser) {
    let json = |status, body| ResponseTemplate::new(status).set_body_json(body);
    let refusal = |error| json!({ "error": error, "error_description": "canary" });
    let tokens = |answer| ("POST", "/oauth2/token", answer);
    let userinfo = |body| ("GET", "/oauth2/userinfo", json(200, body));
    let unreadable = json!({ "access_token": "canary", "expires_in": "canary" });
    for (verb, path, answer) in [
        tokens(json(401, refusal("invalid_client"))),
        tokens(json(400, refusal("invalid_grant"))),
        tokens(json(200, unreadable)),
        tokens(ResponseTemplate::new(500).set_body_string("canary")),
        (
            "GET",
            "/oauth2/jwks",
            json(200, json!({ "keys": "canary" })),
        ),
        userinfo(json!({ "sub": "ada", "tnt_id": "t", "email_verified": "canary" })),
        userinfo(json!({ "sub": "ada", "tnt_id": "t", "roles": ["canary"] })),
        userinfo(json!({ "sub": "canary", "tnt_id": "canary" })),
    ] {
        provider.instead_times(verb, path, answer, 1).await;
        evidence.sign_in(browser, "").await;
        if path == "/oauth2/jwks" {
            until_keys_are_read(browser).await;
        }
    }
    for claims in [
        json!({ "nonce": "canary" }),
        json!({ "exp": "canary" }),
        json!({ "iss": "canary" }),
        json!({ "sub": ["canary"] }),
    ] {
        provider.script(|script| script.id_token_claims = claims);
        evidence.sign_in(browser, "/login-error").await;
    }
    provider.script(|script| {
        script.id_token_claims = json!({});
        script.id_token = Arc::new(|_| "canary.canary.canary".into());
    });
    evidence.sign_in(browser, "/login-error").await;
    provider.script(|script| {
        script.id_token = Arc::new(|claims| sign(claims, &KEY, Some(KEY_ID)).into())
    });
}

/// That the provider's keys could not be read is remembered for a few seconds.
async fn until_keys_are_read(browser: &Browser) {
    let (began, mut unread) = (Instant::now(), Evidence::default());
    while !browser.cookies().contains_key("__Host-Http-session") {
        assert!(began.elapsed() < Duration::from_secs(30), "no sign-in");
        tokio::time::sleep(Duration::from_millis(200)).await;
        unread.sign_in(browser, "/").await;
    }
}

/// A session whose access token expires at once, and one that does not.
async fn session_with_failing_refresh(
    evidence: &mut Evidence,
    provider: &Provider,
    browser: &Browser,
) {
    provider.script(|script| script.access_token_lifetime = 0);
    evidence.sign_in(browser, "/").await;
    let quoting = json!({ "error": "invalid_request", "error_description": "canary" });
    let quoting = ResponseTemplate::new(400).set_body_json(quoting);
    provider
        .instead_times("POST", "/oauth2/token", quoting, 1)
        .await;
    evidence.fetch(browser, "/api/session", 401).await;

    provider.script(|script| script.access_token_lifetime = 3600);
    evidence.sign_in(browser, "/").await;
    for (path, status) in [
        ("/api/session", 200),
        ("/api/profile", 200),
        ("/api/auth/token", 404),
        ("/api/no?code=canary", 404),
    ] {
        evidence.fetch(browser, path, status).await;
    }
    let quoting = ResponseTemplate::new(200).set_body_json(json!({ "sub": ["canary"] }));
    provider
        .instead_times("GET", "/oauth2/userinfo", quoting, 1)
        .await;
    evidence.fetch(browser, "/api/profile", 503).await;
    let junk = |name: &str| (name.to_owned(), "canary".to_owned());
    browser.set_cookies(
        [
            junk("__Host-Http-session"),
            junk("__Host-Http-session.0"),
            junk("__Host-Http-login.canary"),
        ]
        .into(),
    );
    evidence.fetch(browser, "/api/session", 401).await;
}

async fn sign_out(evidence: &mut Evidence, provider: &Provider, browser: &Browser) {
    evidence.sign_in(browser, "/").await;
    let quoting = ResponseTemplate::new(500).set_body_string("canary");
    provider.instead("POST", "/oauth2/revoke", quoting).await;
    evidence.answers.push(
        browser
            .open_from_another_site("/api/auth/logout?tenant_name=canary")
            .await,
    );
    evidence
        .answers
        .push(browser.open("/api/auth/logout?tenant_name=canary").await);
    provider.await_posts("/oauth2/revoke", 2).await;
}
