//! A request and its session: the id cookie, the cookies of a sealed session, and the guard of
//! protected routes.

mod cookies;
mod find;
mod guard;
mod id_cookie;

pub use cookies::{SessionCookies, session_cookies};
pub use find::NoSession;
pub use guard::{require_access_token, require_session};
pub use id_cookie::IdStore;
pub(super) use id_cookie::{hand_out, id_cookie, id_of, take_back};

use actix_web::{HttpMessage, HttpRequest};

/// Reads or changes the session's cookies of this request.
pub(crate) fn with_cookies<T>(
    request: &HttpRequest,
    use_them: impl FnOnce(&mut SessionCookies) -> T,
) -> T {
    let mut extensions = request.extensions_mut();
    match extensions.get_mut::<SessionCookies>() {
        Some(cookies) => use_them(cookies),
        // Outside of the middleware nothing came and nothing is sent.
        None => use_them(&mut SessionCookies::default()),
    }
}
