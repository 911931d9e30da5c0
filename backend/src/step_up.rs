//! Step-up: routes that require a recent sign-in, or one of a certain class (RFC 9470).

use std::time::Duration;

use actix_web::{
    Error, HttpMessage, HttpResponse, ResponseError,
    body::BoxBody,
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::{Next, from_fn},
    web::Data,
};
use jiff::Timestamp;
use sessions::{Handle, LiveSession, UserSession};
use storage::Clock;

use crate::{
    error::{ApiError, Problem},
    events,
};

/// A sign-in with a second factor, by its `acr` at the provider.
pub const SECOND_FACTOR: &str = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";

/// Browsers send it with every request of a page (Fetch Metadata); programs do not.
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// The authentication that a request requires.
#[derive(Clone, Copy, Debug, Default)]
pub struct Authentication<'a> {
    /// The longest time since the user's authentication.
    pub max_age: Option<Duration>,
    /// Values of `acr`, separated by spaces, of which one suffices.
    pub acr_values: Option<&'a str>,
}

impl Authentication<'_> {
    /// Returns `true` if the session's sign-in is recent enough and of one of the classes.
    pub fn is_met_by(&self, session: &UserSession, now: Timestamp) -> bool {
        self.max_age
            .is_none_or(|max_age| session.was_authenticated_within(max_age, now))
            && self.acr_values.is_none_or(|acr| session.has_acr(acr))
    }

    /// Refuses a request of this session, with a security event.
    pub fn refuse(&self, session: Handle, request: &HeaderMap) -> HttpResponse {
        let max_age = self.max_age.map(|max_age| max_age.as_secs());
        events::authentication_insufficient(session, max_age, self.acr_values);
        self.refusal(request)
    }

    /// The response to a request without it: 403 `reauthentication_required`, which names what a
    /// new sign-in must ask for. A program also gets it in `WWW-Authenticate` (RFC 9470 section 3).
    pub fn refusal(&self, request: &HeaderMap) -> HttpResponse {
        let max_age = self.max_age.map(|max_age| max_age.as_secs());
        let problem = Problem::reauthentication_required(max_age, self.acr_values);
        let mut response = HttpResponse::from(problem);
        let challenge = HeaderValue::from_str(&self.challenge());
        if let (false, Ok(challenge)) = (request.contains_key(&FETCH_MODE), challenge) {
            let headers = response.headers_mut();
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }

    fn challenge(&self) -> String {
        let mut text = "Bearer error=\"insufficient_user_authentication\"".to_owned();
        if let Some(values) = self.acr_values {
            // Only what a quoted string can contain as it is (RFC 9110 section 5.6.4).
            let plain = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
            let values: String = values.chars().filter(plain).collect();
            text += &format!(", acr_values=\"{values}\"");
        }
        if let Some(max_age) = self.max_age {
            text += &format!(", max_age=\"{}\"", max_age.as_secs());
        }
        text
    }
}

/// A guard that lets only users pass who were authenticated at most this long ago; others get 403
/// `reauthentication_required`. It belongs within `require_session`.
///
/// Only `auth_time` of the provider counts, so a user of a provider that does not send it never
/// passes.
pub fn require_recent_sign_in<S>(
    max_age: Duration,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse, Error = Error, InitError = ()>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    require(Authentication {
        max_age: Some(max_age),
        ..Authentication::default()
    })
}

/// A guard that lets only users pass whose sign-in has one of these values of `acr`, separated by
/// spaces; others get 403 `reauthentication_required`. It belongs within `require_session`.
///
/// The values have no order: name each one that suffices.
pub fn require_acr<S>(
    values: &'static str,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse, Error = Error, InitError = ()>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    require(Authentication {
        acr_values: Some(values),
        ..Authentication::default()
    })
}

fn require<S>(
    required: Authentication<'static>,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse, Error = Error, InitError = ()>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    from_fn(
        move |clock: Data<Clock>, request: ServiceRequest, next: Next<BoxBody>| async move {
            let live = request.extensions().get::<LiveSession>().cloned();
            let response = match live {
                Some(live) if required.is_met_by(&live.session, clock.now()) => {
                    return next.call(request).await;
                }
                Some(live) => required.refuse(live.handle, request.headers()),
                None => ApiError::Unauthenticated.error_response(),
            };
            // `Ok`: actix-session drops the cookies of a request that fails.
            Ok(request.into_response(response))
        },
    )
}
