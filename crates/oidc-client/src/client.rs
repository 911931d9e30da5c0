//! The client of a provider: every request and every check.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use tokio::{sync::Mutex, task::JoinHandle};
use url::Url;

use crate::{
    AuthorizationRequest, Error, Http, IdTokenClaims, LogoutClaims, Provider, ProviderMetadata,
    Settings, Token, TokenTarget, Tokens, UserInfo, authorization,
    clock::Clock,
    context::Context,
    end_session, id_token, logout_token,
    metadata::{AUTHENTICATION_METHODS, discovery_address},
    revocation, signed_token, token_endpoint, userinfo,
};

/// Shortest time between two requests of [`Client::is_reachable`].
const PROBE_INTERVAL: Duration = Duration::from_secs(2);

/// A client of an OpenID provider.
pub struct Client {
    context: Arc<Context>,
    /// Time and outcome of the last probe.
    last_probe: Mutex<Option<(Instant, bool)>>,
}

impl Client {
    /// The difference between the clocks of provider and application that every check allows.
    pub const CLOCK_SKEW: SignedDuration = signed_token::CLOCK_SKEW;

    /// Prepares a client. Sends no request: an application starts without its provider. `now`
    /// returns the time, such as [`Timestamp::now`].
    pub fn new(
        settings: Settings,
        http: Http,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        Self {
            context: Arc::new(Context::new(settings, http, Clock::new(now))),
            last_probe: Mutex::const_new(None),
        }
    }

    /// The client id.
    pub fn client_id(&self) -> &str {
        self.context.client_id()
    }

    /// The issuer, exactly as ID tokens and callbacks must name it.
    pub fn issuer(&self) -> &str {
        self.context.issuer()
    }

    /// Returns the provider's metadata. It is read at the first call, and again when it is older
    /// than its `Cache-Control` allows, ten minutes at most.
    ///
    /// # Errors
    /// `Unavailable`, also for metadata of another issuer or with endpoints without https.
    pub async fn provider(&self) -> Result<Arc<ProviderMetadata>, Error> {
        self.context.metadata().await
    }

