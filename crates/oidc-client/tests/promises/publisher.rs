//! A provider that publishes its metadata, and a client that knows no more than its issuer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use oidc_client::{Background, Client, ClientAuthentication, Http, Settings};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

pub const METADATA: &str = "/tenant/.well-known/openid-configuration";

/// The machine's time, and by how many milliseconds a test has moved it.
#[derive(Clone, Default)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_millis(self.0.load(Ordering::Relaxed))
    }

    pub fn advance(&self, by: Duration) {
        let ms = i64::try_from(by.as_millis()).expect("a short time");
        self.0.fetch_add(ms, Ordering::Relaxed);
    }

    pub fn set_back(&self, by: Duration) {
        let ms = i64::try_from(by.as_millis()).expect("a short time");
        self.0.fetch_sub(ms, Ordering::Relaxed);
    }
}

/// A provider whose issuer has a path.
pub struct Publisher {
    pub server: MockServer,
    pub clock: Clock,
}

impl Publisher {
    pub async fn start() -> Self {
        let (server, clock) = (MockServer::start().await, Clock::default());
        let publisher = Self { server, clock };
        publisher.publishes(&json!({})).await;
        publisher
    }

    pub fn issuer(&self) -> String {
        format!("http://localhost:{}/tenant", self.server.address().port())
    }

    /// Good metadata, with these members replaced.
    pub fn metadata(&self, changes: &Value) -> Value {
        let issuer = self.issuer();
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA", "HS256"],
        });
        changed(metadata, changes)
    }

    /// From now on its metadata differs in these members.
    pub async fn publishes(&self, changes: &Value) {
        let metadata = ResponseTemplate::new(200).set_body_json(self.metadata(changes));
        self.server.reset().await;
        self.answers("GET", METADATA, metadata).await;
    }

    pub async fn answers(&self, verb: &str, at: &str, answer: ResponseTemplate) {
        let mock = Mock::given(method(verb)).and(path(at)).respond_with(answer);
        mock.mount(&self.server).await;
    }

    /// A client of it.
    pub fn client(&self, authentication: Option<ClientAuthentication>) -> Client {
        self.client_of(self.issuer(), authentication)
    }

    /// A client that was told another issuer.
    pub fn client_of(
        &self,
        issuer: String,
        authentication: Option<ClientAuthentication>,
    ) -> Client {
        let settings = Settings {
            authentication,
            ..Settings::new(issuer, "client:1", "s%cret+".into())
        };
        self.client_with(settings)
    }

    /// A client with these settings.
    pub fn client_with(&self, settings: Settings) -> Client {
        let http = Http::builder().no_proxy().build().expect("a client");
        let (http, clock) = (Http::new(http, Background::here()), self.clock.clone());
        Client::new(settings, http, move || clock.now())
    }

    pub async fn calls(&self, at: &str) -> Vec<wiremock::Request> {
        let calls = self.server.received_requests().await.unwrap_or_default();
        calls
            .into_iter()
            .filter(|call| call.url.path() == at)
            .collect()
    }
}

/// Replaces members; `null` leaves one out.
pub fn changed(mut object: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().into_iter().flatten() {
        if value.is_null() {
            object.as_object_mut().expect("an object").remove(name);
        } else {
            object[name] = value.clone();
        }
    }
    object
}
