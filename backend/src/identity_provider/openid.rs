//! Any OpenID provider, as far as its metadata goes.

use std::sync::Arc;

use url::Url;

use super::{Profile, SignOut, roles};
use crate::{
    oidc::{Client, IdTokenClaims, ProviderError, Token, UserInfo, UserInfoError},
    user::{Role, User},
};

/// An OpenID provider without tenants that have hosts of their own. What is not in its metadata is
/// set by hand.
pub struct OpenId {
    /// The application's own origin.
    pub public_url: Url,
    /// The claim that names the user's tenant.
    pub tenant_claim: Option<String>,
    /// The claim that lists the user's roles.
    pub roles_claim: Option<String>,
    /// Asks it.
    pub client: Arc<Client>,
}

impl OpenId {
    pub(super) async fn authorization_endpoint(&self) -> Result<Url, ProviderError> {
        Ok(self.client.provider().await?.authorization_endpoint.clone())
    }

    /// What an ID token says of the user. The tenant is the issuer's host where no claim names one.
    pub(super) fn user(&self, id_token: &IdTokenClaims) -> User {
        let issuer = Url::parse(self.client.issuer()).ok();
        let host = issuer.as_ref().and_then(Url::host_str).unwrap_or_default();
        let user = User {
            tenant_id: host.to_owned(),
            ..User::default()
        };
        self.described(user, &id_token.user_claims())
    }

    /// What userinfo says of the user, on top of what is known; just that where there is no such
    /// endpoint.
    pub(super) async fn profile(
        &self,
        access_token: &Token,
        known: User,
    ) -> Result<Profile, UserInfoError> {
        let claims = self.client.userinfo(access_token).await?;
        let user = match &claims {
            Some(claims) => self.described(known, claims),
            None => known,
        };
        Ok(Profile { user, claims })
    }

    /// The user, with everything replaced that the provider says anew.
    fn described(&self, known: User, claims: &UserInfo) -> User {
        let email_is_new = claims.email.is_some();
        User {
            id: claims.sub.clone(),
            tenant_id: self.tenant_id(claims).unwrap_or(known.tenant_id),
            name: claims.display_name().or(known.name),
            email_verified: if email_is_new {
                claims.email_verified
            } else {
                claims.email_verified.or(known.email_verified)
            },
            email: claims.email.clone().or(known.email),
            roles: self.roles(claims).unwrap_or(known.roles),
            ..known
        }
    }

    fn tenant_id(&self, claims: &UserInfo) -> Option<String> {
        let claim = claims.at(self.tenant_claim.as_deref()?)?;
        roles::text(claim).filter(|text| !text.is_empty())
    }

    fn roles(&self, claims: &UserInfo) -> Option<Vec<Role>> {
        let claim = claims.at(self.roles_claim.as_deref()?)?;
        Some(roles::roles(claim))
    }

    /// RP-Initiated Logout 1.0. Providers compare the address to come back to with the registered
    /// one, to the letter: what the page is told travels in `state`.
    pub(super) async fn sign_out_url(
        &self,
        sign_out: &SignOut<'_>,
    ) -> Result<Option<Url>, ProviderError> {
        // Nothing in it needs encoding: not every provider gives that back as it was.
        let state = sign_out.note.replace('&', ".").replace('=', "-");
        let page = sign_out.page.as_str();
        let url = self.client.end_session_url(sign_out.id_token, page, &state);
        url.await
    }

    pub(super) async fn lacks(&self) -> Result<Vec<&'static str>, ProviderError> {
        Ok(self.client.provider().await?.lacks())
    }
}
