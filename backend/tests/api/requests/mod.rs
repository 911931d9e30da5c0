//! What holds for every request: where it may come from, and what its answer never holds.

mod canaries;
mod costs;
mod cross_site;
mod csp_reports;
mod log;
mod old_browsers;
mod rate_limit;
mod security_events;
mod security_headers;
mod speculation;
mod spellings;
mod stalled;
