//! Configuration: what can be set, and its defaults, a file for each concern. `values` reads single
//! values, `check` refuses combinations, `dot_env` reads the file.
//!
//! `backend --help` prints their documentation; every option is meant to be set through the
//! environment variable of the same name (a `.env` file in the working directory is read first).

mod check;
pub mod dot_env;
mod oidc;
mod provider;
mod server;
mod session;
mod values;

use clap::Parser;

pub use oidc::OidcConfig;
pub use provider::ProviderConfig;
pub use server::{LimitsConfig, ServerConfig};
pub use session::SessionConfig;
pub use values::Secrets;

/// What is read before there is a configuration.
const AFTER_HELP: &str = "Environment only:
  How much is logged: a level, or `target=level` pairs separated by commas \
  [env: RUST_LOG=] [default: info]";

/// Signs users in with Wristband or any other OpenID provider, keeps their session and serves the
/// single-page app.
///
/// Every option can be set through the environment variable shown in capitals.
#[derive(Clone, Debug, Parser)]
#[command(version, arg_required_else_help = false, after_help = AFTER_HELP)]
pub struct Config {
    /// Wristband.
    #[command(flatten)]
    pub provider: ProviderConfig,
    /// Any other provider.
    #[command(flatten)]
    pub oidc: OidcConfig,
    /// Where the application is reached.
    #[command(flatten)]
    pub server: ServerConfig,
    /// What clients may ask of it.
    #[command(flatten)]
    pub limits: LimitsConfig,
    /// How sessions are kept.
    #[command(flatten)]
    pub session: SessionConfig,
    /// Print the OpenAPI document and exit
    #[arg(long)]
    pub openapi: bool,
}
