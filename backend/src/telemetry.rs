//! The log: how it is written, and what never is.
//!
//! Never in a log: cookies, tokens, authorization codes, session ids, secrets, query strings (the
//! callback's holds the authorization code), e-mail addresses, bodies. A test sends canary values
//! through all of it.

use std::io::IsTerminal;

use anyhow::Context;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// What asks for traces, as the specification of OpenTelemetry names it.
pub(crate) const WHERE_TO_SEND_TRACES: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];

/// Starts logging to standard error. `RUST_LOG` says how much: a level, or `target=level` pairs
/// (default `info`).
///
/// # Errors
/// When `RUST_LOG` makes no sense.
pub fn init() -> anyhow::Result<()> {
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let wanted = if wanted.is_empty() { "info" } else { &wanted };
    let filter: Targets = wanted.parse().context("RUST_LOG")?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init()?;
    #[cfg(not(feature = "otlp"))]
    if let Some(variable) = first_set(&WHERE_TO_SEND_TRACES) {
        let see = "docs/operations.md#tracing";
        tracing::warn!(
            variable,
            see,
            "no traces are exported: built without the feature otlp"
        );
    }
    Ok(())
}

/// The first of these variables that is set; an empty one is not (OpenTelemetry's specification of
/// environment variables).
pub(crate) fn first_set(variables: &[&'static str]) -> Option<&'static str> {
    let set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    variables.iter().copied().find(set)
}
