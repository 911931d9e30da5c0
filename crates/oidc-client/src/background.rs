//! Tasks that outlive the request that began them, and that a stop of the process waits for.
//!
//! A worker of Actix ends with its last connection, and drops the tasks that were spawned there:
//! the response of a provider would be lost with them.

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

    /// Waits until all tasks are done, those too that they begin.
    pub async fn finished(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}
