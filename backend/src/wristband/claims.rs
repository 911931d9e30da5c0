//! The claims that Wristband adds to the standard ones.

use serde::Deserialize;

use super::Wristband;
use crate::{
    oidc::{Token, UserInfo, UserInfoError},
    tenant::Tenant,
    user::{Role, User},
};

#[derive(Deserialize)]
struct Claims {
    #[serde(rename = "tnt_id")]
    tenant_id: String,
    #[serde(rename = "idp_name")]
    identity_provider: Option<String>,
    #[serde(default)]
    roles: Vec<Role>,
}

/// What the provider says of a user.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What a session keeps of it.
    pub user: User,
    /// All standard claims of userinfo, where the provider has that endpoint.
    pub claims: Option<UserInfo>,
}

impl Wristband {
    /// Asks who the access token stands for. The user is one of `tenant`, which the provider does
    /// not name by itself.
    pub(crate) async fn profile(
        &self,
        access_token: &Token,
        tenant: &Tenant,
    ) -> Result<Profile, UserInfoError> {
        let claims = self.oidc.userinfo(access_token).await?.unwrap_or_default();
        let Claims {
            tenant_id,
            identity_provider,
            roles,
        } = claims.others()?;
        let user = User {
            id: claims.sub.clone(),
            tenant_id,
            tenant_name: tenant.name.clone(),
            tenant_custom_domain: tenant.custom_domain.clone(),
            identity_provider,
            name: claims.name.clone(),
            email: claims.email.clone(),
            email_verified: claims.email_verified,
            roles,
        };
        let claims = Some(claims);
        Ok(Profile { user, claims })
    }
}
