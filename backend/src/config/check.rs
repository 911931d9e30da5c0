//! Settings that contradict each other or are unsafe together: refused at start, by name.

use std::time::Duration;

use anyhow::bail;
use oidc_client::is_loopback;
use secrecy::{ExposeSecret, SecretString};
use storage::redis_addresses;

use super::{
    Config,
    session::{CookieSecure, DeviceBoundSessions},
};
use sessions::StoreKind;

const MIN_SECRET_LENGTH: usize = 32;
/// Less than clocks that differ and the way back from the provider may take.
const MIN_RECENT_SIGN_IN: Duration = Duration::from_secs(60);

impl Config {
    /// Refuses settings that contradict each other or are unsafe together.
    ///
    /// # Errors
    /// The message names the variables and says what to do.
    pub fn check(&self) -> anyhow::Result<()> {
        let (provider, server, session) = (&self.provider, &self.server, &self.session);
        let public_url = server.public_url();
        let on_loopback = is_loopback(&public_url);
        let origin = public_url.origin().ascii_serialization();

        // Serialized, it must be unchanged: no path, query, user or password besides the origin.
        if public_url.as_str().strip_suffix('/') != Some(&origin) {
            bail!("PUBLIC_URL must be an origin such as https://app.example.com, without a path");
        }
        if public_url.scheme() != "https" && !on_loopback {
            bail!(
                "PUBLIC_URL must be https unless it is on loopback: cookies would travel in the \
                 clear otherwise"
            );
        }
        if session.cookie_secure == CookieSecure::Off && !on_loopback {
            bail!("COOKIE_SECURE=off is refused: PUBLIC_URL is not on loopback");
        }
        if session.session_secrets.is_none() && !on_loopback {
            bail!(
                "SESSION_SECRETS must be set when PUBLIC_URL is not on loopback (try `openssl \
                 rand -base64 32`)"
            );
        }
        let long = |secret: &SecretString| secret.expose_secret().len() >= MIN_SECRET_LENGTH;
        if session
            .session_secrets
            .as_ref()
            .is_some_and(|secrets| !secrets.0.iter().all(long))
        {
            bail!(
                "each of SESSION_SECRETS needs {MIN_SECRET_LENGTH} characters or more (try \
                 `openssl rand -base64 32`)"
            );
        }
        match (&provider.client_id, &provider.client_secret) {
            (Some(id), _) if id.is_empty() => {
                bail!("CLIENT_ID must not be empty; unset it for the local provider")
            }
            (_, Some(secret)) if secret.expose_secret().is_empty() => {
                bail!("CLIENT_SECRET must not be empty; unset it for the local provider")
            }
            (Some(_), None) => bail!("CLIENT_SECRET must be set together with CLIENT_ID"),
            (None, Some(_)) => bail!("CLIENT_ID must be set together with CLIENT_SECRET"),
            (None, None) if self.oidc.oidc_issuer.is_some() => {
                bail!("CLIENT_ID and CLIENT_SECRET must be set together with OIDC_ISSUER")
            }
            (None, None) if !self.uses_local_provider() => bail!(
                "CLIENT_ID and CLIENT_SECRET must be set for an APPLICATION_VANITY_DOMAIN \
                 that is not on loopback"
            ),
            (None, None) if !on_loopback => bail!(
                "the local provider's well-known CLIENT_SECRET is for loopback only, \
                 PUBLIC_URL is not"
            ),
            _ => {}
        }
        if self.oidc.oidc_issuer.is_none() && provider.issuer_url().is_none() {
            bail!(
                "APPLICATION_VANITY_DOMAIN must be a host name with an optional port, such as \
                 auth.example.com"
            );
        }
        if session.session_idle_timeout > session.session_absolute_timeout {
            bail!("SESSION_IDLE_TIMEOUT must not be longer than SESSION_ABSOLUTE_TIMEOUT");
        }
        if session.recent_sign_in < MIN_RECENT_SIGN_IN {
            bail!("RECENT_SIGN_IN must be 1m or longer: the user needs time to return and confirm");
        }
        if session.device_bound_sessions == DeviceBoundSessions::Required
            && (public_url.scheme() != "https" || session.cookie_secure == CookieSecure::Off)
        {
            bail!(
                "DEVICE_BOUND_SESSIONS=required needs a PUBLIC_URL with https, and secure cookies"
            );
        }
        match (&session.redis_url, session.session_store) {
            (None, StoreKind::Redis) => {
                bail!("REDIS_URL must be set for SESSION_STORE=redis, e.g. redis://127.0.0.1:6379")
            }
            (Some(_), StoreKind::Sqlite) => bail!(
                "SESSION_STORE=sqlite is for one machine: unset REDIS_URL, or use \
                 SESSION_STORE=redis"
            ),
            (Some(_), _) if session.session_secrets.is_none() => bail!(
                "SESSION_SECRETS must be set with REDIS_URL: the nodes that share it need \
                 the same"
            ),
            (Some(urls), _) => drop(redis_addresses(urls)?),
            (None, _) => {}
        }
        let (url, apis) = (&self.apis.api_orders_url, &self.apis);
        let has_target = apis.api_orders_resource.is_some() || apis.api_orders_scopes.is_some();
        if url.is_none() && has_target {
            bail!(
                "API_ORDERS_URL must be set together with API_ORDERS_RESOURCE or \
                 API_ORDERS_SCOPES"
            );
        }
        let mut scopes = provider
            .scopes
            .iter()
            .flat_map(|text| text.split_whitespace());
        if provider.scopes.is_some() && !scopes.any(|scope| scope == "openid") {
            bail!("SCOPES must contain openid: the ID token proves who signed in");
        }
        Ok(())
    }
}
