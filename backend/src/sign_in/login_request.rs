//! The parameters of a new sign-in.

use super::{Prompt, Prompts, passed_on::MAX_AGE};
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
        let max_age = self.parameters.iter().find(|(name, _)| name == MAX_AGE);
        max_age.and_then(|(_, seconds)| seconds.parse().ok())
    }
}
