//! Work that goes on when its request is gone, and that a stop of the process waits for.
//!
//! A worker of Actix ends with the last of its connections, and takes along what was spawned there,
//! even the answer of a provider that it waits for. What must not be lost runs here instead.

use tokio::{runtime::Handle, task::JoinHandle};
use tokio_util::task::TaskTracker;

/// The runtime of the process, and what is under way on it.
#[derive(Clone, Debug)]
pub struct Background {
    runtime: Handle,
    tasks: TaskTracker,
}

impl Background {
    /// Background work on the runtime of whoever calls this: the one that outlives the workers.
    ///
    /// # Panics
    /// Outside of a runtime.
    pub fn here() -> Self {
        Self {
            runtime: Handle::current(),
            tasks: TaskTracker::new(),
        }
    }

    /// Begins a piece of work. It runs to its end, whether or not somebody waits for the outcome.
    pub fn spawn<F>(&self, work: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        #[cfg(feature = "otlp")]
        let work = opentelemetry::trace::FutureExt::with_current_context(work);
        self.tasks.spawn_on(work, &self.runtime)
    }

    /// Waits until all of it is done, also what it begins itself.
    pub async fn finished(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}
