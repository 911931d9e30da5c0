//! Security events of sessions in the log, with fixed fields, for the operator (ASVS 16.2, 16.3).
//!
//! Their target is `security`. A session is named by its handle and a user by a pseudonym, neither
//! of which is a secret.

use dbsc::{Fault, Skipped};
use storage::pseudonym;

use crate::{EndReason, Handle};

pub(crate) fn signed_in(session: Handle, user: &str) {
    let user = pseudonym(user);
    tracing::info!(target: "security", %session, user, "signed in");
}

pub(crate) fn signed_out(session: Handle, user: &str) {
    let user = pseudonym(user);
    tracing::info!(target: "security", %session, user, "signed out");
}

/// A session was ended; `None` if its handle is unknown.
pub(crate) fn session_ended(session: Option<Handle>, user: Option<&str>, reason: EndReason) {
    ended(session, user, reason, "session ended");
}

/// All sessions of a user were ended, or all but `session`.
pub(crate) fn sessions_ended_everywhere(
    session: Option<Handle>,
    user: Option<&str>,
    reason: EndReason,
) {
    ended(session, user, reason, "sessions ended everywhere");
}

fn ended(session: Option<Handle>, user: Option<&str>, reason: EndReason, event: &str) {
    tracing::info!(
        target: "security",
        session = session.map(tracing::field::display),
        user = user.map(pseudonym),
        by = reason.ended_by(),
        "{event}"
    );
}

/// A session was bound to a device.
pub(crate) fn device_bound(session: Handle) {
    tracing::info!(target: "security", %session, "session bound to a device");
}

/// A request of a bound session had no valid bound cookie; `skipped`: the reason that it gave.
pub(crate) fn device_not_proven(session: Handle, skipped: Option<Skipped>) {
    let skipped = skipped.map(tracing::field::debug);
    tracing::warn!(target: "security", %session, skipped, "device not proven");
}

/// A registration or a proof of a device was refused.
pub(crate) fn device_proof_refused(session: Option<Handle>, reason: &Fault) {
    let session = session.map(tracing::field::display);
    tracing::warn!(target: "security", session, %reason, "device proof refused");
}

/// A user named a session that is not theirs.
pub(crate) fn foreign_handle_refused(session: Handle, user: &str) {
    let user = pseudonym(user);
    tracing::warn!(target: "security", %session, user, "foreign handle refused");
}
