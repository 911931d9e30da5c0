//! The HTTP server: its addresses, and the limits of clients.

use std::{path::PathBuf, time::Duration};

use clap::ArgAction;
use ipnet::IpNet;
use url::Url;

use crate::telemetry::LogFormat;

use super::values::{parse_duration, parse_listen_host, parse_network, parse_web_address, switch};

/// The addresses of the HTTP server.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Server")]
pub struct ServerConfig {
    /// Origin of the application in the browser; https, except on loopback [default:
    /// `http://localhost:` with PORT]
    #[arg(long, env, value_parser = parse_web_address)]
    #[arg(default_value = "http://localhost:0", hide_default_value = true)]
    public_url: Url,
    /// Address to listen on
    #[arg(long, env, default_value = "127.0.0.1", value_parser = parse_listen_host)]
    pub host: String,
    /// Port to listen on
    #[arg(long, env, default_value_t = 6001)]
    pub port: u16,
    /// Worker threads [default: one for each core]
    #[arg(long, env, value_parser = clap::value_parser!(u16).range(1..))]
    pub workers: Option<u16>,
    /// `on` makes the start page try once to sign in without asking (`prompt=none`)
    #[arg(long, env, default_value = "off", action = ArgAction::Set)]
    #[arg(value_parser = switch(), ignore_case = true)]
    pub silent_sign_in: bool,
    /// Folder of the built single-page app [default: frontend/dist of the binary's workspace, or
    /// here]
    #[arg(long, env)]
    pub frontend_dist: Option<PathBuf>,
    /// Form of the log lines
    #[arg(long, env, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

impl ServerConfig {
    /// The origin of the application in the browser. Port 0, the default, means [`Self::port`].
    pub fn public_url(&self) -> Url {
        let mut url = self.public_url.clone();
        if url.port() == Some(0) {
            // Refused only for schemes without a port; this one is http or https.
            let _ = url.set_port(Some(self.port));
        }
        url
    }
}

/// Limits of one client, and of all clients.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitsConfig {
    /// Requests a minute from one address to each route that works without a session or changes
    /// something: login, sign-out, changes; ten times as many for back-channel logout; 0: no limit
    #[arg(long, env, default_value_t = 300)]
    pub rate_limit: u32,
    /// Addresses or networks, separated by commas, of proxies whose `X-Forwarded-For` is trusted
    #[arg(long, env, value_delimiter = ',', value_parser = parse_network)]
    pub trusted_proxies: Vec<IpNet>,
    /// `on` writes the client's address to the log
    #[arg(long, env, default_value = "off", action = ArgAction::Set)]
    #[arg(value_parser = switch(), ignore_case = true)]
    pub log_addresses: bool,
    /// Concurrent connections; more wait to be accepted
    #[arg(long, env, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_connections: u32,
    /// Maximum of bytes of a request body
    #[arg(long, env, default_value_t = 16_384)]
    pub max_body: usize,
    /// Longest time for a request body, and for the first header of a connection; a client that
    /// does not read its response for three times as long is disconnected
    #[arg(long, env, default_value = "10s", value_parser = parse_duration)]
    pub read_timeout: Duration,
}
