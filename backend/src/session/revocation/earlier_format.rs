//! Entries as the versions before 0.2 wrote them, in JSON: read once more, so that an upgrade
//! forgets nothing.

use jiff::{Timestamp, fmt::serde::timestamp::millisecond};
use serde::Deserialize;
use tokio_rusqlite::rusqlite::{self, Connection};

use super::{
    entry::{Entry, Name, Reason, Subject},
    file,
};

#[derive(Deserialize)]
struct Earlier {
    #[serde(default)]
    reason: EarlierReason,
    subject: EarlierSubject,
    #[serde(with = "millisecond::required")]
    until: Timestamp,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EarlierReason {
    #[default]
    Ended,
    Replaced,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum EarlierSubject {
    Session(String),
    User {
        user: String,
        #[serde(with = "millisecond::required")]
        before: Timestamp,
        #[serde(default)]
        except: Option<String>,
    },
    ProviderSession(String),
}

/// Reads an entry. One without a time ends what began until `now`.
pub(super) fn read(json: &[u8], now: Timestamp) -> Option<Entry> {
    let earlier: Earlier = serde_json::from_slice(json).ok()?;
    let (subject, before) = match earlier.subject {
        EarlierSubject::Session(handle) => (Subject::Session(name(&handle)?), now),
        EarlierSubject::ProviderSession(sid) => (Subject::provider_session(&sid), now),
        EarlierSubject::User {
            user,
            before,
            except,
        } => match except {
            Some(but) => (Subject::others_of_user(&user, name(&but)?), before),
            None => (Subject::user(&user), before),
        },
    };
    let reason = match earlier.reason {
        EarlierReason::Ended => Reason::Ended,
        EarlierReason::Replaced => Reason::Replaced,
    };
    Some(Entry {
        subject,
        reason,
        before,
        until: earlier.until,
    })
}

fn name(handle: &str) -> Option<Name> {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    BASE64_URL_SAFE_NO_PAD.decode(handle).ok()?.try_into().ok()
}

/// Moves the rows of the earlier table, if there is one, into the present one.
pub(super) fn import(database: &mut Connection) -> rusqlite::Result<()> {
    if !database.table_exists(None, "revocation")? {
        return Ok(());
    }
    let transaction = database.transaction()?;
    let mut select = transaction.prepare("SELECT entry FROM revocation")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let entry = read(row.get_ref(0)?.as_bytes()?, Timestamp::now())
            .ok_or(rusqlite::Error::InvalidQuery)?;
        file::insert(&transaction, &entry)?;
    }
    drop(rows);
    drop(select);
    transaction.execute_batch("DROP TABLE revocation")?;
    transaction.commit()
}
