//! The parameters of a new sign-in.

use oidc_client::Client;

use super::{
    Prompt, Prompts,
    passed_on::{ACR_VALUES, MAX_AGE},
};
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
    /// The interactions that are required (`prompt`).
    pub prompts: Prompts,
    /// Further parameters for the provider, such as `login_hint`.
    pub parameters: Vec<(String, String)>,
}

impl LoginRequest {
    /// The longest time since the user's authentication, in seconds. `prompt=login` is the same as
    /// 0 (Core section 3.1.2.1).
    pub fn max_age(&self) -> Option<u32> {
        if self.prompts.contains(Prompt::Login) {
            return Some(0);
        }
        self.parameter(MAX_AGE)?.parse().ok()
    }

    /// `max_age` of the authorization request. With `prompt=login` it is not 0, which Glewlwyd 2.7
    /// refuses and Canaille 0.3 never takes for met, but what the check of `auth_time` tolerates.
    pub(super) fn sent_max_age(&self) -> Option<String> {
        let is_forced = self.prompts.contains(Prompt::Login);
        let least = if is_forced {
            Client::CLOCK_SKEW.as_secs()
        } else {
            0
        };
        Some(i64::from(self.max_age()?).max(least).to_string())
    }

    /// The classes of authentication, separated by spaces, of which the sign-in must have one.
    pub fn acr_values(&self) -> Option<&str> {
        let values = self.parameter(ACR_VALUES)?;
        (!values.trim().is_empty()).then_some(values)
    }

    fn parameter(&self, wanted: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    }
}
