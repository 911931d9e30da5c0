//! A page that listens: reads one event after the other.

use std::time::{Duration, Instant};

use reqwest::{Method, Response};
use serde_json::Value;

use crate::harness::browser::Browser;

const EVENTS: &str = "/api/session/events";
/// Longer than anything takes that comes at all.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream.
pub struct Reader {
    response: Response,
    text: String,
    /// All that came.
    pub raw: String,
}

/// Asks for a stream, as a page does.
pub async fn ask(browser: &Browser) -> Response {
    let request = browser.request(Method::GET, EVENTS);
    let request = request
        .header("accept", "text/event-stream")
        .header("sec-fetch-site", "same-origin")
        .header("sec-fetch-mode", "cors")
        .header("sec-fetch-dest", "empty");
    request.send().await.expect("the backend answers")
}

impl Reader {
    /// Opens a stream of the session of this browser. It is registered when this returns: its
    /// first bytes are there.
    pub async fn open(browser: &Browser) -> Self {
        let mut reader = Self {
            response: ask(browser).await,
            text: String::new(),
            raw: String::new(),
        };
        assert_eq!(reader.response.status(), 200);
        assert!(reader.read().await, "closed at once");
        reader
    }

    /// The next event; `None` when the stream is closed.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((message, rest)) = self.text.split_once("\n\n") {
                let event = message.strip_prefix("data: ").map(|data| {
                    let event = serde_json::from_str(data);
                    event.unwrap_or_else(|_| panic!("no JSON: {data}"))
                });
                self.text = rest.to_owned();
                match event {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            if !self.read().await {
                return None;
            }
        }
    }

    /// The next event of this kind; others before it are passed over.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        let mut passed = Vec::new();
        while let Some(event) = self.next().await {
            if event["type"] == kind {
                return event;
            }
            passed.push(event);
        }
        panic!("closed without {kind:?}, after {passed:?}");
    }

    /// Reads to the end: the last event, and when the stream was closed.
    pub async fn last(&mut self) -> (Option<Value>, Instant) {
        let mut last = None;
        while let Some(event) = self.next().await {
            last = Some(event);
        }
        (last, Instant::now())
    }

    async fn read(&mut self) -> bool {
        let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
        // A connection that is cut is as much an end as one that is closed.
        let chunk = chunk.expect("a heartbeat at least").ok().flatten();
        let text = chunk.as_deref().map(String::from_utf8_lossy);
        self.text.extend(text.as_deref());
        self.raw.extend(text.as_deref());
        chunk.is_some()
    }
}
