//! The reasons for the end of a session.

use serde::Serialize;

/// The reason for the end of a session.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SessionEndReason))]
pub enum EndReason {
    /// Another reason, or one that only a later version knows.
    #[default]
    Ended,
    /// Its user signed in on too many devices; it was the least recently used session.
    #[serde(rename = "replaced")]
    LimitReached,
    /// The same browser signed in again.
    #[serde(rename = "renewed")]
    SupersededBySignIn,
    /// Its user signed out in its browser.
    SignedOut,
    /// Its user ended it from another browser.
    EndedElsewhere,
    /// Its user signed out everywhere, or everywhere else.
    EndedEverywhere,
    /// A logout token of the provider named it or its user.
    SignedOutAtProvider,
    /// The provider refused to refresh its tokens, or issued none that can be refreshed.
    Refused,
    /// It was not used for the idle timeout.
    IdleTimeout,
    /// It reached the absolute timeout.
    AbsoluteTimeout,
}

/// The reasons in the revocation list, by number. Add new reasons at the end: numbers are stored.
const STORED: [EndReason; 8] = [
    EndReason::Ended,
    EndReason::LimitReached,
    EndReason::SupersededBySignIn,
    EndReason::SignedOut,
    EndReason::EndedElsewhere,
    EndReason::EndedEverywhere,
    EndReason::SignedOutAtProvider,
    EndReason::Refused,
];

impl EndReason {
    /// Returns `true` for a timeout, `false` for a revocation.
    pub fn is_timeout(self) -> bool {
        matches!(self, Self::IdleTimeout | Self::AbsoluteTimeout)
    }

    /// The party that ended the session, for the log.
    pub fn ended_by(self) -> &'static str {
        match self {
            Self::SupersededBySignIn
            | Self::SignedOut
            | Self::EndedElsewhere
            | Self::EndedEverywhere => "user",
            Self::SignedOutAtProvider => "provider",
            Self::Refused => "refused_refresh",
            Self::LimitReached => "limit",
            Self::IdleTimeout | Self::AbsoluteTimeout => "timeout",
            Self::Ended => "server",
        }
    }

    /// The number of this reason in the revocation list.
    pub fn number(self) -> u8 {
        let number = STORED.iter().position(|reason| *reason == self);
        number
            .and_then(|number| number.try_into().ok())
            .unwrap_or_default()
    }

    /// The reason with this number, or [`Self::Ended`] if a later version wrote it.
    pub fn from_number(number: u8) -> Self {
        STORED.get(usize::from(number)).copied().unwrap_or_default()
    }
}
