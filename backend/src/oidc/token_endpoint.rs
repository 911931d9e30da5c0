//! The token endpoint: codes and refresh tokens become tokens (RFC 6749).

use std::time::Duration;

use futures_util::{FutureExt, future::BoxFuture};
use jiff::Timestamp;
use oauth2::{
    AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet, ExtraTokenFields,
    HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError,
    StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{
        BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse,
        BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::{Client, Http, ProviderError, Token, Tokens, http::send};

/// `oauth2`'s client, with an ID token beside the usual answers.
type OAuthClient = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<IdTokenField, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What a token response holds beyond RFC 6749 (OpenID Connect Core section 3.1.3.3).
#[derive(Clone, Debug, Deserialize, Serialize)]
struct IdTokenField {
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

impl Client {
    /// Exchanges an authorization code for tokens, proving with the code verifier that we asked for it (RFC 7636).
    ///
    /// # Errors
    /// `InvalidGrant` for a code that is used, expired or not ours.
    pub async fn exchange_code(
        &self,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
    ) -> Result<IssuedTokens, TokenError> {
        let redirect_url = RedirectUrl::new(redirect_uri.to_owned())
            .map_err(|error| ProviderError(error.into()))?;
        let asked_at = self.clock.now();
        let response = self
            .oauth()
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()))
            .set_redirect_uri(std::borrow::Cow::Owned(redirect_url))
            .request_async(&self.transport())
            .await
            .map_err(classify)?;
        let id_token = response.extra_fields().id_token.clone();
        Ok(IssuedTokens {
            tokens: tokens(&response, asked_at)?,
            id_token,
        })
    }

    /// Exchanges a refresh token for new tokens (RFC 6749 section 6). One use only: the provider rotates.
    ///
    /// # Errors
    /// `InvalidGrant` when the refresh token is used, expired or revoked.
    pub async fn refresh(&self, refresh_token: &Token) -> Result<Tokens, TokenError> {
        let asked_at = self.clock.now();
        let response = self
            .oauth()
            .exchange_refresh_token(&RefreshToken::new(refresh_token.expose().to_owned()))
            .request_async(&self.transport())
            .await
            .map_err(classify)?;
        tokens(&response, asked_at)
    }

    fn oauth(&self) -> OAuthClient {
        let settings = &self.settings;
        let secret = settings.client_secret.expose_secret();
        oauth2::Client::new(ClientId::new(settings.client_id.clone()))
            .set_client_secret(ClientSecret::new(secret.to_owned()))
            .set_token_uri(TokenUrl::from_url(settings.provider.token_endpoint.clone()))
    }

    /// Carries `oauth2`'s requests with our HTTP client.
    fn transport(
        &self,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, ProviderError>> + use<>
    {
        let http = self.http.clone();
        move |request| carry(http.clone(), request).boxed()
    }
}

/// An answer of 5xx or 429 is no answer, whatever its body says.
async fn carry(http: Http, request: HttpRequest) -> Result<HttpResponse, ProviderError> {
    let (parts, body) = request.into_parts();
    let request = http.post(parts.uri.to_string());
    let answer = send(request.headers(parts.headers).body(body)).await?;
    let status = answer.status;
    if status.is_server_error() || status.as_u16() == 429 {
        return Err(ProviderError(anyhow::anyhow!(
            "the token endpoint answered {status}"
        )));
    }
    let mut converted = HttpResponse::new(answer.body);
    *converted.status_mut() = status;
    *converted.headers_mut() = answer.headers;
    Ok(converted)
}

fn tokens(
    response: &StandardTokenResponse<IdTokenField, BasicTokenType>,
    now: Timestamp,
) -> Result<Tokens, TokenError> {
    // Another kind is sent in another way (RFC 6749 section 7.1), and would not be a secret that we know how to keep.
    if *response.token_type() != BasicTokenType::Bearer {
        return Err(TokenError::Refused("tokens that are not Bearer".to_owned()));
    }
    // Without `expires_in` the lifetime is unknown (RFC 6749 section 5.1); a minute makes us ask soon.
    let lifetime = response.expires_in().unwrap_or(Duration::from_secs(60));
    Ok(Tokens {
        access_token: Token::new(response.access_token().secret().clone()),
        access_token_expires_at: now.checked_add(lifetime).unwrap_or(Timestamp::MAX),
        issued_at: now,
        renewals: 0,
        renewed_by: None,
        refresh_token: response
            .refresh_token()
            .map(|token| Token::new(token.secret().clone())),
    })
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
