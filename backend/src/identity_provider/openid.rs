//! Any OpenID provider, by its metadata.

use std::{sync::Arc, time::Duration};

use oidc_client::{Client, Error, IdTokenClaims, Token, UserInfo};
use url::Url;

use super::{Profile, SignOut, roles};
use sessions::{Role, User};

/// Longest wait for the provider's metadata, for a page that is shown also without it.
const METADATA_WAIT: Duration = Duration::from_secs(1);

/// An OpenID provider whose tenants, if any, have no hosts of their own.
pub struct OpenId {
    /// The application's own origin.
    pub public_url: Url,
    /// The claim that names the user's tenant.
    pub tenant_claim: Option<String>,
    /// The claim that lists the user's roles.
    pub roles_claim: Option<String>,
    /// The OpenID Connect client.
    pub client: Arc<Client>,
}

impl OpenId {
    pub(super) async fn authorization_endpoint(&self) -> Result<Url, Error> {
        Ok(self.client.provider().await?.authorization_endpoint.clone())
    }

    /// Returns `true` if the metadata list `prompt=create` (Initiating User Registration via OpenID
    /// Connect 1.0 section 4.2).
    pub(super) async fn offers_sign_up(&self) -> bool {
        let metadata = tokio::time::timeout(METADATA_WAIT, self.client.provider()).await;
        let Ok(Ok(metadata)) = metadata else {
            return false;
        };
        let prompts = &metadata.prompt_values_supported;
        prompts.iter().any(|prompt| prompt == "create")
    }

    /// The user of an ID token. Without a tenant claim, the tenant is the issuer's host.
    pub(super) fn user(&self, id_token: &IdTokenClaims) -> User {
        let issuer = Url::parse(self.client.issuer()).ok();
        let host = issuer.as_ref().and_then(Url::host_str).unwrap_or_default();
        let user = User {
            tenant_id: host.to_owned(),
            ..User::default()
        };
        self.described(user, id_token.user_claims())
    }

    /// The user of an ID token, if it has the configured claims.
    pub(super) fn user_of_id_token_alone(&self, id_token: &IdTokenClaims) -> Option<User> {
        let claims = id_token.user_claims();
        let has = |claim: &Option<String>| {
            let claim = claim.as_deref();
            claim.is_none_or(|name| claims.at(name).is_some())
        };
        (has(&self.tenant_claim) && has(&self.roles_claim)).then(|| self.user(id_token))
    }

    /// The user of userinfo, completed by `known`; only `known` if the provider has no userinfo.
    pub(super) async fn profile(
        &self,
        access_token: &Token,
        known: User,
    ) -> Result<Profile, Error> {
        let claims = self.client.userinfo(access_token).await?;
        let user = match &claims {
            Some(claims) => self.described(known, claims),
            None => known,
        };
        Ok(Profile { user, claims })
    }

    /// `known`, with the claims of userinfo.
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

    pub(super) fn roles(&self, claims: &UserInfo) -> Option<Vec<Role>> {
        let claim = claims.at(self.roles_claim.as_deref()?)?;
        Some(roles::roles(claim))
    }

    /// RP-Initiated Logout 1.0. The return address must equal the registered one exactly, so the
    /// page's query is sent in `state`.
    pub(super) async fn sign_out_url(&self, sign_out: &SignOut<'_>) -> Result<Option<Url>, Error> {
        // Without encoding: not every provider returns an encoded `state` unchanged.
        let state = sign_out.outcome_query.replace('&', ".").replace('=', "-");
        let page = sign_out.page.as_str();
        let url = self.client.end_session_url(sign_out.id_token, page, &state);
        url.await
    }

    pub(super) async fn missing_features(&self) -> Result<Vec<&'static str>, Error> {
        Ok(self.client.provider().await?.missing_features())
    }
}
