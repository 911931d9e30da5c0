//! A provider that publishes its metadata, and a client that knows no more than its issuer.

use backend::{
    background::Background,
    clock::Clock,
    oidc::{Client, ClientAuthentication, Http, LogoutTokens, Provider, Settings},
};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use crate::harness::signing::changed;

pub const METADATA: &str = "/tenant/.well-known/openid-configuration";

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
            client_id: "client:1".to_owned(),
            client_secret: "s%cret+".into(),
            authentication,
            scopes: None,
            authorization_params: Vec::new(),
            logout_tokens: LogoutTokens::Strict,
            provider: Provider::Discovered(issuer),
        };
        Client::new(
            settings,
            Http::new(Background::here()).expect("a client"),
            self.clock.clone(),
        )
    }

    pub async fn calls(&self, at: &str) -> Vec<wiremock::Request> {
        let calls = self.server.received_requests().await.unwrap_or_default();
        calls
            .into_iter()
            .filter(|call| call.url.path() == at)
            .collect()
    }
}
