//! A clock that is ahead for some minutes makes the list of one machine forget nothing that is
//! needed once the clock is set right.

use std::{path::Path, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use revocation_list::{Added, Name, Revocation, RevocationList, Scope};
use storage::Clock;
use tempfile::TempDir;

use crate::lists::{REASON, in_sqlite};

/// Milliseconds by which the clock is ahead.
const AHEAD: i64 = 9 * 60_000;
/// The rest of the lifetime of the revoked session, by the right clock.
const LEFT: SignedDuration = SignedDuration::from_mins(1);
const LOST: Name = [7; 16];

async fn end(list: &RevocationList, name: Name, until: Timestamp) {
    let end = Revocation::new(Scope::session(name), REASON, until);
    assert_eq!(list.add(end).await.expect("written"), Added::Recorded);
}

/// Returns whether the session is revoked in this list, and in one that is read from disk after it.
async fn is_ended(list: Arc<RevocationList>, folder: &Path, clock: &Clock) -> [bool; 2] {
    let names = |list: &RevocationList| list.find_by_name(LOST).expect("known").is_some();
    let in_memory = names(&list);
    drop(list);
    [in_memory, names(&*in_sqlite(folder, clock).await)]
}

#[tokio::test]
async fn what_is_added_meanwhile_takes_the_place_of_nothing() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    end(&list, LOST, clock.now() + LEFT).await;
    clock.step(AHEAD);
    for number in 0..20 {
        // In the same table in memory.
        let mut name = [number; 16];
        name[0] = LOST[0];
        end(&list, name, clock.now() + LEFT).await;
    }
    clock.step(-AHEAD);
    let ended = is_ended(list, folder.path(), &clock).await;
    assert_eq!(ended, [true, true], "in memory, on disk");
}

#[tokio::test]
async fn what_seems_to_be_outlived_is_recorded_all_the_same() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    let until = clock.now() + LEFT;
    clock.step(AHEAD);
    end(&list, LOST, until).await;
    clock.step(-AHEAD);
    let ended = is_ended(list, folder.path(), &clock).await;
    assert_eq!(ended, [true, true], "in memory, on disk");
}

#[tokio::test]
async fn a_list_that_is_read_meanwhile_is_read_as_a_whole() {
    let (folder, clock) = (TempDir::new().expect("a folder"), Clock::default());
    let list = in_sqlite(folder.path(), &clock).await;
    end(&list, LOST, clock.now() + LEFT).await;
    drop(list);
    clock.step(AHEAD);
    let list = in_sqlite(folder.path(), &clock).await;
    clock.step(-AHEAD);
    let ended = is_ended(list, folder.path(), &clock).await;
    assert_eq!(ended, [true, true], "in memory, on disk");
}
