//! Data of the application in a session.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde::{Deserialize, Serialize};
use sessions::{Refusal, UpdateError};
use tracing::{Event, Metadata, Subscriber, span};

use crate::stage::Stage;

const HOUR: Duration = Duration::from_secs(3600);

#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
struct Preferences {
    note: String,
    size: u8,
}

/// The next release has a field more, and a field less.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct WithDefaults {
    note: String,
    colour: String,
}

/// A field that the stored data do not have.
#[derive(Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
struct Strict {
    note: String,
    colour: String,
}

fn set(preferences: &mut Preferences) {
    preferences.note = "milk".to_owned();
}

#[tokio::test]
async fn data_are_typed_stored_and_kept_out_of_logs() {
    let stage = Stage::open().await;
    let live = stage.begin(HOUR).await;
    assert_eq!(live.data::<Preferences>(), Preferences::default());
    let changed = stage.sessions.update_data(live.clone(), set).await;
    let changed = changed.expect("a change");
    assert_eq!(changed.data::<Preferences>().note, "milk");
    let found = stage.sessions.find_session(live.handle, None).await;
    let found = found.expect("the session").live;
    assert_eq!(found.data::<Preferences>().note, "milk");
    assert!(!format!("{found:?}").contains("milk"), "kept out of logs");
}

#[tokio::test]
async fn a_change_that_changes_nothing_is_not_written() {
    let stage = Stage::open().await;
    let live = stage.begin(HOUR).await;
    let changed = stage.sessions.update_data(live, set).await;
    let changed = changed.expect("a change");
    let again = stage.sessions.update_data(changed.clone(), set).await;
    let again = again.expect("no change");
    assert_eq!(again.session.version, changed.session.version);
}

#[tokio::test]
async fn an_ended_session_and_a_store_that_fails_refuse_a_change() {
    let stage = Stage::open().await;
    let live = stage.begin(HOUR).await;
    stage.store.fails.store(true, Ordering::Relaxed);
    let refused = stage.sessions.update_data(live.clone(), set).await;
    let is_outage = matches!(
        refused,
        Err(UpdateError::Refused(Refusal::StoreUnavailable))
    );
    assert!(is_outage, "{refused:?}");
    stage.store.fails.store(false, Ordering::Relaxed);
    // The store forgets to delete it, and it is revoked all the same.
    stage.store.keeps.store(true, Ordering::Relaxed);
    let ended = stage.sessions.end_session(live.clone()).await;
    ended.expect("ended");
    let refused = stage.sessions.update_data(live.clone(), set).await;
    let is_end = matches!(refused, Err(UpdateError::Refused(Refusal::Ended(_))));
    assert!(is_end, "{refused:?}");
    let found = stage.sessions.find_session(live.handle, None).await;
    let found = found.expect("the store still has it").live;
    assert_eq!(found.data::<Preferences>(), Preferences::default());
}

#[tokio::test]
async fn data_of_an_earlier_type_are_the_default_with_one_line_and_sign_nobody_out() {
    let stage = Stage::open().await;
    let live = stage.begin(HOUR).await;
    let changed = stage.sessions.update_data(live, set).await;
    let live = changed.expect("a change");
    // Fields were removed and added, with defaults: the rest is kept.
    let kept = live.data::<WithDefaults>();
    assert_eq!((kept.note.as_str(), kept.colour.as_str()), ("milk", ""));
    let lines = Arc::new(AtomicUsize::new(0));
    let counted = CountLines(Arc::clone(&lines));
    let strict = tracing::subscriber::with_default(counted, || live.data::<Strict>());
    assert_eq!(strict, Strict::default());
    assert_eq!(lines.load(Ordering::Relaxed), 1);
    assert!(stage.is_alive(live.handle).await);
    let paint = |data: &mut Strict| data.colour = "red".to_owned();
    let changed = stage.sessions.update_data(live, paint).await;
    let changed = changed.expect("a change").data::<Strict>();
    assert_eq!(changed.colour, "red");
}

/// Counts lines of the log.
struct CountLines(Arc<AtomicUsize>);

impl Subscriber for CountLines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}