    /// Returns the provider's requirements that this client does not support, by the names of its
    /// metadata: nobody can sign in. A configured
    /// [`ClientAuthentication`](crate::ClientAuthentication) counts as supported.
    ///
    /// # Errors
    /// As [`Client::provider`].
    pub async fn unsupported_requirements(&self) -> Result<Vec<&'static str>, Error> {
        let mut unsupported_requirements = self.provider().await?.unsupported_requirements.clone();
        if self.context.settings.authentication.is_some() {
            unsupported_requirements.retain(|name| *name != AUTHENTICATION_METHODS);
        }
        Ok(unsupported_requirements)
    }

    /// Returns `true` if the provider responds. Sends a request at most once in two seconds; in
    /// between it returns the last outcome.
    pub async fn is_reachable(&self) -> bool {
        let mut last = self.last_probe.lock().await;
        if let Some((at, answered)) = *last
            && at.elapsed() < PROBE_INTERVAL
        {
            return answered;
        }
        let status = self.probe().await;
        let answered = status.is_ok_and(|status| !status.is_server_error());
        *last = Some((Instant::now(), answered));
        answered
    }

    async fn probe(&self) -> Result<StatusCode, Error> {
        let address = match &self.context.settings.provider {
            Provider::Given(metadata) => metadata.jwks_uri.clone(),
            Provider::Discovered(issuer) => discovery_address(issuer)?,
        };
        let http = &self.context.http;
        let request = http.get(address).timeout(PROBE_INTERVAL / 2);
        Ok(http.send(request).await?.status)
    }

    /// Returns the address of an authorization request. `endpoint` is the metadata's
    /// `authorization_endpoint`, or that of a tenant. The parameters of `request`
    /// replace those of [`Settings::authorization_params`].
    ///
    /// # Errors
    /// As [`Client::provider`], unless the scopes are configured.
    pub async fn authorization_url(
        &self,
        endpoint: Url,
        request: &AuthorizationRequest<'_>,
    ) -> Result<Url, Error> {
        authorization::url(&self.context, endpoint, request).await
    }

    /// Exchanges an authorization code for tokens, with the code verifier as proof that this
    /// client asked for it (RFC 7636).
    ///
    /// # Errors
    /// `InvalidGrant` for a code that was used, has expired or is another client's;
    /// `ClientRefused`; `Unusable`, `Unreadable`, `Unavailable`.
    pub async fn exchange_code(
        &self,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
    ) -> Result<Tokens, Error> {
        token_endpoint::exchange_code(&self.context, code, verifier, redirect_uri).await
    }

    /// Exchanges the refresh token of the user `sub` for new tokens (RFC 6749 section 6). Send it
    /// once only: most providers rotate.
    ///
    /// # Errors
    /// `InvalidGrant` and `GrantRefused` for a token that was used, has expired or is revoked;
    /// `Unusable` and `Unreadable` if it is spent without new tokens; `WrongTokens` for tokens of
    /// another user, client or provider; `ClientRefused`, `Unavailable`.
    pub async fn refresh(&self, refresh_token: &Token, sub: &str) -> Result<Tokens, Error> {
        token_endpoint::refresh(&self.context, refresh_token, sub, None).await
    }

    /// As [`Client::refresh`], but the new access token is for one API (RFC 8707 section 2.2).
    ///
    /// # Errors
    /// Also `TargetRefused` if the provider issues no token for this API.
    pub async fn refresh_for(
        &self,
        refresh_token: &Token,
        sub: &str,
        target: &TokenTarget,
    ) -> Result<Tokens, Error> {
        token_endpoint::refresh(&self.context, refresh_token, sub, Some(target)).await
    }

    /// Checks signature, algorithm, `crit`, `iss`, `aud`, `azp`, `exp`, `nbf`, `iat`, `auth_time`,
    /// `nonce` and `sub` of an ID token (Core section 3.1.3.7), and returns its claims.
    ///
    /// # Errors
    /// `InvalidToken` names the first check that failed, `Unavailable` means that the keys could
    /// not be read.
    pub async fn verify_id_token(
        &self,
        token: Option<&Token>,
        nonce: &str,
    ) -> Result<IdTokenClaims, Error> {
        Ok(id_token::verify(&self.context, token, nonce).await?)
    }

    /// Checks signature, algorithm, `typ`, `crit`, `iss`, `aud`, `exp`, `nbf`, `iat`, `jti`,
    /// `events`, `nonce`, `sub` and `sid` of a logout token (Back-Channel Logout 1.0 section 2.6).
    /// The caller records each `jti`, to refuse a token that was sent before.
    ///
    /// # Errors
    /// `InvalidToken` names the first check that failed, `Unavailable` means that the keys could
    /// not be read.
    pub async fn verify_logout_token(&self, token: &str) -> Result<LogoutClaims, Error> {
        Ok(logout_token::verify(&self.context, token).await?)
    }

    /// Returns the claims of the access token's user (Core section 5.3); `None` if the provider has
    /// no such endpoint. Compare `sub` with that of the ID token: this is left to the caller.
    ///
    /// # Errors
    /// `AccessTokenRefused`; `Unusable` without a `sub`; `Unavailable`.
    pub async fn userinfo(&self, access_token: &Token) -> Result<Option<UserInfo>, Error> {
        userinfo::get(&self.context, access_token).await
    }

    /// Revokes a refresh token and the access tokens that came with it (RFC 7009). A provider
    /// without the endpoint revokes nothing.
    ///
    /// # Errors
    /// `Unavailable` if the provider does not confirm.
    pub async fn revoke(&self, refresh_token: &Token) -> Result<(), Error> {
        revocation::revoke(&self.context, refresh_token).await
    }

    /// Revokes a refresh token in the background, with five retries, so that a sign-out need not
    /// wait for the provider. The task returns `true` if the provider confirmed.
    pub fn revoke_in_background(&self, refresh_token: Option<Token>) -> Option<JoinHandle<bool>> {
        let context = Arc::clone(&self.context);
        Some(revocation::revoke_in_background(context, refresh_token?))
    }

    /// Returns the address that ends the provider's own session (RP-Initiated Logout 1.0 section
    /// 2); `None` if the provider has none. With an ID token as a hint most providers do not ask
    /// the user to confirm; it is omitted if the address would be too long. The redirect URI must
    /// be registered; `state` is returned with the redirect.
    ///
    /// # Errors
    /// As [`Client::provider`].
    pub async fn end_session_url(
        &self,
        id_token_hint: Option<&Token>,
        post_logout_redirect_uri: &str,
        state: &str,
    ) -> Result<Option<Url>, Error> {
        let back = post_logout_redirect_uri;
        end_session::url(&self.context, id_token_hint, back, state).await
    }
}
