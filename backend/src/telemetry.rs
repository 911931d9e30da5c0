//! The log.
//!
//! Never logged: cookies, tokens, authorization codes, session ids, secrets, query strings (the
//! callback's holds the authorization code), e-mail addresses, bodies. A test sends canary values
//! through every route.

use std::io::IsTerminal;

use anyhow::Context;
use clap::ValueEnum;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// The form of a log line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object, for programs that collect logs.
    Json,
}

/// Starts logging to standard error. `RUST_LOG` is a level, or `target=level` pairs (default
/// `info`).
///
/// # Errors
/// Fails if `RUST_LOG` cannot be parsed.
pub fn init(format: LogFormat) -> anyhow::Result<()> {
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let wanted = if wanted.is_empty() { "info" } else { &wanted };
    let filter: Targets = wanted.parse().context("RUST_LOG")?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .boxed(),
    };
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init()?;
    Ok(())
}
