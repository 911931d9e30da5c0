//! The provider's API on a `wiremock` server: answers as Wristband does, or as badly as a test wants.

use std::sync::{
    Arc, LazyLock, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{method, path},
};

pub const CLIENT_ID: &str = "local-client";
pub const KEY_ID: &str = "key-1";

/// The key that the provider publishes, and one that it does not.
pub static KEY: LazyLock<EncodingKey> = LazyLock::new(new_key);
pub static FOREIGN_KEY: LazyLock<EncodingKey> = LazyLock::new(new_key);

fn new_key() -> EncodingKey {
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
    let der: Pkcs8V1Der<'_> = pair.as_der().expect("its encoding");
    let pem =
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(der.as_ref()));
    EncodingKey::from_rsa_pem(pem.as_bytes()).expect("a readable key")
}

/// What the next answers say.
#[derive(Clone)]
pub struct Script {
    /// Claims to replace (or with `null`, to leave out) in the ID token.
    pub id_token_claims: Value,
    /// The ID token as a whole, instead of a signed one.
    pub id_token: Option<Value>,
    pub access_token_lifetime: u64,
    /// Bytes of access and refresh token.
    pub token_length: usize,
    pub userinfo: Value,
    pub with_refresh_token: bool,
}

/// The provider.
pub struct Provider {
    pub server: MockServer,
    pub script: Arc<Mutex<Script>>,
    issued: Arc<AtomicUsize>,
}

impl Provider {
    pub async fn start() -> Self {
        let server = MockServer::start().await;
        let script = Script {
            id_token_claims: json!({}),
            id_token: None,
            access_token_lifetime: 3600,
            token_length: 200,
            userinfo: json!({
                "sub": "ada", "tnt_id": "tenant-acme", "app_id": "app", "idp_name": "wristband",
                "email": "ada@acme.example", "email_verified": true, "name": "Ada Lovelace",
                "roles": [{"id": "r1", "name": "app:acme:owner", "display_name": "Owner"}],
            }),
            with_refresh_token: true,
        };
        let provider = Self { server, script: Arc::new(Mutex::new(script)), issued: Arc::default() };
        provider.answer_well().await;
        provider
    }

    /// Takes back what tests broke.
    pub async fn answer_well(&self) {
        self.server.reset().await;
        let issuer = self.issuer();
        let jwk = Jwk::from_encoding_key(&KEY, Algorithm::RS256).expect("a public key");
        let mut jwk = serde_json::to_value(jwk).expect("json");
        jwk["kid"] = json!(KEY_ID);
        self.get("/oauth2/jwks", ResponseTemplate::new(200).set_body_json(json!({ "keys": [jwk] }))).await;
        let configuration = json!({
            "loginUrl": "https://app.invalid/api/auth/login", "redirectUri": "https://app.invalid/api/auth/callback",
            "loginUrlTenantDomainSuffix": null, "customApplicationLoginPageUrl": null, "isApplicationCustomDomainActive": true,
        });
        self.get(
            &format!("/clients/{CLIENT_ID}/sdk-configuration"),
            ResponseTemplate::new(200).set_body_json(configuration),
        )
        .await;

        let script = Arc::clone(&self.script);
        let userinfo =
            move |_: &Request| ResponseTemplate::new(200).set_body_json(&script.lock().expect("script").userinfo);
        Mock::given(method("GET"))
            .and(path("/api/v1/oauth2/userinfo"))
            .respond_with(userinfo)
            .mount(&self.server)
            .await;

        let (script, issued) = (Arc::clone(&self.script), Arc::clone(&self.issued));
        let token = move |request: &Request| {
            let script = script.lock().expect("script").clone();
            let number = issued.fetch_add(1, Ordering::SeqCst) + 1;
            let token = |kind: &str| format!("{kind}-{number}-{}", "x".repeat(script.token_length));
            let mut answer = json!({ "access_token": token("access"), "expires_in": script.access_token_lifetime, "token_type": "Bearer" });
            if script.with_refresh_token {
                answer["refresh_token"] = json!(token("refresh"));
            }
            // The test hands the nonce over as the authorization code; a real provider remembers it.
            let form =
                url::form_urlencoded::parse(&request.body).into_owned().collect::<std::collections::HashMap<_, _>>();
            answer["id_token"] = script.id_token.clone().unwrap_or_else(|| {
                id_token(
                    &issuer,
                    form.get("code").map_or("", String::as_str),
                    &script.id_token_claims,
                    &KEY,
                    Some(KEY_ID),
                )
                .into()
            });
            ResponseTemplate::new(200).set_body_json(answer)
        };
        Mock::given(method("POST")).and(path("/api/v1/oauth2/token")).respond_with(token).mount(&self.server).await;
        self.post("/oauth2/revoke", ResponseTemplate::new(200)).await;
        self.post("/custom-domains/validate", ResponseTemplate::new(200).set_body_json(json!({ "valid": false })))
            .await;
    }

    /// Answers one path of the API like this from now on.
    pub async fn instead(&self, verb: &str, api_path: &str, answer: ResponseTemplate) {
        let mock = Mock::given(method(verb)).and(path(format!("/api/v1{api_path}"))).respond_with(answer);
        mock.with_priority(1).mount(&self.server).await;
    }

    async fn get(&self, api_path: &str, answer: ResponseTemplate) {
        Mock::given(method("GET"))
            .and(path(format!("/api/v1{api_path}")))
            .respond_with(answer)
            .mount(&self.server)
            .await;
    }

    async fn post(&self, api_path: &str, answer: ResponseTemplate) {
        Mock::given(method("POST"))
            .and(path(format!("/api/v1{api_path}")))
            .respond_with(answer)
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

    /// The bodies that were posted to a path, oldest first.
    pub async fn posted(&self, api_path: &str) -> Vec<String> {
        let requests = self.server.received_requests().await.unwrap_or_default();
        let posted = requests.iter().filter(|request| request.url.path() == format!("/api/v1{api_path}"));
        posted.map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect()
    }

    /// How often a refresh token was used.
    pub async fn refreshes(&self) -> usize {
        self.posted("/oauth2/token").await.iter().filter(|body| body.contains("grant_type=refresh_token")).count()
    }

    /// Waits until a body was posted to a path.
    pub async fn await_post(&self, api_path: &str) -> String {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
        loop {
            if let Some(body) = self.posted(api_path).await.pop() {
                return body;
            }
            assert!(std::time::Instant::now() < deadline, "nothing was posted to {api_path}");
            tokio::task::yield_now().await;
        }
    }
}

/// A signed ID token; `changes` replaces claims, `null` leaves one out.
pub fn id_token(issuer: &str, nonce: &str, changes: &Value, key: &EncodingKey, key_id: Option<&str>) -> String {
    let now = jiff::Timestamp::now().as_second();
    let mut claims = json!({
        "iss": issuer, "sub": "ada", "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce, "sid": "provider-session",
    });
    for (name, value) in changes.as_object().into_iter().flatten() {
        if value.is_null() {
            claims.as_object_mut().expect("an object").remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    let mut header = Header::new(Algorithm::RS256);
    header.kid = key_id.map(str::to_owned);
    encode(&header, &claims, key).expect("a token")
}
