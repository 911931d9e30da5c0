//! What differs between identity providers. Nothing else of the application asks which one it has.

mod openid;
mod roles;

use url::Url;

pub use crate::wristband::{Profile, tenant::TenantError};
pub use openid::OpenId;

use crate::{
    oidc::{IdTokenClaims, ProviderError, Token, UserInfoError},
    tenant::{Tenant, TenantHints},
    user::User,
    wristband::Wristband,
};

/// The provider that users sign in with.
pub enum IdentityProvider {
    /// Wristband: tenants with hosts of their own, and a sign-out of its own.
    Wristband(Box<Wristband>),
    /// Any other, as far as its metadata goes.
    OpenId(OpenId),
}

/// What a sign-out takes along to the provider.
#[derive(Debug)]
pub struct SignOut<'a> {
    /// Where the user was signed in.
    pub tenant: &'a Tenant,
    /// The page to come back to.
    pub page: Url,
    /// What that page is told, as a query.
    pub note: &'a str,
    /// The ID token of the session that has ended.
    pub id_token: Option<&'a Token>,
}

impl IdentityProvider {
    /// Whether users sign in to one of several tenants.
    pub fn has_tenants(&self) -> bool {
        matches!(self, Self::Wristband(_))
    }

    /// The tenant to sign in to; `None`: ask the user for it.
    ///
    /// # Errors
    /// For a tenant that there is not.
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
    /// When the provider has to be asked for it and does not answer.
    pub async fn application_login_url(
        &self,
        return_url: Option<&str>,
    ) -> Result<Url, ProviderError> {
        match self {
            Self::Wristband(wristband) => wristband.application_login_url(return_url).await,
            Self::OpenId(openid) => Ok(openid.public_url.clone()),
        }
    }

    /// Where the browser goes to sign in to this tenant.
    ///
    /// # Errors
    /// When the provider has to be asked for it and does not answer.
    pub async fn authorization_endpoint(&self, tenant: &Tenant) -> Result<Url, ProviderError> {
        match self {
            Self::Wristband(wristband) => wristband.authorization_endpoint(tenant).await,
            Self::OpenId(openid) => openid.authorization_endpoint().await,
        }
    }

    /// Who has signed in to `tenant`, and what the provider says of them. The caller compares the
    /// user with the subject of the ID token.
    ///
    /// # Errors
    /// `Unauthorized` when the provider refuses its own token.
    pub async fn identify(
        &self,
        access_token: &Token,
        tenant: &Tenant,
        id_token: &IdTokenClaims,
    ) -> Result<Profile, UserInfoError> {
        match self {
            Self::Wristband(wristband) => wristband.profile(access_token, tenant).await,
            Self::OpenId(openid) => openid.profile(access_token, openid.user(id_token)).await,
        }
    }

    /// What the provider says now of a user who is signed in.
    ///
    /// # Errors
    /// `Unauthorized` when the provider refuses the token.
    pub async fn profile(
        &self,
        access_token: &Token,
        user: &User,
    ) -> Result<Profile, UserInfoError> {
        match self {
            Self::Wristband(wristband) => wristband.profile(access_token, &Tenant::default()).await,
            Self::OpenId(openid) => openid.profile(access_token, user.clone()).await,
        }
    }

    /// Where the provider ends its own session; `None`: it has no such place.
    ///
    /// # Errors
    /// When the provider has to be asked for it and does not answer.
    pub async fn sign_out_url(&self, sign_out: SignOut<'_>) -> Result<Option<Url>, ProviderError> {
        match self {
            Self::Wristband(wristband) => {
                let mut back = sign_out.page;
                back.set_query(Some(sign_out.note));
                let url = wristband.logout_url(sign_out.tenant, back.as_str()).await?;
                Ok(Some(url))
            }
            Self::OpenId(openid) => openid.sign_out_url(&sign_out).await,
        }
    }

    /// What the provider does not offer of what this application would use, by the names of its
    /// metadata.
    ///
    /// # Errors
    /// When the provider has to be asked and does not answer.
    pub async fn lacks(&self) -> Result<Vec<&'static str>, ProviderError> {
        match self {
            Self::Wristband(_) => Ok(Vec::new()),
            Self::OpenId(openid) => openid.lacks().await,
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
