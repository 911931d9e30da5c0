//! Who is told of each entry of the list.

use std::sync::OnceLock;

use super::entry::Subject;

type Told = dyn Fn(&Subject) + Send + Sync;

/// Whoever wants to know what is ended; at first nobody.
#[derive(Default)]
pub(super) struct Listener(OnceLock<Box<Told>>);

impl Listener {
    /// Only the first is told.
    pub(super) fn set(&self, told: impl Fn(&Subject) + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(told));
    }

    pub(super) fn tell(&self, subject: &Subject) {
        if let Some(told) = self.0.get() {
            told(subject);
        }
    }
}
