//! The parameters of a sign-out.

use oidc_client::Token;
use url::Url;

use crate::tenant::Tenant;

/// The parameters of a sign-out at the provider.
#[derive(Debug)]
pub struct SignOut<'a> {
    /// The tenant of the session.
    pub tenant: &'a Tenant,
    /// The page to return to.
    pub page: Url,
    /// The query of that page, with the outcome.
    pub outcome_query: &'a str,
    /// The ID token of the ended session.
    pub id_token: Option<&'a Token>,
}
