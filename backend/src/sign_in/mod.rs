//! Signing in: the authorization request, the callback's checks, the user.

mod attempts;
mod identity;
mod login_attempt;
mod login_error;
mod login_request;
mod restart;
pub mod return_url;
mod services;
mod start;

pub use attempts::{LoginAttempts, UseUnknown};
pub use identity::{AuthorizationResponse, Failure};
pub use login_attempt::LoginAttempt;
pub use login_error::{LoginError, LoginErrorReason, redirect_to};
pub use login_request::{LoginRequest, Prompt};
pub use services::SignIn;
