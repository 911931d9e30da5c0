//! Whether storage can be written, tried out once for however many ask.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::Unavailable;

/// How long an outcome is good for.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// The last try, and what came of it.
#[derive(Default)]
pub(super) struct WriteCheck(Mutex<Option<(Instant, Result<(), String>)>>);

impl WriteCheck {
    /// The outcome of `work`, or of the last try when that is not older than a second. Whoever asks
    /// meanwhile waits for the same try.
    pub(super) async fn ask(
        &self,
        work: impl Future<Output = Result<(), Unavailable>>,
    ) -> Result<(), Unavailable> {
        let mut last = self.0.lock().await;
        let outcome = match &*last {
            Some((at, outcome)) if at.elapsed() < GOOD_FOR => outcome.clone(),
            _ => {
                let outcome = work.await.map_err(|error| error.to_string());
                *last = Some((Instant::now(), outcome.clone()));
                outcome
            }
        };
        outcome.map_err(|reason| anyhow::Error::msg(reason).into())
    }
}
