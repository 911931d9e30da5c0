#![doc = include_str!("../README.md")]

mod fields;
pub mod headers;
mod instructions;
mod outcome;
mod proof;
mod public_key;
mod stamps;

pub use fields::{Skipped, challenge, registration};
pub use instructions::{END, Instructions};
pub use outcome::{Fault, Outcome};
pub use proof::{RefreshRequest, verify_registration};
pub use public_key::PublicKey;
pub use stamps::Stamps;
