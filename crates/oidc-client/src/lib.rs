#![doc = include_str!("../README.md")]

mod authorization;
mod background;
mod cached_document;
mod client;
mod client_authentication;
mod clock;
mod context;
mod end_session;
mod error;
mod http;
mod id_token;
mod keys;
mod logout_token;
mod loopback;
mod members;
mod metadata;
mod revocation;
mod settings;
mod signed_token;
mod token;
mod token_endpoint;
mod tokens;
mod userinfo;

pub use authorization::AuthorizationRequest;
pub use background::Background;
pub use client::Client;
pub use error::{Error, ErrorKind};
pub use http::Http;
pub use id_token::IdTokenClaims;
pub use logout_token::LogoutClaims;
pub use loopback::is_loopback;
pub use metadata::ProviderMetadata;
pub use settings::{ClientAuthentication, Provider, Settings};
pub use token::Token;
pub use tokens::Tokens;
pub use userinfo::UserInfo;
