//! Query parameters of the login that are passed on to the provider.

use url::form_urlencoded;

/// Maximum of bytes of a value.
const MAX_LENGTH: usize = 256;
/// Hints, which the request may set even if `OIDC_AUTHORIZATION_PARAMS` does.
const HINTS: [&str; 2] = ["login_hint", "idp_hint"];
/// Parameters of OpenID Connect Core section 3.1.2.1, and `screen_hint`, by which several providers
/// choose their first page.
const STANDARD: [&str; 4] = ["ui_locales", "acr_values", MAX_AGE, "screen_hint"];
/// Longest time since the user's authentication, in seconds.
pub const MAX_AGE: &str = "max_age";

/// The names of the parameters that are passed on. All others are ignored.
#[derive(Debug)]
pub struct PassedOn(Vec<String>);

impl PassedOn {
    /// The standard parameters, and `more`, without those that the operator has `set`: a link must
    /// not weaken `acr_values` or `max_age`.
    pub fn new(more: &[String], set: &[(String, String)]) -> Self {
        let is_free = |name: &&str| !set.iter().any(|(set, _)| set == name);
        let more = STANDARD.into_iter().chain(more.iter().map(String::as_str));
        let names = HINTS.into_iter().chain(more.filter(is_free));
        Self(names.map(str::to_owned).collect())
    }

    /// Returns the parameters of a query; `None` if one is there twice or too long, or if `max_age`
    /// is not a number.
    pub fn read(&self, query: &str) -> Option<Vec<(String, String)>> {
        let mut found: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !self.0.iter().any(|known| *known == name) {
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
