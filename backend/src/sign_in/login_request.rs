//! What a sign-in is begun with.

use serde::Deserialize;

use crate::{session::FormerSession, tenant::Tenant};

/// What to ask the provider for.
#[derive(Debug, Default)]
pub struct LoginRequest {
    /// The tenant to sign in to.
    pub tenant: Tenant,
    /// The host that the browser uses for this application.
    pub host: Option<String>,
    /// Where to go afterwards: a path of this application.
    pub return_url: String,
    /// How often this sign-in was begun anew.
    pub restarts: u8,
    /// The session that this browser has now.
    pub former: Option<FormerSession>,
    /// Whom the provider should propose.
    pub login_hint: Option<String>,
    /// The identity provider behind Wristband that should be used.
    pub idp_hint: Option<String>,
    /// What the user must be asked.
    pub prompt: Option<Prompt>,
}

/// `prompt` of OpenID Connect Core section 3.1.2.1.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the standard")]
pub enum Prompt {
    None,
    Login,
    Consent,
    SelectAccount,
}

impl Prompt {
    /// The value as the provider reads it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }
}
