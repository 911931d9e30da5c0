//! A service that asks for a newer or a stronger sign-in (RFC 9470).

use std::time::Duration;

use actix_web::{HttpResponse, http::header::HeaderMap};
use sessions::Handle;

use crate::step_up::Authentication;

/// Longest `acr_values` that is passed on, in bytes.
const MAX_ACR_VALUES: usize = 256;

/// The sign-in that a service asks for (RFC 9470 section 3).
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct StepUp {
    /// Longest time since the sign-in, in seconds.
    max_age: Option<u64>,
    /// Authentication context class references, separated by spaces.
    acr_values: Option<String>,
}

impl StepUp {
    /// Reads the `WWW-Authenticate` headers of a response with 401; `None` if they do not say
    /// `insufficient_user_authentication`.
    pub(super) fn read<'a>(headers: impl Iterator<Item = &'a str>) -> Option<Self> {
        let challenges = headers.flat_map(bearer_challenges);
        let mut asked = challenges.filter(|parameters| {
            let error = parameter(parameters, "error");
            error == Some("insufficient_user_authentication")
        });
        let parameters = asked.next()?;
        let acr_values = parameter(&parameters, "acr_values").filter(|values| {
            let is_plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
            values.len() <= MAX_ACR_VALUES && values.bytes().all(is_plain)
        });
        Some(Self {
            max_age: parameter(&parameters, "max_age").and_then(|age| age.parse().ok()),
            acr_values: acr_values.map(str::to_owned),
        })
    }

    /// The response to the browser: as for a route of this backend that requires the same.
    pub(super) fn refusal(&self, session: Handle, request: &HeaderMap) -> HttpResponse {
        let required = Authentication {
            max_age: self.max_age.map(Duration::from_secs),
            acr_values: self.acr_values.as_deref(),
        };
        required.refuse(session, request)
    }
}

type Parameters = Vec<(String, String)>;

fn parameter<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    let found = parameters.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

/// The parameters of each Bearer challenge of a header (RFC 9110 section 11.6.1).
fn bearer_challenges(header: &str) -> Vec<Parameters> {
    let mut challenges = Vec::new();
    let mut is_bearer = false;
    for part in split_unquoted(header) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        // The first parameter of a challenge comes after its scheme and a space.
        let name = match name.trim().split_once(' ') {
            Some((scheme, name)) => {
                is_bearer = begins_bearer(scheme, &mut challenges);
                name
            }
            None if value.is_empty() => {
                is_bearer = begins_bearer(name.trim(), &mut challenges);
                continue;
            }
            None => name,
        };
        if let (true, Some(challenge)) = (is_bearer, challenges.last_mut()) {
            challenge.push((name.trim().to_ascii_lowercase(), unquoted(value.trim())));
        }
    }
    challenges
}

fn begins_bearer(scheme: &str, challenges: &mut Vec<Parameters>) -> bool {
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    if is_bearer {
        challenges.push(Parameters::new());
    }
    is_bearer
}

/// Splits at commas outside of quoted strings.
fn split_unquoted(header: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, letter) in header.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(header[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(header[start..].trim());
    parts
}

fn unquoted(value: &str) -> String {
    let inner = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    let Some(inner) = inner else {
        return value.to_owned();
    };
    let mut escaped = false;
    let keep = |letter: &char| {
        escaped = *letter == '\\' && !escaped;
        !escaped
    };
    inner.chars().filter(keep).collect()
}
