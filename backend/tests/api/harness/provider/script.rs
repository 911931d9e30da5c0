//! The next responses of the tests' provider.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use super::{CLIENT_ID, KEY_ID};
use crate::harness::{
    publisher::changed,
    signing::{KEY, sign},
};

/// Makes an ID token of its claims.
type IdTokenMaker = Arc<dyn Fn(&Value) -> Value + Send + Sync>;

/// The contents of the next responses.
#[derive(Clone)]
pub struct Script {
    /// Claims to replace (or with `null`, to leave out) in the ID token.
    pub id_token_claims: Value,
    /// The way to make an ID token of the claims.
    pub id_token: IdTokenMaker,
    pub access_token_lifetime: u64,
    /// Bytes of access and refresh token.
    pub token_length: usize,
    pub token_type: &'static str,
    /// Further members of the token endpoint's responses.
    pub token_padding: usize,
    pub userinfo: Value,
    /// Access tokens that userinfo refuses: how they begin.
    pub refused_access_tokens: Vec<&'static str>,
    /// Access tokens with which userinfo takes its time: how they begin.
    pub slow_userinfo: Option<(&'static str, Duration)>,
    pub with_refresh_token: bool,
    /// True if a second use of a refresh token revokes all tokens that descend from it.
    pub detects_reuse: bool,
    /// The time that the token endpoint takes.
    pub token_delay: Duration,
}

impl Default for Script {
    fn default() -> Self {
        Self {
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
        }
    }
}

impl Script {
    /// The answer of userinfo.
    pub(super) fn userinfo(&self, request: &Request) -> ResponseTemplate {
        let bearer = request.headers["authorization"].to_str().expect("text");
        let begins_with = |token: &str| bearer.starts_with(&format!("Bearer {token}"));
        if self
            .refused_access_tokens
            .iter()
            .any(|token| begins_with(token))
        {
            return ResponseTemplate::new(401);
        }
        let slow = self.slow_userinfo.filter(|(token, _)| begins_with(token));
        ResponseTemplate::new(200)
            .set_body_json(&self.userinfo)
            .set_delay(slow.map_or(Duration::ZERO, |(_, delay)| delay))
    }

    /// The answer of the token endpoint that is its `number`th.
    pub(super) fn tokens(
        &self,
        number: usize,
        code: Option<&String>,
        issuer: &str,
        now: Timestamp,
    ) -> ResponseTemplate {
        let token = |kind: &str| format!("{kind}-{number}-{}", "x".repeat(self.token_length));
        let now = now.as_second();
        // The test hands the nonce over as the authorization code; a real provider remembers it.
        let claims = json!({
            "iss": issuer, "sub": "ada", "aud": CLIENT_ID, "iat": now, "exp": now + 300,
            "nonce": code, "sid": "provider-session", "auth_time": now,
        });
        let mut answer = json!({
            "access_token": token("access"), "expires_in": self.access_token_lifetime,
            "token_type": self.token_type,
            "padding": "x".repeat(self.token_padding),
            "id_token": (self.id_token)(&changed(claims, &self.id_token_claims)),
        });
        if self.with_refresh_token {
            answer["refresh_token"] = json!(token("refresh"));
        }
        ResponseTemplate::new(200)
            .set_body_json(answer)
            .set_delay(self.token_delay)
    }
}
