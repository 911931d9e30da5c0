//! Background tasks: they outlive the request that began them, and shutdown waits for them.
//!
//! A worker of Actix ends with its last connection and drops the tasks that were spawned on it,
//! with the response of the provider that they wait for.

use tokio::{runtime::Handle, task::JoinHandle};
use tokio_util::task::TaskTracker;

/// The runtime of the process, and the tasks on it.
#[derive(Clone, Debug)]
pub struct Background {
    runtime: Handle,
    tasks: TaskTracker,
}

impl Background {
    /// Tasks on the current runtime. Call it where the process starts, not in a worker.
    ///
    /// # Panics
    /// Outside of a runtime.
    pub fn here() -> Self {
        Self {
            runtime: Handle::current(),
            tasks: TaskTracker::new(),
        }
    }

    /// Begins a task. It runs to its end, whether or not the returned handle is awaited.
    pub fn spawn<F>(&self, work: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.tasks.spawn_on(work, &self.runtime)
    }

    /// Waits until all tasks are done, also those that they begin.
    pub async fn finished(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}
