//! The compiled binary, told to export its traces.

use backend::clock::Clock;

use crate::harness::{
    browser::Browser, process::Process, provider::Provider, test_app::callback_path,
};

pub struct Node {
    pub browser: Browser,
    pub provider: Provider,
    process: Process,
}

impl Node {
    /// Starts it with this in its environment, too; it writes spans as JSON.
    pub async fn start(environment: &[(&str, &str)]) -> Self {
        let provider = Provider::start(Clock::default()).await;
        let always = [
            ("NODE_NAME", "node-a"),
            ("OTEL_SERVICE_NAME", "sign-in"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
        ];
        let settings = [&always, environment].concat();
        let (origin, process) = Process::serving(&provider, &settings);
        Self {
            browser: Browser::new(&origin),
            provider,
            process,
        }
    }

    /// Starts it with a collector, which is sent spans as they come.
    pub async fn exporting_to(address: &str) -> Self {
        let environment = [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", address),
            ("OTEL_BSP_SCHEDULE_DELAY", "50"),
        ];
        Self::start(&environment).await
    }

    pub async fn sign_in(&self) {
        let login = self.browser.open("/api/auth/login?tenant_name=acme").await;
        let callback = self.browser.come_back(&callback_path(&login)).await;
        assert_eq!(callback.location(), "/", "{}", callback.body);
    }

    /// Tells it to stop, and waits for the end: its exit code and all its output.
    pub fn stop(self) -> (Option<i32>, String) {
        self.process.terminate();
        self.process.ended()
    }
}
