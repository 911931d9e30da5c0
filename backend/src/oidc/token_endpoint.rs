//! The token endpoint: codes and refresh tokens become tokens (RFC 6749, OpenID Connect Core
//! section 3.1.3).

use std::time::Duration;

use jiff::Timestamp;
use oauth2::basic::{BasicErrorResponse, BasicErrorResponseType};
use reqwest::StatusCode;
use serde::Deserialize;

use super::{Client, IdTokenError, ProviderError, Token, Tokens, http::Answer};

/// The answer to an authorization code.
#[derive(Clone, Debug)]
pub struct IssuedTokens {
    /// What the session keeps.
    pub tokens: Tokens,
    /// Who signed in; verified once and not kept.
    pub id_token: Option<Token>,
}

/// Why the token endpoint gave no tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The code or refresh token is not, or no longer, good (`invalid_grant`).
    #[error("the provider refused the grant")]
    InvalidGrant,
    /// The ID token that came with renewed tokens is not the session's: neither are they.
    #[error("the renewed tokens are not the session's: {0}")]
    NotOurs(IdTokenError, Tokens),
    /// The provider refused this application, e.g. its secret (`invalid_client`). Trying again does
    /// not help.
    #[error("the provider refused the request: {0}")]
    Refused(String),
    /// No usable answer.
    #[error(transparent)]
    Unavailable(#[from] ProviderError),
}

/// RFC 6749 section 5.1, and the ID token beside it.
#[derive(Deserialize)]
struct TokenResponse {
    access_token: Token,
    token_type: String,
    expires_in: Option<f64>,
    refresh_token: Option<Token>,
    id_token: Option<Token>,
}

impl Client {
    /// Exchanges an authorization code for tokens, proving with the code verifier that we asked for
    /// it (RFC 7636).
    ///
    /// # Errors
    /// `InvalidGrant` for a code that is used, expired or not ours.
    pub async fn exchange_code(
        &self,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
    ) -> Result<IssuedTokens, TokenError> {
        self.ask_for_tokens(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", verifier),
            ("redirect_uri", redirect_uri),
        ])
        .await
    }

    /// Exchanges a refresh token of this user for new tokens (RFC 6749 section 6). One use only:
    /// the provider rotates.
    ///
    /// # Errors
    /// `InvalidGrant` when the refresh token is used, expired or revoked.
    pub async fn refresh(&self, refresh_token: &Token, sub: &str) -> Result<Tokens, TokenError> {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose()),
        ];
        let IssuedTokens { tokens, id_token } = self.ask_for_tokens(&form).await?;
        if let Some(token) = &id_token
            && let Err(error) = self.verify_renewed_id_token(token, sub).await
        {
            return Err(TokenError::NotOurs(error, tokens));
        }
        Ok(Tokens { id_token, ..tokens })
    }

    async fn ask_for_tokens(&self, form: &[(&str, &str)]) -> Result<IssuedTokens, TokenError> {
        let endpoint = self.provider().await?.token_endpoint.clone();
        let asked_at = self.clock.now();
        let answer = self.post_form(endpoint, form).await?;
        if !answer.status.is_success() {
            return Err(refusal(&answer));
        }
        let response: TokenResponse = answer.json()?;
        // Another kind is sent in another way (RFC 6749 section 7.1), and would not be a secret
        // that we know how to keep.
        if !response.token_type.eq_ignore_ascii_case("bearer") {
            return Err(TokenError::Refused("tokens that are not Bearer".to_owned()));
        }
        Ok(issued(response, asked_at))
    }
}

/// What the provider means by an answer without tokens (RFC 6749 section 5.2). Some refuse a grant
/// with 400 and say nothing more.
fn refusal(answer: &Answer) -> TokenError {
    let status = answer.status;
    let passes = [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT];
    // A redirect is the answer of something else.
    if status.is_server_error() || status.is_redirection() || passes.contains(&status) {
        return answer.of_no_use().into();
    }
    match answer.json::<BasicErrorResponse>() {
        Ok(refusal) => match refusal.error() {
            BasicErrorResponseType::InvalidGrant => TokenError::InvalidGrant,
            error => TokenError::Refused(error.to_string()),
        },
        Err(_) if status == StatusCode::BAD_REQUEST => TokenError::InvalidGrant,
        Err(_) => TokenError::Refused(status.to_string()),
    }
}

fn issued(response: TokenResponse, asked_at: Timestamp) -> IssuedTokens {
    let lifetime = response
        .expires_in
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    // Without `expires_in` the lifetime is unknown (RFC 6749 section 5.1); a minute makes us ask
    // soon.
    let lifetime = lifetime.unwrap_or(Duration::from_secs(60));
    let expires_at = asked_at.checked_add(lifetime);
    IssuedTokens {
        tokens: Tokens {
            access_token: response.access_token,
            access_token_expires_at: expires_at.unwrap_or(Timestamp::MAX),
            issued_at: asked_at,
            renewals: 0,
            renewed_by: None,
            refresh_token: response.refresh_token,
            id_token: None,
        },
        id_token: response.id_token,
    }
}
