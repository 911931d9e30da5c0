//! The provider's API on a `wiremock` server: answers as Wristband does, or as badly as a test
//! wants.

mod script;

use std::{
    collections::{HashMap, HashSet},
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use storage::Clock;
use wiremock::{
    Mock, MockServer, Request, Respond, ResponseTemplate,
    matchers::{method, path},
};

pub use self::script::Script;
use crate::harness::signing::{KEY, published};

pub const CLIENT_ID: &str = "local-client";
pub const KEY_ID: &str = "key-1";

/// An error response of the token endpoint (RFC 6749 section 5.2).
pub fn oauth_error(status: u16, code: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({ "error": code }))
}

/// The provider.
pub struct Provider {
    pub server: MockServer,
    script: Arc<Mutex<Script>>,
    issued: Arc<AtomicUsize>,
    clock: Clock,
}

impl Provider {
    pub async fn start(clock: Clock) -> Self {
        let server = MockServer::start().await;
        let provider = Self {
            server,
            script: Arc::new(Mutex::new(Script::default())),
            issued: Arc::default(),
            clock,
        };
        provider.answer_well().await;
        provider
    }

    /// Takes back what tests broke.
    pub async fn answer_well(&self) {
        self.server.reset().await;
        self.answers(
            "GET",
            "/oauth2/jwks",
            json!({ "keys": [published(&KEY, KEY_ID)] }),
        )
        .await;
        let configuration = json!({
            "loginUrl": "https://app.invalid/api/auth/login",
            "redirectUri": "https://app.invalid/api/auth/callback",
            "loginUrlTenantDomainSuffix": null, "customApplicationLoginPageUrl": null,
            "isApplicationCustomDomainActive": true,
        });
        self.answers(
            "GET",
            &format!("/clients/{CLIENT_ID}/sdk-configuration"),
            configuration,
        )
        .await;
        let script = Arc::clone(&self.script);
        let userinfo = move |request: &Request| script.lock().expect("script").userinfo(request);
        self.mount("GET", "/oauth2/userinfo", userinfo).await;
        self.mount("POST", "/oauth2/token", self.token_endpoint())
            .await;
        self.mount("POST", "/oauth2/revoke", ResponseTemplate::new(200))
            .await;
        self.answers(
            "POST",
            "/custom-domains/validate",
            json!({ "valid": false }),
        )
        .await;
    }

    /// Issues `access-N-...` and `refresh-N-...`, N counting the answers.
    fn token_endpoint(&self) -> impl Respond + 'static {
        let (script, issued) = (Arc::clone(&self.script), Arc::clone(&self.issued));
        let (clock, issuer) = (self.clock.clone(), self.issuer());
        let used = Mutex::new(HashSet::new());
        move |request: &Request| {
            let script = script.lock().expect("script").clone();
            let number = issued.fetch_add(1, Ordering::SeqCst) + 1;
            let form = form(request);
            let second_use = form
                .get("refresh_token")
                .is_some_and(|token| !used.lock().expect("used").insert(token.clone()));
            if script.detects_reuse && second_use {
                return oauth_error(400, "invalid_grant");
            }
            script.tokens(number, form.get("code"), &issuer, clock.now())
        }
    }

    async fn answers(&self, verb: &str, api_path: &str, body: Value) {
        self.mount(
            verb,
            api_path,
            ResponseTemplate::new(200).set_body_json(body),
        )
        .await;
    }

    async fn mount(&self, verb: &str, api_path: &str, answer: impl Respond + 'static) {
        Mock::given(method(verb))
            .and(path(format!("/api/v1{api_path}")))
            .respond_with(answer)
            .mount(&self.server)
            .await;
    }

    /// Answers one path of the API like this from now on.
    pub async fn instead(&self, verb: &str, api_path: &str, answer: ResponseTemplate) {
        self.instead_times(verb, api_path, answer, u64::MAX).await;
    }

    /// Answers one path of the API like this for some calls.
    pub async fn instead_times(
        &self,
        verb: &str,
        api_path: &str,
        answer: ResponseTemplate,
        calls: u64,
    ) {
        let mock = Mock::given(method(verb))
            .and(path(format!("/api/v1{api_path}")))
            .respond_with(answer);
        mock.with_priority(1)
            .up_to_n_times(calls)
            .mount(&self.server)
            .await;
    }

    /// Hangs up on every call to one path.
    pub async fn hang_up(&self, verb: &str, api_path: &str) {
        let mock = Mock::given(method(verb)).and(path(format!("/api/v1{api_path}")));
        mock.respond_with_err(|_: &Request| io::Error::other("cut"))
            .with_priority(1)
            .mount(&self.server)
            .await;
    }

    pub fn script(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().expect("script"));
    }

    pub fn host(&self) -> String {
        format!("localhost:{}", self.server.address().port())
    }

    pub fn issuer(&self) -> String {
        format!("http://{}", self.host())
    }

    /// The calls of a path, oldest first.
    pub async fn calls(&self, api_path: &str) -> Vec<Request> {
        let requests = self.server.received_requests().await.unwrap_or_default();
        requests
            .into_iter()
            .filter(|request| request.url.path() == format!("/api/v1{api_path}"))
            .collect()
    }

    /// The forms that were posted to a path, oldest first.
    pub async fn posted(&self, api_path: &str) -> Vec<HashMap<String, String>> {
        let calls = self.calls(api_path).await;
        calls.iter().map(form).collect()
    }

    /// The refresh tokens that were used, oldest first, without the padding.
    pub async fn refreshed_with(&self) -> Vec<String> {
        let posted = self.posted("/oauth2/token").await;
        let used = posted
            .iter()
            .filter(|form| form["grant_type"] == "refresh_token");
        used.map(|form| form["refresh_token"].trim_end_matches('x').to_owned())
            .collect()
    }

    /// The number of uses of a refresh token.
    pub async fn refreshes(&self) -> usize {
        self.refreshed_with().await.len()
    }

    /// Waits until a path was called so often.
    pub async fn await_calls(&self, api_path: &str, count: usize) {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let calls = self.calls(api_path).await.len();
            if calls >= count {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{calls} of {count} calls of {api_path}"
            );
            tokio::task::yield_now().await;
        }
    }

    /// Waits until a path was called so often, and gives the forms that were posted.
    pub async fn await_posts(&self, api_path: &str, count: usize) -> Vec<HashMap<String, String>> {
        self.await_calls(api_path, count).await;
        self.posted(api_path).await
    }
}

/// The form that was posted with a call.
fn form(call: &Request) -> HashMap<String, String> {
    url::form_urlencoded::parse(&call.body)
        .into_owned()
        .collect()
}
