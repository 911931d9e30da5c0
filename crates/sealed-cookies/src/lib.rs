#![doc = include_str!("../README.md")]

mod keyring;
mod names;
mod parts;

pub use keyring::{Keyring, Purpose, SealError, derive_key};
pub use names::{CookieNames, parse_cookies};
pub use parts::OpenedParts;
