//! A collector that takes traces by OTLP over HTTP, written as JSON.

use std::time::{Duration, Instant};

use serde_json::Value;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

pub struct Collector {
    server: MockServer,
}

impl Collector {
    pub async fn start() -> Self {
        Self::answering(ResponseTemplate::new(200).set_body_json(serde_json::json!({}))).await
    }

    /// One that says this whenever it is sent something.
    pub async fn answering(answer: ResponseTemplate) -> Self {
        let server = MockServer::start().await;
        Mock::given(method("POST"))
            .and(path("/v1/traces"))
            .respond_with(answer)
            .mount(&server)
            .await;
        Self { server }
    }

    pub fn address(&self) -> String {
        self.server.uri()
    }

    /// What it was sent, as it was sent.
    pub async fn received(&self) -> Vec<wiremock::Request> {
        self.server.received_requests().await.unwrap_or_default()
    }

    /// Waits until it was sent something.
    pub async fn await_export(&self) {
        until(async || !self.received().await.is_empty()).await;
    }

    /// All spans so far.
    pub async fn spans(&self) -> Vec<Span> {
        let exports = self.received().await;
        exports.iter().flat_map(spans_of).collect()
    }

    /// Waits for so many spans with this name, and gives those.
    pub async fn await_spans(&self, name: &str, count: usize) -> Vec<Span> {
        let named = async || {
            let spans = self.spans().await;
            spans
                .into_iter()
                .filter(|span| span.name() == name)
                .collect::<Vec<_>>()
        };
        until(async || named().await.len() >= count).await;
        named().await
    }
}

async fn until(come: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !come().await {
        assert!(Instant::now() < deadline, "the spans did not come");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn spans_of(export: &wiremock::Request) -> Vec<Span> {
    let export: Value = serde_json::from_slice(&export.body).expect("JSON");
    let mut spans = Vec::new();
    for of_process in list(&export["resourceSpans"]) {
        for of_scope in list(&of_process["scopeSpans"]) {
            spans.extend(list(&of_scope["spans"]).iter().map(|span| Span {
                span: span.clone(),
                process: of_process["resource"].clone(),
            }));
        }
    }
    spans
}

/// One span, and the process that it comes from.
#[derive(Debug)]
pub struct Span {
    span: Value,
    process: Value,
}

impl Span {
    pub fn name(&self) -> &str {
        self.span["name"].as_str().expect("a name")
    }

    /// As the specification counts them: 2 server, 3 client.
    pub fn kind(&self) -> u64 {
        self.span["kind"].as_u64().expect("a kind")
    }

    pub fn id(&self) -> (&str, &str) {
        (self.text("traceId"), self.text("spanId"))
    }

    /// The span that it is a child of.
    pub fn parent(&self) -> (&str, &str) {
        (self.text("traceId"), self.text("parentSpanId"))
    }

    pub fn is_error(&self) -> bool {
        self.span["status"]["code"] == 2
    }

    /// Its attributes, as `name=value`, in the order of their names.
    pub fn attributes(&self) -> Vec<String> {
        attributes(&self.span)
    }

    /// Those of the process.
    pub fn of_process(&self) -> Vec<String> {
        attributes(&self.process)
    }

    fn text(&self, field: &str) -> &str {
        self.span[field].as_str().unwrap_or_default()
    }
}

fn attributes(of: &Value) -> Vec<String> {
    let pair = |attribute: &Value| {
        let (key, value) = (&attribute["key"], &attribute["value"]);
        let value = value.as_object().and_then(|value| value.values().next());
        let text = value.map(|value| match value.as_str() {
            Some(text) => text.to_owned(),
            None => value.to_string(),
        });
        format!(
            "{}={}",
            key.as_str().expect("a key"),
            text.unwrap_or_default()
        )
    };
    let mut pairs: Vec<_> = list(&of["attributes"]).iter().map(pair).collect();
    pairs.sort();
    pairs
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
