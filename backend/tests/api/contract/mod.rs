//! The contract of a session, whichever store keeps it: a file for each rule, each promise on every
//! store.

mod changed_timeouts;
mod data;
mod data_nodes;
mod end_reasons;
mod former;
mod ids;
mod key_rotation;
mod no_lost_update;
mod races;
mod revocation_wins;
mod roles;
mod sign_out;
pub mod step_up;
mod timeouts;
