//! `LOGIN_PARAMETERS`: further query parameters of the login that are passed on to the provider.

use super::oidc::{RESERVED_PARAMS, parse_plain_name};

/// Parameters that decide what tokens contain and whom they are for, which no link may choose.
const ABOUT_TOKENS: [&str; 7] = [
    "audience",
    "authorization_details",
    "claims",
    "dpop_jkt",
    "id_token_hint",
    "registration",
    "resource",
];
/// Parameters that the login reads itself.
const READ_BY_LOGIN: [&str; 6] = [
    "idp_hint",
    "login_hint",
    "prompt",
    "return_url",
    "tenant_custom_domain",
    "tenant_name",
];

/// Parses the name of a parameter. Reserved names are refused in any case of letters.
pub(super) fn parse_login_parameter(value: &str) -> Result<String, String> {
    let name = value.trim();
    parse_plain_name(name)?;
    let is_in = |names: &[&str]| names.iter().any(|one| one.eq_ignore_ascii_case(name));
    if is_in(&RESERVED_PARAMS) || is_in(&ABOUT_TOKENS) || is_in(&READ_BY_LOGIN) {
        return Err(format!(
            "{name} is set by the login itself, never by a link"
        ));
    }
    Ok(name.to_owned())
}
