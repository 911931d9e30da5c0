//! A service behind the backend: it keeps what it got, and answers as a test wants.

mod answers;

use std::{
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    web::{self, Data},
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};

/// Bytes of each part of an endless response.
const PART: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);

/// A request that the service got.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    /// The address as it came, with the query.
    pub target: String,
    /// All headers, in lower case, in the order of their names.
    pub headers: Vec<(String, String)>,
    /// Bytes of the body.
    pub length: usize,
    /// True if the body came to its end.
    pub is_complete: bool,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(known, _)| known == name);
        header.map(|(_, value)| value.as_str())
    }

    /// The access token, without its padding.
    pub fn token(&self) -> &str {
        let bearer = self.header("authorization").expect("a token");
        let token = bearer.strip_prefix("Bearer ").expect("a bearer token");
        token.trim_end_matches('x')
    }
}

#[derive(Default)]
struct State {
    received: Mutex<Vec<Received>>,
    /// Access tokens that it refuses: how they begin.
    refused: Mutex<Vec<&'static str>>,
    /// `WWW-Authenticate` of refusals.
    challenge: Mutex<Option<String>>,
    /// Requests whose head has arrived.
    begun: AtomicUsize,
    /// Lets a held response go.
    release: Notify,
    /// Parts of endless responses that were sent.
    parts: AtomicUsize,
    /// Endless responses that were cut off, and requests whose body was.
    cut_off: AtomicUsize,
}

/// A running service.
pub struct Service {
    pub url: String,
    state: Arc<State>,
    handle: ServerHandle,
}

impl Drop for Service {
    fn drop(&mut self) {
        // The future must be polled to be sent.
        tokio::spawn(self.handle.stop(false));
    }
}

impl Service {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let server = HttpServer::new(move || {
            App::new()
                .app_data(Data::from(Arc::clone(&shared)))
                .default_service(web::route().to(answers::answer))
        });
        // Then a request that its client cancels ends at once.
        let server = server.workers(1).h1_allow_half_closed(false);
        let server = server.disable_signals().listen(listener);
        let server = server.expect("a server").run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, state, handle }
    }

    /// The setting of the backend for this service.
    pub fn setting(&self) -> String {
        format!("--api-orders-url={}/orders", self.url)
    }

    /// The requests so far, oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.state.received.lock().expect("requests").clone()
    }

    /// The only request so far; forgets it.
    #[track_caller]
    pub fn take_one(&self) -> Received {
        let mut received = self.state.received.lock().expect("requests");
        assert_eq!(received.len(), 1, "{received:?}");
        received.remove(0)
    }

    /// The access tokens of all requests so far.
    pub fn tokens(&self) -> Vec<String> {
        let received = self.received();
        let tokens = received.iter().map(|request| request.token().to_owned());
        tokens.collect()
    }

    /// Refuses access tokens that begin so.
    pub fn refuse(&self, tokens: &[&'static str]) {
        *self.state.refused.lock().expect("tokens") = tokens.to_vec();
    }

    /// Says this with refusals.
    pub fn challenge(&self, header: &str) {
        *self.state.challenge.lock().expect("a header") = Some(header.to_owned());
    }

    /// Lets one held response go.
    pub fn release(&self) {
        self.state.release.notify_one();
    }

    /// Bytes of endless responses that were sent so far.
    pub fn bytes_sent(&self) -> usize {
        self.state.parts.load(Ordering::SeqCst) * PART
    }

    /// Waits until so many responses or uploads were cut off.
    pub async fn await_cut_off(&self, count: usize) {
        until(|| self.state.cut_off.load(Ordering::SeqCst) >= count).await;
    }

    /// Waits until the heads of so many requests have arrived.
    pub async fn await_begun(&self, count: usize) {
        until(|| self.state.begun.load(Ordering::SeqCst) >= count).await;
    }

    /// Waits for the only request, with its body or what came of it; forgets it.
    pub async fn await_one(&self) -> Received {
        until(|| !self.received().is_empty()).await;
        self.take_one()
    }

    /// Waits until it has sent nothing more for a moment, and gives the bytes so far.
    pub async fn await_standstill(&self) -> usize {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let before = self.bytes_sent();
            sleep(Duration::from_millis(500)).await;
            if before > 0 && self.bytes_sent() == before {
                return before;
            }
            assert!(Instant::now() < deadline, "it goes on: {before}");
        }
    }
}

async fn until(is_done: impl Fn() -> bool) {
    let waiting = async {
        while !is_done() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, waiting).await.expect("it happens");
}
