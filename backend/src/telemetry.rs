//! The log: what is written for a request, and what never is.
//!
//! Never in a log: cookies, tokens, authorization codes, session ids, secrets, query strings (the callback's holds
//! the authorization code), e-mail addresses, bodies. A test sends canary values through all of it.

use std::io::IsTerminal;

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use anyhow::Context;
use tracing::{Span, field};
use tracing_actix_web::RootSpanBuilder;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging to standard error. `RUST_LOG` says how much: a level, or `target=level` pairs (default `info`).
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
        .with(lines.with_filter(filter))
        .try_init()?;
    Ok(())
}

/// The span of a request: method, route pattern and outcome. The address itself stays out, as it may hold a code.
#[derive(Debug)]
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        tracing::info_span!("request", method = %request.method(), route = field::Empty, status = field::Empty)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        if let Ok(response) = outcome {
            span.record(
                "route",
                response.request().match_pattern().unwrap_or_default(),
            );
        }
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
    }
}
