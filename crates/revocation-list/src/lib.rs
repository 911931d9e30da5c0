#![doc = include_str!("../README.md")]

#[cfg(not(any(feature = "redis", feature = "sqlite")))]
compile_error!("revocation-list needs the feature `sqlite` (one machine) or `redis` (several)");

mod entry;
#[cfg(feature = "sqlite")]
mod file;
mod list;
mod log;
mod logged;
mod order;
mod revocation_list;
mod session;
mod shard;
#[cfg(feature = "redis")]
mod shared;
#[cfg(feature = "redis")]
mod stream;

pub use entry::{Name, Revocation, Scope};
pub use log::Log;
pub use revocation_list::RevocationList;
pub use session::{Added, Session};
