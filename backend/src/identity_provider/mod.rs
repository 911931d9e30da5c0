//! The differences between identity providers, which other modules do not see.

mod openid;
mod refreshed_roles;
mod roles;
mod sign_out;

use oidc_client::{Error, ErrorKind, IdTokenClaims, Token};
use url::Url;

pub use crate::wristband::{Profile, tenant::TenantError};
pub use openid::OpenId;
pub use sign_out::SignOut;

use crate::{
    tenant::{Tenant, TenantHints},
    wristband::{self, Wristband},
};
use sessions::User;

/// The provider that users sign in with.
pub enum IdentityProvider {
    /// Wristband: tenants with hosts of their own, and a sign-out of its own.
    Wristband(Box<Wristband>),
    /// Any other OpenID provider, by its metadata.
    OpenId(OpenId),
}

impl IdentityProvider {
    /// Returns `true` if users sign in to one of several tenants.
    pub fn has_tenants(&self) -> bool {
        matches!(self, Self::Wristband(_))
    }

    /// Returns the tenant to sign in to; `None` if the user must be asked.
    ///
    /// # Errors
    /// Fails if the request names an unknown tenant.
    pub async fn resolve_tenant(
        &self,
        hints: TenantHints<'_>,
    ) -> Result<Option<Tenant>, TenantError> {
        match self {
            Self::Wristband(wristband) => wristband.resolve_tenant(hints).await,
            Self::OpenId(_) => Ok(Some(Tenant::default())),
        }
    }

    /// The page that asks the user for the tenant.
    ///
    /// # Errors
    /// If the provider must be asked for it and is unavailable.
    pub async fn application_login_url(&self, return_url: Option<&str>) -> Result<Url, Error> {
        match self {
            Self::Wristband(wristband) => wristband.application_login_url(return_url).await,
            Self::OpenId(openid) => Ok(openid.public_url.clone()),
        }
    }

    /// The page where new users sign up, before they sign in; `None` if the provider has it in the
    /// authorization endpoint (`prompt=create`). Without a tenant, Wristband makes one as well.
    ///
    /// # Errors
    /// If the provider must be asked for it and is unavailable.
    pub async fn sign_up_url(
        &self,
        tenant: Option<&Tenant>,
        return_url: Option<&str>,
    ) -> Result<Option<Url>, Error> {
        match self {
            Self::Wristband(wristband) => {
                let tenant = tenant.cloned().unwrap_or_default();
                wristband.sign_up_url(&tenant, return_url).await.map(Some)
            }
            Self::OpenId(_) => Ok(None),
        }
    }

    /// Returns `true` if new users can sign up; `false` also if the provider must be asked and does
    /// not respond soon.
    pub async fn offers_sign_up(&self) -> bool {
        match self {
            Self::Wristband(_) => true,
            Self::OpenId(openid) => openid.offers_sign_up().await,
        }
    }

    /// The authorization endpoint of this tenant.
    ///
    /// # Errors
    /// If the provider must be asked for it and is unavailable.
    pub async fn authorization_endpoint(&self, tenant: &Tenant) -> Result<Url, Error> {
        match self {
            Self::Wristband(wristband) => wristband.authorization_endpoint(tenant).await,
            Self::OpenId(openid) => openid.authorization_endpoint().await,
        }
    }

    /// Returns the signed-in user of `tenant`, from userinfo. If that fails, the verified ID token
    /// is used if it has the necessary claims. The caller compares the user with the subject of the
    /// ID token.
    ///
    /// # Errors
    /// `Unusable` if userinfo lacks a claim; any other error of userinfo if the ID token lacks one,
    /// too.
    pub async fn identify(
        &self,
        access_token: &Token,
        tenant: &Tenant,
        id_token: &IdTokenClaims,
    ) -> Result<Profile, Error> {
        let asked = match self {
            Self::Wristband(wristband) => wristband.profile(access_token, tenant).await,
            Self::OpenId(openid) => openid.profile(access_token, openid.user(id_token)).await,
        };
        let error = match asked {
            Err(error) if error.kind() != ErrorKind::Unusable => error,
            asked => return asked,
        };
        let user = match self {
            Self::Wristband(_) => wristband::user(id_token.user_claims(), tenant).ok(),
            Self::OpenId(openid) => openid.user_of_id_token_alone(id_token),
        };
        let user = user.ok_or(error)?;
        tracing::warn!("userinfo failed; the user is that of the ID token");
        Ok(Profile { user, claims: None })
    }

    /// Returns the current profile of a signed-in user.
    ///
    /// # Errors
    /// As [`Client::userinfo`](oidc_client::Client::userinfo).
    pub async fn profile(&self, access_token: &Token, user: &User) -> Result<Profile, Error> {
        match self {
            Self::Wristband(wristband) => wristband.profile(access_token, &Tenant::default()).await,
            Self::OpenId(openid) => openid.profile(access_token, user.clone()).await,
        }
    }

    /// The URL that ends the session at the provider; `None` if the provider has none.
    ///
    /// # Errors
    /// If the provider must be asked for it and is unavailable.
    pub async fn sign_out_url(&self, sign_out: SignOut<'_>) -> Result<Option<Url>, Error> {
        match self {
            Self::Wristband(wristband) => {
                let mut back = sign_out.page;
                back.set_query(Some(sign_out.outcome_query));
                let url = wristband.logout_url(sign_out.tenant, back.as_str()).await?;
                Ok(Some(url))
            }
            Self::OpenId(openid) => openid.sign_out_url(&sign_out).await,
        }
    }

    /// Optional features of this application that the provider does not offer, by the names of its
    /// metadata.
    ///
    /// # Errors
    /// If the provider must be asked and is unavailable.
    pub async fn missing_features(&self) -> Result<Vec<&'static str>, Error> {
        match self {
            Self::Wristband(_) => Ok(Vec::new()),
            Self::OpenId(openid) => openid.missing_features().await,
        }
    }

    /// The origin of the application in the browser.
    pub fn origin(&self, host: Option<&str>) -> Url {
        match self {
            Self::Wristband(wristband) => wristband.origin(host),
            Self::OpenId(openid) => openid.public_url.clone(),
        }
    }
}
