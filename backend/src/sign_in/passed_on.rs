//! Query parameters of the login that are passed on to the provider.

use url::form_urlencoded;

/// Maximum of bytes of a value.
const MAX_LENGTH: usize = 256;
/// Hints, which the request may set even if `OIDC_AUTHORIZATION_PARAMS` does.
const HINTS: [&str; 2] = ["login_hint", "idp_hint"];
/// Parameters of OpenID Connect Core section 3.1.2.1, and `screen_hint`, by which several providers
/// choose their first page.
const STANDARD: [&str; 4] = ["ui_locales", ACR_VALUES, MAX_AGE, "screen_hint"];
/// Longest time since the user's authentication, in seconds.
pub const MAX_AGE: &str = "max_age";
/// Classes of authentication, separated by spaces, of which the sign-in must have one.
pub const ACR_VALUES: &str = "acr_values";

/// Parameters that the ID token must meet.
const STEP_UP: [&str; 2] = [ACR_VALUES, MAX_AGE];

/// The parameters that are passed on. All others are ignored.
#[derive(Debug)]
pub struct PassedOn {
    names: Vec<String>,
    /// The operator's `acr_values` and `max_age`.
    required: Vec<(String, String)>,
}

impl PassedOn {
    /// The standard parameters, and `more`, without those that the operator has `set`: a link must
    /// not weaken `acr_values` or `max_age`.
    pub fn new(more: &[String], set: &[(String, String)]) -> Self {
        let is_free = |name: &&str| !set.iter().any(|(set, _)| set == name);
        let more = STANDARD.into_iter().chain(more.iter().map(String::as_str));
        let names = HINTS.into_iter().chain(more.filter(is_free));
        let required = set.iter().filter(|(name, _)| STEP_UP.contains(&&**name));
        Self {
            names: names.map(str::to_owned).collect(),
            required: required.cloned().collect(),
        }
    }

    /// Adds the operator's `acr_values` and `max_age`, which every ID token must meet.
    pub fn add_required(&self, parameters: &mut Vec<(String, String)>) {
        parameters.retain(|(name, _)| !self.required.iter().any(|(set, _)| set == name));
        parameters.extend(self.required.iter().cloned());
    }

    /// Returns the parameters of a query; `None` if one is there twice or too long, or if `max_age`
    /// is not a number.
    pub fn read(&self, query: &str) -> Option<Vec<(String, String)>> {
        let mut found: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !self.names.iter().any(|known| *known == name) {
                continue;
            }
            let is_repeated = found.iter().any(|(other, _)| *other == name);
            let is_invalid = name == MAX_AGE && value.parse::<u32>().is_err();
            if is_repeated || is_invalid || value.len() > MAX_LENGTH {
                return None;
            }
            found.push((name.into_owned(), value.into_owned()));
        }
        Some(found)
    }
}
