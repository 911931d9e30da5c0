//! Sessions that were unsealed before, so that the same cookies need not be unsealed again.

use std::sync::Arc;

use moka::sync::Cache;

use super::backend::SessionParts;
use crate::{Handle, UserSession};

/// Maximum of bytes of the cache of unsealed cookies.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;

/// The unsealed sessions.
pub(crate) struct UnsealedSessions(Cache<Handle, Unsealed>);

#[derive(Clone)]
struct Unsealed {
    /// The values of the parts, one after the other.
    text: Arc<str>,
    device: Option<Arc<str>>,
    session: Arc<UserSession>,
}

impl UnsealedSessions {
    pub(crate) fn new() -> Self {
        let weight = |_: &Handle, unsealed: &Unsealed| {
            let device = unsealed.device.as_ref().map_or(0, |text| text.len());
            let text = u32::try_from(unsealed.text.len() + device).unwrap_or(u32::MAX);
            unsealed.session.weight().saturating_add(text)
        };
        let cache = Cache::builder().max_capacity(CACHE_BYTES).weigher(weight);
        Self(cache.build())
    }

    /// Returns the session if it was in these cookies before.
    pub(crate) fn get(
        &self,
        handle: Handle,
        cookies: &dyn SessionParts,
    ) -> Option<Arc<UserSession>> {
        let unsealed = self.0.get(&handle)?;
        let is_known = unsealed.device.as_deref() == cookies.device(handle)
            && is_same(&unsealed.text, handle, cookies);
        is_known.then_some(unsealed.session)
    }

    /// Keeps a session that was in `count` parts.
    pub(crate) fn insert(
        &self,
        handle: Handle,
        cookies: &dyn SessionParts,
        count: usize,
        session: &Arc<UserSession>,
    ) {
        let parts = (0..count).filter_map(|index| cookies.part(handle, index));
        let unsealed = Unsealed {
            text: parts.collect::<String>().into(),
            device: cookies.device(handle).map(Into::into),
            session: Arc::clone(session),
        };
        self.0.insert(handle, unsealed);
    }
}

/// Returns `true` if the cookies are those of `text`, byte for byte.
fn is_same(text: &str, handle: Handle, cookies: &dyn SessionParts) -> bool {
    let mut rest = text;
    for index in 0.. {
        if rest.is_empty() {
            break;
        }
        match cookies
            .part(handle, index)
            .map(|part| rest.strip_prefix(part))
        {
            Some(Some(after)) if after.len() < rest.len() => rest = after,
            _ => return false,
        }
    }
    !text.is_empty()
}
