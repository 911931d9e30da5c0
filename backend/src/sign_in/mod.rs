//! Signing in: the authorization request, the callback's checks, the user.

mod attempts;
mod failure;
mod identity;
mod login_attempt;
mod login_error;
mod login_request;
mod passed_on;
mod prompt;
mod restart;
pub mod return_url;
mod services;
mod start;
mod step_up;

pub use attempts::{LoginAttempts, UseUnknown};
pub use failure::Failure;
pub use identity::AuthorizationResponse;
pub use login_attempt::{LoginAttempt, is_silent};
pub use login_error::{LoginError, LoginErrorReason, redirect_to};
pub use login_request::LoginRequest;
pub use passed_on::PassedOn;
pub use prompt::{Prompt, Prompts};
pub use services::SignIn;
