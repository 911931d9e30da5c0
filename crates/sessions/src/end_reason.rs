//! The reasons for which a session ends.

use serde::Serialize;

/// The reason for the end of a session.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SessionEndReason))]
pub enum EndReason {
    /// Any other cause, or one that an earlier version did not write down.
    #[default]
    Ended,
    /// Its user signed in on more devices than `SESSION_MAX_PER_USER`; it was the least recently
    /// used.
    #[serde(rename = "replaced")]
    LimitReached,
    /// The same browser signed in again.
    #[serde(rename = "renewed")]
    SupersededBySignIn,
    /// Its user signed out in this browser.
    SignedOut,
    /// Its user ended it from another browser.
    EndedElsewhere,
    /// Its user signed out everywhere, or everywhere else.
    EndedEverywhere,
    /// A logout token of the provider named it or its user.
    SignedOutAtProvider,
    /// The provider refused to renew its tokens, or issued none that can be renewed.
    Refused,
    /// It was not used for `SESSION_IDLE_TIMEOUT`.
    IdleTimeout,
    /// It reached `SESSION_ABSOLUTE_TIMEOUT`.
    AbsoluteTimeout,
}

/// The reasons that the revocation list keeps, by number. New reasons come last, as numbers are
/// stored.
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
    /// Whether a timeout has passed; else the session was revoked.
    pub fn is_timeout(self) -> bool {
        matches!(self, Self::IdleTimeout | Self::AbsoluteTimeout)
    }

    /// Who ended the session, for the log.
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

    /// The number under which the revocation list keeps this reason.
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
