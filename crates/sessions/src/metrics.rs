//! Metrics of sessions, for any recorder of the `metrics` facade.

use metrics::{counter, describe_counter, describe_gauge, gauge};

pub(crate) const REFRESHES: &str = "session_refreshes_total";
pub(crate) const LEASE_WAITS: &str = "session_refresh_lease_waits_total";
pub(crate) const OLD_TOKEN_REQUESTS: &str = "session_refresh_late_comers_total";
pub(crate) const WRITES_LOST: &str = "session_writes_lost_total";
pub(crate) const STORE_FAILURES: &str = "session_store_failures_total";
pub(crate) const BEGUN: &str = "sessions_begun_total";
pub(crate) const STREAMS: &str = "session_event_streams";
pub(crate) const STREAMS_REFUSED: &str = "session_event_streams_refused_total";
pub(crate) const STREAMS_DROPPED: &str = "session_event_streams_dropped_total";

/// The values of the label `outcome` of [`REFRESHES`].
const OUTCOMES: [&str; 5] = [
    "renewed",
    "refused",
    "ended",
    "provider_unavailable",
    "store_unavailable",
];

const COUNTERS: [(&str, &str); 7] = [
    (LEASE_WAITS, "Refreshes that waited for another node's."),
    (
        OLD_TOKEN_REQUESTS,
        "Requests with replaced tokens that were served the new ones.",
    ),
    (
        WRITES_LOST,
        "Writes dropped for a newer version, or because the session had ended.",
    ),
    (
        STORE_FAILURES,
        "Times that the session store was unavailable.",
    ),
    (BEGUN, "Sessions that began."),
    (STREAMS_REFUSED, "Event streams beyond the limits."),
    (STREAMS_DROPPED, "Event streams whose client did not read."),
];

/// Describes all metrics to the recorder, and sets them to 0, so that they are shown from the
/// start.
pub fn describe_metrics() {
    describe_counter!(REFRESHES, "Refreshes of access tokens.");
    for outcome in OUTCOMES {
        counter!(REFRESHES, "outcome" => outcome).increment(0);
    }
    for (name, meaning) in COUNTERS {
        describe_counter!(name, meaning);
        counter!(name).increment(0);
    }
    describe_gauge!(STREAMS, "Open event streams.");
    gauge!(STREAMS).set(0);
}
