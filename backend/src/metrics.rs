//! Metrics for Prometheus (`GET /metrics`): counts and outcomes, never a token, an id or an
//! address.

use std::sync::OnceLock;

use anyhow::Context;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

static EXPORTER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Installs the recorder and sets all counters to 0, so that they are shown from the start.
///
/// # Errors
/// Fails if a recorder is installed already.
pub fn init() -> anyhow::Result<()> {
    let exporter = PrometheusBuilder::new()
        .install_recorder()
        .context("metrics")?;
    let _ = EXPORTER.set(exporter);
    sessions::describe_metrics();
    Ok(())
}

/// All metrics in the text format of Prometheus.
pub fn render() -> String {
    EXPORTER
        .get()
        .map(PrometheusHandle::render)
        .unwrap_or_default()
}

/// The value of one series in the text of [`render`], e.g. `sessions_begun_total`; 0 if absent.
pub fn value(text: &str, series: &str) -> u64 {
    let mut lines = text.lines().filter_map(|line| line.rsplit_once(' '));
    let line = lines.find(|(name, _)| *name == series);
    line.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
}
