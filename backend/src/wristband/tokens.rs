//! The token endpoint: codes and refresh tokens become tokens, and refresh tokens are revoked (RFC 6749, RFC 7009).

use std::{sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use futures_util::{FutureExt, future::BoxFuture};
use jiff::Timestamp;
use oauth2::{
    AuthorizationCode, ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl,
    RefreshToken, RequestTokenError, StandardTokenResponse, TokenResponse,
    basic::{BasicErrorResponse, BasicErrorResponseType, BasicTokenType},
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::{ProviderError, Wristband};
use crate::session::{Token, Tokens};

/// What a token response holds beyond RFC 6749 (OpenID Connect Core section 3.1.3.3).
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct IdTokenField {
    id_token: Option<Token>,
}

impl ExtraTokenFields for IdTokenField {}

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
    /// The provider refused this application, e.g. its secret (`invalid_client`). Trying again does not help.
    #[error("the provider refused the request: {0}")]
    Refused(String),
    /// No usable answer.
    #[error(transparent)]
    Unavailable(#[from] ProviderError),
}

impl Wristband {
    /// Exchanges an authorization code for tokens, proving with the code verifier that we asked for it (RFC 7636).
    ///
    /// # Errors
    /// `InvalidGrant` for a code that is used, expired or not ours.
    pub async fn exchange_code(
        &self,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<IssuedTokens, TokenError> {
        let redirect_url = RedirectUrl::new(redirect_uri.to_owned())
            .map_err(|error| ProviderError(error.into()))?;
        let response = self
            .oauth
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()))
            .set_redirect_uri(std::borrow::Cow::Owned(redirect_url))
            .request_async(&self.transport())
            .await
            .map_err(classify)?;
        let id_token = response.extra_fields().id_token.clone();
        Ok(IssuedTokens {
            tokens: tokens(&response, now),
            id_token,
        })
    }

    /// Exchanges a refresh token for new tokens (RFC 6749 section 6). One use only: the provider rotates.
    ///
    /// # Errors
    /// `InvalidGrant` when the refresh token is used, expired or revoked.
    pub async fn refresh(
        &self,
        refresh_token: &Token,
        now: Timestamp,
    ) -> Result<Tokens, TokenError> {
        let response = self
            .oauth
            .exchange_refresh_token(&RefreshToken::new(refresh_token.expose().to_owned()))
            .request_async(&self.transport())
            .await
            .map_err(classify)?;
        Ok(tokens(&response, now))
    }

    /// Revokes a refresh token (RFC 7009), and with it what it led to. Not with `oauth2`, which insists on https even
    /// for the provider on this machine.
    ///
    /// # Errors
    /// When the provider does not confirm.
    pub async fn revoke(&self, refresh_token: &Token) -> Result<(), ProviderError> {
        let encoded =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let form = [
            ("token", refresh_token.expose()),
            ("token_type_hint", "refresh_token"),
        ];
        self.http
            .post(self.api("/oauth2/revoke"))
            // RFC 6749 section 2.3.1: id and secret are form-encoded before they become a user name and password.
            .basic_auth(
                encoded(self.client_id()),
                Some(encoded(self.client_secret.expose_secret())),
            )
            .form(&form)
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    /// Revokes a refresh token that nobody uses any more. Nobody waits for it: a provider that does not answer must
    /// not keep anybody signed in.
    pub fn revoke_in_background(self: &Arc<Self>, refresh_token: Option<Token>) {
        let Some(refresh_token) = refresh_token else {
            return;
        };
        let wristband = Arc::clone(self);
        let retries = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(500))
            .with_max_times(5)
            .with_jitter();
        tokio::spawn(async move {
            let revoked = (|| wristband.revoke(&refresh_token))
                .retry(retries)
                .notify(
                    |error, pause| tracing::warn!(%error, ?pause, "refresh token not revoked yet"),
                )
                .await;
            if let Err(error) = revoked {
                tracing::error!(%error, "refresh token not revoked; it ends with its own lifetime");
            }
        });
    }

    /// Carries `oauth2`'s requests with our HTTP client.
    fn transport(
        &self,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, ProviderError>> + use<>
    {
        let http = self.http.clone();
        move |request| send(http.clone(), request).boxed()
    }
}

/// An answer of 5xx or 429 is no answer, whatever its body says.
async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, ProviderError> {
    let (parts, body) = request.into_parts();
    let response = http
        .request(parts.method, parts.uri.to_string())
        .headers(parts.headers)
        .body(body)
        .send()
        .await?;
    let status = response.status();
    if status.is_server_error() || status.as_u16() == 429 {
        return Err(ProviderError(anyhow::anyhow!(
            "the token endpoint answered {status}"
        )));
    }
    let mut converted = HttpResponse::new(Vec::new());
    *converted.status_mut() = status;
    converted.headers_mut().clone_from(response.headers());
    *converted.body_mut() = response.bytes().await?.to_vec();
    Ok(converted)
}

fn tokens(
    response: &StandardTokenResponse<IdTokenField, BasicTokenType>,
    now: Timestamp,
) -> Tokens {
    // Without `expires_in` the lifetime is unknown (RFC 6749 section 5.1); a minute makes us ask soon.
    let lifetime = response.expires_in().unwrap_or(Duration::from_secs(60));
    Tokens {
        access_token: Token::new(response.access_token().secret().clone()),
        access_token_expires_at: now.checked_add(lifetime).unwrap_or(Timestamp::MAX),
        issued_at: now,
        renewals: 0,
        renewed_by: None,
        refresh_token: response
            .refresh_token()
            .map(|token| Token::new(token.secret().clone())),
    }
}

fn classify(error: RequestTokenError<ProviderError, BasicErrorResponse>) -> TokenError {
    match error {
        RequestTokenError::ServerResponse(answer)
            if *answer.error() == BasicErrorResponseType::InvalidGrant =>
        {
            TokenError::InvalidGrant
        }
        RequestTokenError::ServerResponse(answer) => {
            TokenError::Refused(answer.error().to_string())
        }
        RequestTokenError::Request(error) => TokenError::Unavailable(error),
        // Neither the body nor the parser's words go on: they could quote a token.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            TokenError::Unavailable(ProviderError(anyhow::anyhow!(
                "the token endpoint's answer cannot be read"
            )))
        }
    }
}
