//! The claims of Wristband besides the standard ones.

use oidc_client::{Error, Token, UserInfo};

use super::Wristband;
use sessions::User;

use crate::tenant::Tenant;

/// A user's profile at the provider.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The part that a session keeps.
    pub user: User,
    /// All standard claims of userinfo; `None` if the provider has no userinfo.
    pub claims: Option<UserInfo>,
}

impl Wristband {
    /// Returns the access token's user, of this tenant, which Wristband does not name.
    pub(crate) async fn profile(
        &self,
        access_token: &Token,
        tenant: &Tenant,
    ) -> Result<Profile, Error> {
        let claims = self.oidc.userinfo(access_token).await?.unwrap_or_default();
        let user = user(&claims, tenant)?;
        let claims = Some(claims);
        Ok(Profile { user, claims })
    }
}

/// The user in the claims of userinfo or of an ID token.
///
/// # Errors
/// If they do not contain the tenant's id.
pub fn user(claims: &UserInfo, tenant: &Tenant) -> Result<User, Error> {
    Ok(User {
        id: claims.sub.clone(),
        tenant_id: claims.required("tnt_id")?,
        tenant_name: tenant.name.clone(),
        tenant_custom_domain: tenant.custom_domain.clone(),
        identity_provider: claims.text("idp_name"),
        name: claims.name.clone(),
        email: claims.email.clone(),
        email_verified: claims.email_verified,
        roles: claims.optional("roles").unwrap_or_default(),
    })
}
