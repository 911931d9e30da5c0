//! The tokens of a session.

use std::collections::BTreeMap;

use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use oidc_client::{Token, Tokens};
use serde::{Deserialize, Serialize};

use crate::{AccessToken, Audience, Role, user::roles_length};

/// The tokens of one sign-in, as they were issued or last refreshed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SessionTokens {
    /// Sent to the provider's APIs (RFC 6750).
    pub access_token: Token,
    /// Expiry of the access token.
    #[serde(with = "millisecond::required")]
    pub access_token_expires_at: Timestamp,
    /// Time of issue.
    #[serde(with = "millisecond::required")]
    pub issued_at: Timestamp,
    /// Number of refreshes since the sign-in: of two versions, the higher is the newer.
    pub refresh_count: u64,
    /// Number of refreshes that issued a token for an API only, and left `access_token` as it was.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refreshes_for_apis: u64,
    /// The access tokens of APIs that have their own, by the name of the [`Audience`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub of_apis: BTreeMap<String, AccessToken>,
    /// The request that refreshed `access_token`, e.g. `GET /api/profile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refreshed_by: Option<String>,
    /// For the next refresh, once (RFC 6749 section 6); absent without the scope
    /// `offline_access`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Token>,
    /// The newest ID token, stored only for a provider that needs it at the sign-out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<Token>,
    /// The user's roles at this refresh, until a session takes them over into its user
    /// ([`UserSession::with_tokens`](crate::UserSession::with_tokens)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<Role>>,
}

/// Bytes in memory of the token of an API, without the token and the name.
const API_TOKEN_BYTES: usize = 120;

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl From<Tokens> for SessionTokens {
    /// The tokens of a new session.
    fn from(issued: Tokens) -> Self {
        Self {
            access_token: issued.access_token,
            access_token_expires_at: issued.access_token_expires_at,
            issued_at: issued.issued_at,
            refresh_count: 0,
            refreshes_for_apis: 0,
            of_apis: BTreeMap::new(),
            refreshed_by: None,
            refresh_token: issued.refresh_token,
            id_token: issued.id_token,
            roles: None,
        }
    }
}

impl SessionTokens {
    /// Tokens that were issued at `issued_at`.
    pub fn new(
        access_token: Token,
        access_token_expires_at: Timestamp,
        issued_at: Timestamp,
        refresh_token: Option<Token>,
    ) -> Self {
        Self {
            access_token,
            access_token_expires_at,
            issued_at,
            refresh_count: 0,
            refreshes_for_apis: 0,
            of_apis: BTreeMap::new(),
            refreshed_by: None,
            refresh_token,
            id_token: None,
            roles: None,
        }
    }

    /// The access token for an API, or the session's own for `None`; `None` if there is none for
    /// the API yet.
    pub fn access_token_for(&self, audience: Option<&Audience>) -> Option<AccessToken> {
        match audience {
            Some(audience) => self.of_apis.get(audience.name()).cloned(),
            None => Some(AccessToken {
                token: self.access_token.clone(),
                expires_at: self.access_token_expires_at,
                issued_at: self.issued_at,
                refresh: self.own_refresh_count(),
            }),
        }
    }

    /// Time of issue and expiry of the access token for an API, or of the session's own.
    pub(crate) fn lifetime(&self, audience: Option<&Audience>) -> Option<(Timestamp, Timestamp)> {
        match audience {
            Some(audience) => {
                let api = self.of_apis.get(audience.name())?;
                Some((api.issued_at, api.expires_at))
            }
            None => Some((self.issued_at, self.access_token_expires_at)),
        }
    }

    /// Returns `true` if that access token has not expired.
    pub(crate) fn are_valid(&self, now: Timestamp, audience: Option<&Audience>) -> bool {
        let lifetime = self.lifetime(audience);
        lifetime.is_some_and(|(_, expires_at)| expires_at > now)
    }

    /// Number of refreshes that issued `access_token`.
    pub fn own_refresh_count(&self) -> u64 {
        self.refresh_count.saturating_sub(self.refreshes_for_apis)
    }

    /// Returns `true` if a request with `held` gets a newer access token here; also if there cannot
    /// be one any more, without a refresh token.
    pub(crate) fn are_newer_than(&self, held: &Self, audience: Option<&Audience>) -> bool {
        let refresh = |tokens: &Self| match audience {
            Some(audience) => tokens.of_apis.get(audience.name()).map(|api| api.refresh),
            None => Some(tokens.own_refresh_count()),
        };
        let is_last = self.refresh_token.is_none() && self.refresh_count > held.refresh_count;
        refresh(self) > refresh(held) || is_last
    }

    /// The tokens of APIs that have not expired.
    pub(crate) fn unexpired_of_apis(&self, now: Timestamp) -> BTreeMap<String, AccessToken> {
        let mut of_apis = self.of_apis.clone();
        of_apis.retain(|_, token| token.expires_at > now);
        of_apis
    }

    /// Removes the token of one API, so that the others fit: that which expires first, and that of
    /// `wanted` last. Returns `false` if there is none.
    pub(crate) fn remove_api_token(&mut self, wanted: Option<&Audience>) -> bool {
        let order = |(name, token): &(&String, &AccessToken)| {
            let is_wanted = wanted.is_some_and(|wanted| wanted.name() == name.as_str());
            (is_wanted, token.expires_at)
        };
        let first = self.of_apis.iter().min_by_key(order);
        let name = first.map(|(name, _)| name.clone());
        name.is_some_and(|name| self.of_apis.remove(&name).is_some())
    }

    /// Bytes of all tokens, of the other text and of the roles.
    pub(super) fn text_length(&self) -> usize {
        let more = self.refresh_token.iter().chain(&self.id_token);
        let more: usize = more.map(|token| token.expose().len()).sum();
        let of_apis = self.of_apis.iter();
        let of_apis: usize = of_apis
            .map(|(name, api)| name.len() + api.token.expose().len() + API_TOKEN_BYTES)
            .sum();
        let refreshed_by = self.refreshed_by.as_ref().map_or(0, String::len);
        let roles = roles_length(self.roles.as_deref().unwrap_or_default());
        self.access_token.expose().len() + more + of_apis + refreshed_by + roles
    }
}
