//! The services that a sign-in uses.

use std::sync::Arc;

use oidc_client::Client;
use storage::Clock;

use super::{LoginAttempts, PassedOn};
use crate::identity_provider::IdentityProvider;

/// Signs users in.
#[expect(missing_docs, reason = "each type says what it is")]
pub struct SignIn {
    pub oidc: Arc<Client>,
    pub provider: Arc<IdentityProvider>,
    pub attempts: LoginAttempts,
    pub passed_on: PassedOn,
    pub clock: Clock,
}
