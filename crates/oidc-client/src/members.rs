//! A tolerant reader of the JSON objects of a provider.
//!
//! An optional member of an unexpected type counts as absent; the log names it. A missing required
//! member is named in the error. Values are never logged: they may be tokens or personal data.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Error, ErrorKind};

/// The members of a JSON object, and the document's name for the log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members {
    document: &'static str,
    members: Map<String, Value>,
}

impl Members {
    /// The members of this object.
    pub(crate) fn new(document: &'static str, members: Map<String, Value>) -> Self {
        Self { document, members }
    }

    /// Returns a member as it is.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// Returns a required member.
    ///
    /// # Errors
    /// `Unusable` if it is missing or of another type.
    pub(crate) fn required<T: DeserializeOwned>(&self, name: &str) -> Result<T, Error> {
        let value = self.members.get(name).filter(|value| !value.is_null());
        let read = value.and_then(|value| serde_json::from_value(value.clone()).ok());
        read.ok_or_else(|| {
            let fault = if value.is_some() {
                "of another type"
            } else {
                "missing"
            };
            let text = format!("{}: {name} is {fault}", self.document);
            Error::new(ErrorKind::Unusable, text)
        })
    }

    /// Returns an optional member; `null` and another type count as missing.
    pub(crate) fn optional<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.read(name, |value| serde_json::from_value(value.clone()).ok())
    }

    /// Returns an optional text; an empty one counts as missing.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.optional(name).filter(|text: &String| !text.is_empty())
    }

    /// Returns an optional number, also one that is written as text.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.read(name, |value| match value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_f64(),
        })
    }

    /// Returns an optional boolean, also one that is written as text.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        self.read(name, |value| match value {
            Value::String(text) => text.parse().ok(),
            other => other.as_bool(),
        })
    }

    fn read<T>(&self, name: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let value = self.members.get(name).filter(|value| !value.is_null())?;
        let found = read(value);
        if found.is_none() {
            log_unexpected(self.document, name);
        }
        found
    }
}

/// Logs the name of an optional member that cannot be read.
pub(crate) fn log_unexpected(document: &'static str, member: &str) {
    let what = "a member of an unexpected type counts as absent";
    tracing::warn!(document, member, "{what}");
}
