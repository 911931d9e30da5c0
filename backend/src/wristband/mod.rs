//! Wristband: the only code that knows the provider's addresses, parameters and answers.

mod authorize;
mod client;
pub mod id_token;
pub mod login_attempt;
pub mod logout_token;
pub mod return_url;
mod sdk_configuration;
pub mod tenant;
mod tokens;
mod userinfo;

pub use client::{ProviderError, Wristband};
pub use tokens::{IssuedTokens, TokenError};
pub use userinfo::{UserInfo, UserInfoError};
