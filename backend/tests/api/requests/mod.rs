//! Rules for every request: its source, and contents that no response has.

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
