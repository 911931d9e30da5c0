//! The allow list: the requests that pages may send to other services, and the address that each of
//! them is sent to.
//!
//! Servers do not agree on what a path means: `%2e%2e`, `//`, `;` and `\` are harmless to one and
//! lead elsewhere at another. So a path with more than one meaning is refused, and the address is
//! written anew from its decoded parts.

use actix_web::http::Uri;
use percent_encoding::percent_decode_str;
use url::Url;

/// Characters of a decoded segment besides letters and digits. The missing ones mean something to
/// some server: `;` begins parameters, `\` and an encoded `/` are separators, `%` is left of an
/// address that was encoded twice.
const PUNCTUATION: &str = "-._~!$&'()*+,=:@ ";

/// A service that pages call below a path of this application.
#[derive(Debug)]
pub struct Api {
    /// Its name, in the session and in the log.
    pub name: &'static str,
    /// The path in this application. `API_ORDERS_URL` and so on says which address it stands for.
    pub path: &'static str,
    /// The requests that are sent on. All others are 404.
    pub allowed: &'static [Allowed],
}

/// Requests that may be sent on.
#[derive(Debug)]
pub struct Allowed {
    /// The methods.
    pub methods: &'static [&'static str],
    /// The path below [`Api::path`], with everything below it; empty for all paths.
    pub below: &'static str,
}

/// The orders of the example: `e2e/local-provider/orders.ts` is the service.
pub const ORDERS: Api = Api {
    name: "orders",
    path: "/api/orders",
    allowed: &[
        Allowed {
            methods: &["GET", "HEAD", "POST"],
            below: "",
        },
        Allowed {
            methods: &["PUT"],
            below: "/attachments",
        },
    ],
};

impl Api {
    /// Returns the address of the service for a request; `None` if the list does not have it, or if
    /// servers may understand its path in different ways. `base` stands for [`Api::path`].
    #[must_use]
    pub fn target(&self, base: &Url, method: &str, uri: &Uri) -> Option<Url> {
        let segments = segments(uri.path())?;
        let path = below(&segments, self.path)?;
        if !self.allows(method, path) {
            return None;
        }
        let mut url = base.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(path);
        url.set_query(uri.query());
        Some(url)
    }

    /// Returns `true` if the list has this method for these segments of a path below [`Api::path`].
    fn allows(&self, method: &str, segments: &[String]) -> bool {
        self.allowed.iter().any(|allowed| {
            allowed.methods.contains(&method) && below(segments, allowed.below).is_some()
        })
    }
}

/// Returns the segments below this path; `None` if it does not begin with it.
fn below<'a>(segments: &'a [String], path: &str) -> Option<&'a [String]> {
    let mut rest = segments.iter();
    let mut names = path.split('/').filter(|name| !name.is_empty());
    let begins = names.all(|name| rest.next().is_some_and(|segment| segment == name));
    begins.then_some(rest.as_slice())
}

/// Returns the decoded segments of a path; `None` for an empty segment that is not the last, a
/// beginning or end that Windows ignores, which includes `.` and `..`, characters outside of
/// [`PUNCTUATION`], or an encoding that is not valid.
fn segments(path: &str) -> Option<Vec<String>> {
    let encoded: Vec<_> = path.strip_prefix('/')?.split('/').collect();
    let last = encoded.len() - 1;
    let decode = |(index, segment): (usize, &&str)| {
        let decoded = percent_decode_str(segment).decode_utf8().ok()?;
        let is_named = !decoded.is_empty() || index == last;
        let is_plain = |c: char| c.is_alphanumeric() || PUNCTUATION.contains(c);
        let is_shortened = decoded.ends_with(['.', ' ']) || decoded.starts_with(' ');
        let is_safe = is_named && !is_shortened && decoded.chars().all(is_plain);
        is_safe.then(|| decoded.into_owned())
    };
    encoded.iter().enumerate().map(decode).collect()
}
