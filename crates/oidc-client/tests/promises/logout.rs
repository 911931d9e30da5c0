//! Logout tokens (Back-Channel Logout 1.0 section 2.6).

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use oidc_client::{Client, ErrorKind, Settings};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::{
    algorithms::key_for,
    publisher::{Publisher, changed},
};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

struct Provider {
    publisher: Publisher,
    key: EncodingKey,
}

impl Provider {
    async fn start() -> Self {
        let publisher = Publisher::start().await;
        let (key, jwk) = key_for(Algorithm::ES256);
        let keys = ResponseTemplate::new(200).set_body_json(json!({ "keys": [jwk] }));
        publisher.answers("GET", "/tenant/keys", keys).await;
        Self { publisher, key }
    }

    fn client(&self, accepts_older_logout_tokens: bool) -> Client {
        self.publisher.client_with(Settings {
            accepts_older_logout_tokens,
            ..Settings::new(self.publisher.issuer(), "client:1", "s%cret+".into())
        })
    }

    /// A good logout token, with these claims and this `typ` replaced.
    fn token(&self, changes: &Value, kind: Option<&str>) -> String {
        let now = self.publisher.clock.now().as_second();
        let claims = json!({
            "iss": self.publisher.issuer(), "aud": "client:1", "iat": now, "exp": now + 60,
            "jti": "one", "sub": "ada", "sid": "session", "events": { EVENT: {} },
        });
        let mut header = Header::new(Algorithm::ES256);
        header.typ = kind.map(str::to_owned);
        encode(&header, &changed(claims, changes), &self.key).expect("a token")
    }
}

#[tokio::test]
async fn a_logout_token_is_accepted_only_with_every_claim_that_the_standard_asks_for() {
    let provider = Provider::start().await;
    let client = provider.client(false);
    let kind = Some("logout+jwt");
    let token = provider.token(&json!({}), kind);
    let claims = client.verify_logout_token(&token).await;
    let claims = claims.expect("a good token");
    assert_eq!(claims.jti, "one");
    assert_eq!(claims.sub.as_deref(), Some("ada"));
    assert_eq!(claims.sid.as_deref(), Some("session"));

    let now = provider.publisher.clock.now().as_second();
    for changes in [
        json!({ "iss": "https://elsewhere.example" }),
        json!({ "aud": "another" }),
        json!({ "iat": now - 180 }),
        json!({ "iat": now + 90 }),
        json!({ "exp": now - 60 }),
        json!({ "exp": null }),
        json!({ "jti": "" }),
        json!({ "jti": null }),
        json!({ "events": {} }),
        json!({ "events": { EVENT: 7 } }),
        json!({ "nonce": "n" }),
        json!({ "sub": null, "sid": "" }),
        json!({ "nbf": now + 90 }),
    ] {
        let token = provider.token(&changes, kind);
        let error = client.verify_logout_token(&token).await;
        let error = error.expect_err("a bad token");
        assert_eq!(error.kind(), ErrorKind::InvalidToken, "{changes}: {error}");
    }
}

#[tokio::test]
async fn older_logout_tokens_are_accepted_only_where_the_settings_say_so() {
    let provider = Provider::start().await;
    for (changes, kind) in [
        (json!({}), Some("JWT")),
        (json!({}), None),
        (json!({ "exp": null }), Some("logout+jwt")),
    ] {
        let token = provider.token(&changes, kind);
        for accepts in [true, false] {
            let verified = provider.client(accepts).verify_logout_token(&token).await;
            assert_eq!(
                verified.is_ok(),
                accepts,
                "{changes} {kind:?}: {verified:?}"
            );
        }
    }
    let token = provider.token(&json!({}), Some("at+jwt"));
    let verified = provider.client(true).verify_logout_token(&token).await;
    assert!(verified.is_err(), "an access token is none");
}

#[tokio::test]
async fn a_logout_token_of_another_type_reads_no_keys() {
    let provider = Provider::start().await;
    let token = provider.token(&json!({}), Some("JWT"));
    let verified = provider.client(false).verify_logout_token(&token).await;
    assert!(verified.is_err());
    let calls = provider.publisher.calls("/tenant/keys").await;
    assert!(calls.is_empty(), "it costs nothing");
}
