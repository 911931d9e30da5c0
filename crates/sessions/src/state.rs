//! The state that all operations share.

use std::sync::Arc;

use oidc_client::Client;
use revocation_list::RevocationList;
use storage::Clock;
#[cfg(feature = "redis")]
use storage::Redis;

use crate::{
    SessionIds, Settings, event_streams::EventStreams, nodes::Nodes, refresh::Refresher,
    stores::Store,
};

pub(crate) struct State {
    pub(crate) ids: SessionIds,
    pub(crate) store: Arc<Store>,
    pub(crate) revocations: Arc<RevocationList>,
    pub(crate) streams: Arc<EventStreams>,
    pub(crate) refresher: Refresher,
    pub(crate) provider: Arc<Client>,
    pub(crate) clock: Clock,
    pub(crate) nodes: Option<Arc<dyn Nodes>>,
    #[cfg(feature = "redis")]
    pub(crate) redis: Option<Arc<Redis>>,
    pub(crate) settings: Settings,
}
