//! Claims about a user (OpenID Connect Core sections 5.1 and 5.3).

use reqwest::{StatusCode, header::CONTENT_TYPE};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Error, ErrorKind, Token, context::Context, members::Members, signed_token};

/// The standard claims about a user (Core section 5.1), and all others that the provider sends.
/// Claims of another type than in the standard count as absent.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names are those of the claims")]
pub struct UserInfo {
    pub sub: String,
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub email_verified: Option<bool>,
    pub picture: Option<String>,
    pub locale: Option<String>,
    pub zoneinfo: Option<String>,
    members: Members,
}

impl UserInfo {
    /// The claims of an ID token besides `sub`.
    pub(crate) fn of_id_token(sub: String, claims: Map<String, Value>) -> Self {
        Self::read(sub, Members::new("ID token", claims))
    }

    fn read(sub: String, members: Members) -> Self {
        let text = |name| members.text(name);
        Self {
            sub,
            name: text("name"),
            given_name: text("given_name"),
            family_name: text("family_name"),
            email: text("email"),
            email_verified: members.boolean("email_verified"),
            picture: text("picture"),
            locale: text("locale"),
            zoneinfo: text("zoneinfo"),
            members,
        }
    }

    /// `name`, or else `preferred_username`.
    pub fn display_name(&self) -> Option<String> {
        let preferred = || self.members.text("preferred_username");
        self.name.clone().or_else(preferred)
    }

    /// Returns a required claim.
    ///
    /// # Errors
    /// `Unusable` if it is missing or of another type.
    pub fn required<T: DeserializeOwned>(&self, name: &str) -> Result<T, Error> {
        self.members.required(name)
    }

    /// Returns a claim; `None` if it is missing, `null` or of another type.
    pub fn optional<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.members.optional(name)
    }

    /// Returns a text; `None` if it is missing, empty or of another type.
    pub fn text(&self, name: &str) -> Option<String> {
        self.members.text(name)
    }

    /// Returns a claim by its name, or by a path of names with dots, such as `realm_access.roles`.
    pub fn at(&self, name: &str) -> Option<&Value> {
        if let Some(claim) = self.members.get(name) {
            return Some(claim);
        }
        let (first, rest) = name.split_once('.')?;
        let mut names = rest.split('.');
        names.try_fold(self.members.get(first)?, |claim, name| claim.get(name))
    }
}

/// Reads the claims of a user, as JSON or as a signed JWT.
pub(crate) async fn get(
    context: &Context,
    access_token: &Token,
) -> Result<Option<UserInfo>, Error> {
    let Some(endpoint) = context.metadata().await?.userinfo_endpoint.clone() else {
        return Ok(None);
    };
    let request = context.http.get(endpoint);
    let request = request.bearer_auth(access_token.expose());
    let response = context.http.send(request).await?;
    let refusals = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
    if refusals.contains(&response.status) {
        return Err(Error::new(ErrorKind::AccessTokenRefused, response.status));
    }
    let response = response.ok()?;
    let kind = response.headers.get(CONTENT_TYPE);
    let is_jwt = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/jwt"));
    let claims: Map<String, Value> = if is_jwt {
        // Signed like ID tokens (Core section 5.3.2).
        let verified = signed_token::verify(context, response.text()?.trim()).await;
        verified.map_err(|fault| Error::unavailable(format!("userinfo: {fault}")))?
    } else {
        response.json()?
    };
    let members = Members::new("userinfo", claims);
    let sub = members.required("sub")?;
    Ok(Some(UserInfo::read(sub, members)))
}
