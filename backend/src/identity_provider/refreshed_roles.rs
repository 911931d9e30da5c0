//! The user's roles after a refresh, see decision 12.

use async_trait::async_trait;
use oidc_client::{Tokens, UserInfo};
use sessions::{Role, RoleSource, User};

use super::{IdentityProvider, OpenId};

#[async_trait]
impl RoleSource for IdentityProvider {
    /// The roles in the ID token, else those of userinfo. `None` if neither names roles.
    async fn roles(&self, refreshed: &Tokens, user: &User) -> Option<Vec<Role>> {
        let said = refreshed.claims.as_ref();
        if let Some(roles) = said.and_then(|claims| self.roles_in(claims)) {
            return Some(roles);
        }
        let client = match self {
            Self::OpenId(OpenId {
                roles_claim: None, ..
            }) => return None,
            Self::OpenId(openid) => &openid.client,
            Self::Wristband(wristband) => wristband.client(),
        };
        match client.userinfo(&refreshed.access_token).await {
            Ok(Some(claims)) if claims.sub != user.id => {
                tracing::error!("userinfo is about another user (Core section 5.3.2)");
                None
            }
            Ok(claims) => claims.and_then(|claims| self.roles_in(&claims)),
            Err(error) => {
                tracing::warn!(%error, "roles could not be read; the session keeps them");
                None
            }
        }
    }
}

impl IdentityProvider {
    fn roles_in(&self, claims: &UserInfo) -> Option<Vec<Role>> {
        match self {
            Self::Wristband(_) => claims.optional("roles"),
            Self::OpenId(openid) => openid.roles(claims),
        }
    }
}
