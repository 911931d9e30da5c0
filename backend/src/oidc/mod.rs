//! A client of an OpenID provider (OpenID Connect Core 1.0, RFC 6749): everything that is asked of
//! the provider, and every check of its answers.
//!
//! It knows no session and no particular provider: [`Provider`] says where the endpoints are.

mod authorization;
mod client;
mod client_authentication;
mod end_session;
mod http;
mod id_token;
mod keys;
mod logout_token;
mod metadata;
mod published;
mod revocation;
mod signed;
mod token_endpoint;
mod tokens;
mod userinfo;

pub use authorization::AuthorizationRequest;
pub use client::{Client, Settings};
pub use client_authentication::ClientAuthentication;
pub use http::{Http, ProviderError};
pub use id_token::{Audience, IdTokenClaims, IdTokenError};
pub use logout_token::{LogoutClaims, LogoutTokens};
pub use metadata::{Provider, ProviderMetadata};
pub use signed::{NumericDate, SKEW};
pub use token_endpoint::{IssuedTokens, TokenError};
pub use tokens::{Token, Tokens};
pub use userinfo::{UserInfo, UserInfoError};
