//! The provider's API on a `wiremock` server: answers as Wristband does, or as badly as a test
//! wants.

use std::{
    collections::{HashMap, HashSet},
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use backend::clock::Clock;
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, Request, Respond, ResponseTemplate,
    matchers::{method, path},
};

use crate::harness::signing::{KEY, changed, published, sign};

pub const CLIENT_ID: &str = "local-client";
pub const KEY_ID: &str = "key-1";

/// Makes an ID token of its claims.
type IdTokenMaker = Arc<dyn Fn(&Value) -> Value + Send + Sync>;

/// What the next answers say.
#[derive(Clone)]
pub struct Script {
    /// Claims to replace (or with `null`, to leave out) in the ID token.
    pub id_token_claims: Value,
    /// How the claims become an ID token.
    pub id_token: IdTokenMaker,
    pub access_token_lifetime: u64,
    /// Bytes of access and refresh token.
    pub token_length: usize,
    pub token_type: &'static str,
    /// What else the answers of the token endpoint hold.
    pub token_padding: usize,
    pub userinfo: Value,
    /// Access tokens that userinfo refuses: how they begin.
    pub refused_access_tokens: Vec<&'static str>,
    /// Access tokens with which userinfo takes its time: how they begin.
    pub slow_userinfo: Option<(&'static str, Duration)>,
    pub with_refresh_token: bool,
    /// Whether a refresh token that is used twice ends all that came of it.
    pub detects_reuse: bool,
    /// How long the token endpoint takes.
    pub token_delay: Duration,
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
        let script = Script {
            id_token_claims: json!({}),
            id_token: Arc::new(|claims| sign(claims, &KEY, Some(KEY_ID)).into()),
            access_token_lifetime: 3600,
            token_length: 200,
            token_type: "Bearer",
            token_padding: 0,
            userinfo: json!({
                "sub": "ada", "tnt_id": "tenant-acme", "app_id": "app", "idp_name": "wristband",
                "email": "ada@acme.example", "email_verified": true, "name": "Ada Lovelace",
                "roles": [{"id": "r1", "name": "app:acme:owner", "display_name": "Owner"}],
            }),
            refused_access_tokens: Vec::new(),
            slow_userinfo: None,
            with_refresh_token: true,
            detects_reuse: false,
            token_delay: Duration::ZERO,
        };
        let provider = Self {
            server,
            script: Arc::new(Mutex::new(script)),
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
        let userinfo = move |request: &Request| {
            let script = script.lock().expect("script");
            let bearer = request.headers["authorization"].to_str().expect("text");
            let refused = script
                .refused_access_tokens
                .iter()
                .any(|token| bearer.starts_with(&format!("Bearer {token}")));
            let slow = script
                .slow_userinfo
                .filter(|(token, _)| bearer.starts_with(&format!("Bearer {token}")));
            let delay = slow.map_or(Duration::ZERO, |(_, delay)| delay);
            if refused {
                ResponseTemplate::new(401)
            } else {
                ResponseTemplate::new(200)
                    .set_body_json(&script.userinfo)
                    .set_delay(delay)
            }
        };
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
        let (script, issued, clock) = (
            Arc::clone(&self.script),
            Arc::clone(&self.issued),
            self.clock.clone(),
        );
        let issuer = self.issuer();
        let used = Mutex::new(HashSet::new());
        move |request: &Request| {
            let script = script.lock().expect("script").clone();
            let number = issued.fetch_add(1, Ordering::SeqCst) + 1;
            let token = |kind: &str| format!("{kind}-{number}-{}", "x".repeat(script.token_length));
            let form: HashMap<_, _> = url::form_urlencoded::parse(&request.body)
                .into_owned()
                .collect();
            let second_use = form
                .get("refresh_token")
                .is_some_and(|token| !used.lock().expect("used").insert(token.clone()));
            if script.detects_reuse && second_use {
                return ResponseTemplate::new(400)
                    .set_body_json(json!({ "error": "invalid_grant" }));
            }
            let now = clock.now().as_second();
            // The test hands the nonce over as the authorization code; a real provider remembers
            // it.
            let claims = json!({
                "iss": issuer, "sub": "ada", "aud": CLIENT_ID, "iat": now, "exp": now + 300,
                "nonce": form.get("code"), "sid": "provider-session", "auth_time": now,
            });
            let mut answer = json!({
                "access_token": token("access"), "expires_in": script.access_token_lifetime,
                "token_type": script.token_type,
                "padding": "x".repeat(script.token_padding),
                "id_token": (script.id_token)(&changed(claims, &script.id_token_claims)),
            });
            if script.with_refresh_token {
                answer["refresh_token"] = json!(token("refresh"));
            }
            ResponseTemplate::new(200)
                .set_body_json(answer)
                .set_delay(script.token_delay)
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
        calls
            .iter()
            .map(|call| {
                url::form_urlencoded::parse(&call.body)
                    .into_owned()
                    .collect()
            })
            .collect()
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

    /// How often a refresh token was used.
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
