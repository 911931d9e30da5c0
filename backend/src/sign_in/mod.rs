//! Signing in: from the login endpoint to the provider and back to a user.

mod attempts;
mod identity;
mod login_attempt;
mod login_error;
mod login_request;
mod restart;
pub mod return_url;
mod start;

use std::sync::Arc;

pub use attempts::{LoginAttempts, UseUnknown};
pub use identity::{AuthorizationResponse, Failure};
pub use login_attempt::LoginAttempt;
pub use login_error::{LoginError, LoginErrorReason, found};
pub use login_request::{LoginRequest, Prompt};

use crate::{clock::Clock, identity_provider::IdentityProvider, oidc::Client};

/// What signing in needs.
#[expect(missing_docs, reason = "each type says what it is")]
pub struct SignIn {
    pub oidc: Arc<Client>,
    pub provider: Arc<IdentityProvider>,
    pub attempts: LoginAttempts,
    pub clock: Clock,
}
