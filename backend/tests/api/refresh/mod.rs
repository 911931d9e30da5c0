//! Access tokens are refreshed once, on all nodes together, whatever fails meanwhile.

mod ended;
mod faults;
mod fence;
mod leases;
mod lost_redis;
pub mod nodes;
mod odd_answers;
mod one_call;
mod patience;
mod stopped;
mod store_failure;
mod thousand;
mod unverified;
