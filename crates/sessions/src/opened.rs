//! The parts of an open store.

use std::sync::Arc;

use revocation_list::RevocationList;
#[cfg(feature = "redis")]
use storage::Redis;

use crate::{
    nodes::{Leases, Nodes},
    stores::backend::SessionBackend,
};

/// The parts of a store in Redis or on this machine.
pub(crate) struct Opened {
    pub(crate) backend: Box<dyn SessionBackend>,
    pub(crate) revocations: Arc<RevocationList>,
    pub(crate) nodes: Option<Arc<dyn Nodes>>,
    pub(crate) leases: Option<Arc<dyn Leases>>,
    #[cfg(feature = "redis")]
    pub(crate) redis: Option<Arc<Redis>>,
}
