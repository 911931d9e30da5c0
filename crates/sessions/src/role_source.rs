//! The source of a user's roles after a refresh.

use std::fmt;

use async_trait::async_trait;
use oidc_client::Tokens;

use crate::{Role, User};

/// Returns the roles of users whose tokens were refreshed, so that a role that was taken away stops
/// working within the life of an access token.
#[async_trait]
pub trait RoleSource: Send + Sync {
    /// The user's roles, from the claims in `refreshed` or with its access token. `None` if the
    /// provider does not say or is unavailable: the session keeps its roles. A source that takes
    /// longer than two seconds is not waited for. Log failures: this has no error, because the
    /// tokens must not be lost.
    async fn roles(&self, refreshed: &Tokens, user: &User) -> Option<Vec<Role>>;
}

impl fmt::Debug for dyn RoleSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoleSource")
    }
}
