//! What `GET /metrics` counts, as Prometheus text: numbers and outcomes, never a token, an id or an
//! address.

use std::sync::OnceLock;

use anyhow::Context;
use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Refreshes of access tokens, by `outcome`.
pub const REFRESHES: &str = "session_refreshes_total";
/// Refreshes that waited because another node held the lease.
pub const LEASE_WAITS: &str = "session_refresh_lease_waits_total";
/// Requests that came with tokens that had been replaced, and were served the new ones.
pub const LATE_COMERS: &str = "session_refresh_late_comers_total";
/// Writes that were dropped because the session had a newer version, or had ended.
pub const RACES_LOST: &str = "session_writes_lost_total";
/// Times that the session store did not answer.
pub const STORE_FAILURES: &str = "session_store_failures_total";
/// Sessions that began.
pub const BEGUN: &str = "sessions_begun_total";

/// Open streams of events.
pub const STREAMS: &str = "session_event_streams";
/// Streams that were refused, because there were too many.
pub const STREAMS_REFUSED: &str = "session_event_streams_refused_total";
/// Streams that were dropped, because their reader did not read.
pub const STREAMS_DROPPED: &str = "session_event_streams_dropped_total";

static EXPORTER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts counting. What was not counted yet is shown as 0.
///
/// # Errors
/// When something else counts already.
pub fn init() -> anyhow::Result<()> {
    let exporter = PrometheusBuilder::new()
        .install_recorder()
        .context("metrics")?;
    let _ = EXPORTER.set(exporter);
    for outcome in [
        "renewed",
        "refused",
        "ended",
        "provider_unavailable",
        "store_unavailable",
    ] {
        counter!(REFRESHES, "outcome" => outcome).increment(0);
    }
    for (name, meaning) in [
        (LEASE_WAITS, "Refreshes that waited for another node's."),
        (
            LATE_COMERS,
            "Requests with replaced tokens that were served the new ones.",
        ),
        (
            RACES_LOST,
            "Writes dropped for a newer version, or because the session had ended.",
        ),
        (
            STORE_FAILURES,
            "Times that the session store did not answer.",
        ),
        (BEGUN, "Sessions that began."),
        (STREAMS_REFUSED, "Streams of events beyond the limits."),
        (
            STREAMS_DROPPED,
            "Streams of events whose reader did not read.",
        ),
    ] {
        describe_counter!(name, meaning);
        counter!(name).increment(0);
    }
    describe_gauge!(STREAMS, "Open streams of events.");
    gauge!(STREAMS).set(0);
    describe_counter!(REFRESHES, "Refreshes of access tokens.");
    Ok(())
}

/// The text for Prometheus.
#[must_use]
pub fn render() -> String {
    EXPORTER
        .get()
        .map(PrometheusHandle::render)
        .unwrap_or_default()
}
