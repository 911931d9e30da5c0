//! The state that all operations share.

use std::sync::Arc;

use oidc_client::{Background, Client};
use revocation_list::RevocationList;
#[cfg(feature = "redis")]
use storage::Redis;
use storage::{Clock, Unavailable};

use crate::{
    SessionIds, Settings,
    devices::Devices,
    event_streams::EventStreams,
    nodes::Nodes,
    open::Stores,
    refresh::{RefreshTask, Refresher},
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
    /// `None` if sessions are not bound to devices.
    pub(crate) devices: Option<Devices>,
    pub(crate) settings: Settings,
}

impl State {
    pub(crate) fn new(
        stores: Stores,
        settings: Settings,
        provider: Arc<Client>,
        background: &Background,
        clock: Clock,
    ) -> Self {
        let task = RefreshTask {
            provider: Arc::clone(&provider),
            store: Arc::clone(&stores.store),
            node: settings.node.clone(),
            leases: stores.leases,
            background: background.clone(),
            clock: clock.clone(),
            role_source: settings.role_source.clone(),
            unsaved: parking_lot::Mutex::default(),
        };
        Self {
            ids: SessionIds::new(&settings.secrets),
            store: stores.store,
            revocations: stores.revocations,
            streams: stores.streams,
            refresher: Refresher::new(task, settings.token_expiration_buffer),
            provider,
            clock,
            nodes: stores.nodes,
            #[cfg(feature = "redis")]
            redis: stores.redis,
            devices: settings
                .device
                .map(|device| Devices::new(&settings, device)),
            settings,
        }
    }

    /// Checks that the list of revoked sessions and Redis are available.
    pub(crate) async fn check(&self) -> Result<(), Unavailable> {
        self.revocations.check().await?;
        match &self.nodes {
            Some(nodes) => nodes.check().await,
            None => Ok(()),
        }
    }
}
