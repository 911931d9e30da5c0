//! What `GET /metrics` counts, as Prometheus text: numbers and outcomes, never a token, an id or an
//! address.

use std::sync::OnceLock;

use anyhow::Context;
use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

pub(crate) const REFRESHES: &str = "session_refreshes_total";
pub(crate) const LEASE_WAITS: &str = "session_refresh_lease_waits_total";
pub(crate) const LATE_COMERS: &str = "session_refresh_late_comers_total";
pub(crate) const RACES_LOST: &str = "session_writes_lost_total";
pub(crate) const STORE_FAILURES: &str = "session_store_failures_total";
pub(crate) const BEGUN: &str = "sessions_begun_total";
pub(crate) const STREAMS: &str = "session_event_streams";
pub(crate) const STREAMS_REFUSED: &str = "session_event_streams_refused_total";
pub(crate) const STREAMS_DROPPED: &str = "session_event_streams_dropped_total";

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
pub fn render() -> String {
    EXPORTER
        .get()
        .map(PrometheusHandle::render)
        .unwrap_or_default()
}
