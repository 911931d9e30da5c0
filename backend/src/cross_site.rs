//! Requests that other sites make a browser send: refused, except where the user is meant to come
//! in (ASVS 3.5.1 to 3.5.3).
//!
//! Browsers tell where a request comes from (Fetch Metadata); older ones at least name the origin
//! of what changes something. No token is needed for that. A program that sends neither has no
//! cookies to abuse.

use actix_web::http::{
    Method,
    header::{self, HeaderMap, HeaderName},
};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Who asks for a route, and how.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RouteKind {
    /// A tab of the browser, from wherever the user comes. Redirects and pages are answered, never
    /// JSON.
    Navigation,
    /// The same, but it changes something: only pages of this application, or the user, may lead
    /// here.
    SignOut,
    /// A script of our own pages.
    PageCall,
    /// A program that is no browser.
    Machine,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It goes on.
    Allowed,
    /// The browser does not tell where it comes from, so the user must.
    Ask,
    /// It does not: another site made the browser send it.
    Foreign,
    /// It does not: a script or a frame asks for what is meant for a tab.
    NotInTab,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Source {
    /// A page of this origin, or the user: an address typed, bookmarked, or opened from outside the
    /// browser.
    Here,
    Elsewhere,
    Unknown,
}

impl RouteKind {
    /// Whether a request may pass.
    #[must_use]
    pub fn judge(self, method: &Method, headers: &HeaderMap) -> Verdict {
        match self {
            Self::Machine => Verdict::Allowed,
            Self::PageCall | Self::SignOut if source(headers) == Source::Elsewhere => {
                Verdict::Foreign
            }
            Self::PageCall => Verdict::Allowed,
            // A redirect to the provider would only confuse whoever fetched or framed it.
            Self::Navigation | Self::SignOut if !is_top_level(headers) => Verdict::NotInTab,
            Self::SignOut if method == Method::GET && source(headers) == Source::Unknown => {
                Verdict::Ask
            }
            Self::Navigation | Self::SignOut => Verdict::Allowed,
        }
    }

    /// Whether a person sees the answer in a tab.
    pub fn is_navigation(self) -> bool {
        matches!(self, Self::Navigation | Self::SignOut)
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

/// Whether the request replaces the page in a tab, as opposed to a fetch, a frame or an image.
fn is_top_level(headers: &HeaderMap) -> bool {
    text(headers, &FETCH_MODE).is_none_or(|mode| mode == "navigate")
        && text(headers, &FETCH_DEST).is_none_or(|destination| destination == "document")
}

/// Whether the answer is shown, in a tab or in a frame, as opposed to handed to a program.
pub fn is_shown(headers: &HeaderMap) -> bool {
    text(headers, &FETCH_MODE) == Some("navigate")
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
