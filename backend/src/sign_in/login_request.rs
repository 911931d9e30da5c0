//! The parameters of a new sign-in.

use serde::Deserialize;

use crate::tenant::Tenant;
use sessions::web::PreviousSession;

/// The parameters of a new sign-in.
#[derive(Debug, Default)]
pub struct LoginRequest {
    /// The tenant to sign in to.
    pub tenant: Tenant,
    /// The host by which the browser reaches this application.
    pub host: Option<String>,
    /// The path of this application to open after the sign-in.
    pub return_url: String,
    /// The number of restarts so far.
    pub restarts: u8,
    /// The browser's current session.
    pub previous: Option<PreviousSession>,
    /// The user name that the provider should suggest (`login_hint`).
    pub login_hint: Option<String>,
    /// The identity provider behind Wristband to use (`idp_hint`).
    pub idp_hint: Option<String>,
    /// The interaction that is required (`prompt`).
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
    /// The value of the request parameter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }
}
