//! Configuration: the settings and their defaults, one file for each subject. `values` parses
//! single values, `check` refuses combinations, `dot_env` reads the file.
//!
//! `backend --help` prints their documentation. Set an option by the environment variable of the
//! same name, or in a `.env` file. An empty variable counts as unset.

mod apis;
mod check;
mod dot_env;
mod identity_provider;
mod login_parameters;
mod oidc;
mod provider;
mod secret_files;
mod server;
mod services;
mod session;
mod values;

use std::env;

use clap::{CommandFactory, FromArgMatches, Parser};

pub use apis::ApisConfig;
pub use oidc::OidcConfig;
pub use provider::ProviderConfig;
pub use server::{LimitsConfig, ServerConfig};
pub use session::SessionConfig;
pub use values::Secrets;

/// Environment variables that are read before the configuration.
const AFTER_HELP: &str = "Environment only:
  Log level, or `target=level` pairs separated by commas \
  [env: RUST_LOG=] [default: info]";

/// Signs users in with Wristband or any other OpenID provider, keeps their sessions and serves the
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
    /// Address of the application.
    #[command(flatten)]
    pub server: ServerConfig,
    /// Limits of clients.
    #[command(flatten)]
    pub limits: LimitsConfig,
    /// Sessions.
    #[command(flatten)]
    pub session: SessionConfig,
    /// Services that pages call.
    #[command(flatten)]
    pub apis: ApisConfig,
    /// Print the OpenAPI document and exit
    #[arg(long)]
    pub openapi: bool,
}

impl Config {
    /// Reads the arguments, the environment and `.env`; each wins over the next. Then reads the
    /// files of secrets.
    ///
    /// # Errors
    /// Fails if `.env` or a secret's file cannot be read. A bad argument or variable ends the
    /// process with a message.
    pub fn read() -> anyhow::Result<Self> {
        dot_env::load()?;
        let command = Self::command().mut_args(|argument| {
            let value = argument.get_env().and_then(env::var_os);
            if value.is_some_and(|value| value.is_empty()) {
                argument.env(None::<&'static str>)
            } else {
                argument
            }
        });
        let mut config = Self::from_arg_matches(&command.get_matches())?;
        config.read_secret_files()?;
        Ok(config)
    }
}
