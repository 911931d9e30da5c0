//! Device-bound sessions: each promise on every store.

mod binding;
pub mod bound;
mod ends;
mod nodes;
mod notices;
mod offers;
mod outage;
mod refresh;
mod thief;
