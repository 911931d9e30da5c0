//! The revocation list: what it ends, that it forgets nothing, and that all nodes agree.

mod clocks;
mod cut_requests;
mod list;
mod logout_tokens;
mod lost_writes;
mod scale;
mod stream;
mod trust;
mod versions;
