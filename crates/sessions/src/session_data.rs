//! Data of the application in a session: one value of a type of the application, as JSON.

use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The application's data in a session. The crate stores it and never decodes it by itself.
#[derive(Clone, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SessionData {
    /// Number of changes since the sign-in: of two versions, the higher is the newer.
    changes: u64,
    json: Box<str>,
}

impl SessionData {
    /// Returns `true` if it was never changed.
    pub(crate) fn is_untouched(&self) -> bool {
        self.changes == 0
    }

    /// The number of changes since the sign-in.
    #[cfg(feature = "redis")]
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    pub(crate) fn is_newer_than(&self, other: &Self) -> bool {
        self.changes > other.changes
    }

    /// Bytes of its text.
    pub(crate) fn text_length(&self) -> usize {
        self.json.len()
    }

    /// Decodes the data. Returns the default value, with a line in the log, if `T` does not accept
    /// them any more.
    pub(crate) fn read<T: Default + DeserializeOwned>(&self) -> T {
        if self.is_untouched() {
            return T::default();
        }
        serde_json::from_str(&self.json).unwrap_or_else(|error| {
            let kind = error.classify();
            tracing::warn!(?kind, "session data cannot be decoded; the default is used");
            T::default()
        })
    }

    /// Returns the data with this change, or `None` if it changes nothing.
    pub(crate) fn changed<T: Default + DeserializeOwned + Serialize>(
        &self,
        change: impl Fn(&mut T),
    ) -> serde_json::Result<Option<Self>> {
        let mut value = self.read();
        change(&mut value);
        let json = serde_json::to_string(&value)?.into_boxed_str();
        let changes = self.changes + 1;
        Ok((json != self.json).then_some(Self { changes, json }))
    }
}

impl fmt::Debug for SessionData {
    /// Without the data.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (changes, bytes) = (self.changes, self.json.len());
        write!(
            formatter,
            "SessionData {{ changes: {changes}, bytes: {bytes} }}"
        )
    }
}
