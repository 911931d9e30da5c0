//! Readiness of storage: a small write, shared by concurrent callers.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::Unavailable;

/// Time for which an outcome is reused.
const REUSED_FOR: Duration = Duration::from_secs(1);

/// The last write and its outcome.
#[derive(Default)]
pub(crate) struct WriteCheck(Mutex<Option<(Instant, Result<(), String>)>>);

impl WriteCheck {
    /// Returns the outcome of `write`, or the last one if it is at most a second old. Concurrent
    /// callers share one write.
    pub(crate) async fn run(
        &self,
        write: impl Future<Output = Result<(), Unavailable>>,
    ) -> Result<(), Unavailable> {
        let mut last = self.0.lock().await;
        let outcome = match &*last {
            Some((at, outcome)) if at.elapsed() < REUSED_FOR => outcome.clone(),
            _ => {
                let outcome = write.await.map_err(|error| error.to_string());
                *last = Some((Instant::now(), outcome.clone()));
                outcome
            }
        };
        outcome.map_err(|reason| anyhow::Error::msg(reason).into())
    }
}
