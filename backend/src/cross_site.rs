//! Cross-site request forgery: requests that another site makes a browser send are refused, except
//! on routes that users reach from other sites (ASVS 3.5.1 to 3.5.3).
//!
//! Browsers name the site that sent a request (Fetch Metadata); older ones send at least `Origin`
//! with requests that change something. So no CSRF token is needed. A client that sends neither
//! header is no browser with a user's cookies.

use actix_web::http::{
    Method,
    header::{self, HeaderMap, HeaderName},
};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
/// Headers of speculative requests (prefetch, prerender): the standard one, and those of older
/// versions of Chromium, Safari and Firefox.
static PURPOSES: [HeaderName; 4] = [
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
    HeaderName::from_static("x-purpose"),
    HeaderName::from_static("x-moz"),
];

/// The kind of a route, by which kind of client uses it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RouteKind {
    /// A navigation of a tab, from any site. Responses are redirects and pages, never JSON.
    Navigation,
    /// The navigation back from the provider; rate-limited only if it has no login attempt.
    Callback,
    /// A navigation that changes something: allowed from pages of this application, or by the user
    /// (address bar, bookmark).
    SignOut,
    /// A request of a script on our own pages.
    PageCall,
    /// A request of a program that is not a browser.
    Machine,
}

/// The decision about a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It may pass.
    Allowed,
    /// The browser does not name the site that sent it: ask the user.
    Ask,
    /// Refused: another site made the browser send it.
    Foreign,
    /// Refused: a script or a frame requests a route for navigations of a tab.
    NotInTab,
    /// Refused: a speculative request of the browser (prefetch, prerender).
    Speculative,
}

/// The site that sent a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Source {
    /// A page of this origin, or the user: an address that is typed, bookmarked, or opened by
    /// another program.
    Here,
    Elsewhere,
    Unknown,
}

impl RouteKind {
    /// Decides whether a request may pass.
    #[must_use]
    pub fn judge(self, method: &Method, headers: &HeaderMap) -> Verdict {
        match self {
            _ if self.is_navigation() && is_speculative(headers) => Verdict::Speculative,
            Self::Machine => Verdict::Allowed,
            Self::PageCall | Self::SignOut if source(headers) == Source::Elsewhere => {
                Verdict::Foreign
            }
            Self::PageCall => Verdict::Allowed,
            // A script or a frame cannot use a redirect to the provider.
            _ if !is_top_level(headers) => Verdict::NotInTab,
            Self::SignOut if method == Method::GET && source(headers) == Source::Unknown => {
                Verdict::Ask
            }
            Self::Navigation | Self::Callback | Self::SignOut => Verdict::Allowed,
        }
    }

    /// `true` if the response is shown to a person in a tab.
    pub fn is_navigation(self) -> bool {
        matches!(self, Self::Navigation | Self::Callback | Self::SignOut)
    }
}

fn source(headers: &HeaderMap) -> Source {
    if let Some(site) = headers.get(FETCH_SITE) {
        return match site.as_bytes() {
            b"same-origin" | b"none" => Source::Here,
            _ => Source::Elsewhere,
        };
    }
    let Some(named) = headers
        .get(header::ORIGIN)
        .or_else(|| headers.get(header::REFERER))
    else {
        return Source::Unknown;
    };
    let url = named
        .to_str()
        .ok()
        .and_then(|named| url::Url::parse(named).ok());
    let authority = url
        .as_ref()
        .map(|url| &url[url::Position::BeforeHost..url::Position::AfterPort]);
    if authority.is_some() && authority == text(headers, &header::HOST) {
        Source::Here
    } else {
        Source::Elsewhere
    }
}

/// `true` for a navigation of a tab; `false` for a fetch, a frame or an image.
fn is_top_level(headers: &HeaderMap) -> bool {
    text(headers, &FETCH_MODE).is_none_or(|mode| mode == "navigate")
        && text(headers, &FETCH_DEST).is_none_or(|destination| destination == "document")
}

/// `true` for a speculative request of the browser. Prerendered pages send the same headers with
/// their own requests.
fn is_speculative(headers: &HeaderMap) -> bool {
    let values = PURPOSES.iter().filter_map(|name| text(headers, name));
    values
        .flat_map(|value| value.split([';', ',']))
        .any(|word| {
            ["prefetch", "prerender", "preview"]
                .iter()
                .any(|purpose| purpose.eq_ignore_ascii_case(word.trim()))
        })
}

/// `true` if the response is shown in a tab or a frame; `false` if a program reads it.
pub fn is_shown(headers: &HeaderMap) -> bool {
    text(headers, &FETCH_MODE) == Some("navigate")
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
