//! The middleware around actix-session's that handles the cookies of sealed sessions.

use std::time::Duration;

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderValue},
    middleware::Next,
};
use sealed_cookies::CookieNames;

use super::cookies::SessionCookies;

/// Removes the session's cookies from the request, and adds the new ones to the response.
pub(super) async fn handle_cookies<B: MessageBody>(
    names: CookieNames,
    max_age: Duration,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut cookies = SessionCookies::new(names, max_age);
    cookies.take(request.headers_mut());
    request.extensions_mut().insert(cookies);
    let mut response = next.call(request).await?;
    let cookies = response.request().extensions_mut().remove();
    let Some(SessionCookies {
        removes_id,
        mut outgoing,
        fields,
        ..
    }) = cookies
    else {
        return Ok(response);
    };
    if removes_id && !sets(response.headers(), &names.base_name()) {
        outgoing.insert(0, names.removal(names.base_name()));
    }
    for cookie in &outgoing {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    for (name, value) in fields {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

/// Returns `true` if the response sets the cookie of this name.
fn sets(headers: &HeaderMap, name: &str) -> bool {
    headers.get_all(header::SET_COOKIE).any(|value| {
        let rest = value.as_bytes().strip_prefix(name.as_bytes());
        rest.is_some_and(|rest| rest.first() == Some(&b'='))
    })
}
