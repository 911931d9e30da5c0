//! The revocation list: what it ends, that it forgets nothing, and that all nodes agree.

mod clocks;
mod cut_requests;
mod failover;
mod logout_tokens;
mod stepped_clocks;
