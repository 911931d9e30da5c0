//! Roles that routes require.

use actix_web::{
    Error, HttpMessage, ResponseError,
    body::BoxBody,
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
    middleware::{Next, from_fn},
};
use sessions::LiveSession;

use crate::{error::ApiError, events};

/// The administrators' role, by its name at the provider. The page has it in `lib/roles.ts`.
pub const ADMINISTRATOR: &str = "app:local:admin";

/// A guard that lets only users with this role pass; others get 403, never a redirect. It belongs
/// within `require_session`: without a session the response is 401.
///
/// Roles are those of the session, which are read anew at each refresh of its tokens.
pub fn require_role<S>(
    role: &'static str,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse, Error = Error, InitError = ()>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    from_fn(
        move |request: ServiceRequest, next: Next<BoxBody>| async move {
            let live = request.extensions().get::<LiveSession>().cloned();
            let refusal = match live {
                Some(live) if live.session.user.has_role(role) => return next.call(request).await,
                Some(live) => {
                    events::role_missing(live.handle, role);
                    ApiError::Forbidden
                }
                None => ApiError::Unauthenticated,
            };
            // `Ok`: actix-session drops the cookies of a request that fails.
            Ok(request.into_response(refusal.error_response()))
        },
    )
}
