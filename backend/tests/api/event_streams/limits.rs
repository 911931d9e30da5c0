//! Streams are bounded: of one session, in all, and in what waits for a reader.

use std::{
    fs,
    time::{Duration, Instant},
};

use backend::{clock::Clock, pseudonym::pseudonym};
use reqwest::Response;
use serde_json::json;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpSocket, TcpStream},
};

use super::{
    news::handle_of,
    reader::{Reader, ask},
};
use crate::harness::{
    browser::Browser,
    process::Process,
    provider::Provider,
    redis_server::RedisServer,
    test_app::{TestApp, callback_path},
};

const DROPPED: &str = "session_event_streams_dropped_total";

fn assert_refused(answer: &Response) {
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "5");
}

#[tokio::test]
async fn a_session_has_four_streams_and_the_oldest_gives_way_to_a_fifth() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let mut pages = Vec::new();
    for _ in 0..6 {
        pages.push(Reader::open(&browser).await);
    }
    let mut other = Reader::open(&app.signed_in().await).await;
    for page in &mut pages[..2] {
        assert_eq!(page.next().await, None);
        assert!(page.raw.ends_with("retry: 60000\n\n"), "{}", page.raw);
    }
    browser.submit("/api/auth/logout").await;
    for page in &mut pages[2..] {
        assert_eq!(page.next_of("ended").await["reason"], "ended");
    }
    other.next_of("otherEnded").await;
}

#[tokio::test]
async fn streams_in_all_are_bounded_and_none_may_be_had() {
    let app = TestApp::with(&["--event-streams=2"]).await;
    let (first, second) = (app.signed_in().await, app.signed_in().await);
    let _pages = (Reader::open(&first).await, Reader::open(&second).await);
    assert_refused(&ask(&app.signed_in().await).await);
    let app = TestApp::with(&["--event-streams=0"]).await;
    assert_refused(&ask(&app.signed_in().await).await);
}

#[tokio::test]
async fn where_there_are_as_many_as_may_be_an_older_stream_of_ones_own_gives_way() {
    let app = TestApp::with(&["--event-streams=2"]).await;
    let (first, second) = (app.signed_in().await, app.signed_in().await);
    let mut before = Reader::open(&first).await;
    let mut of_another = Reader::open(&second).await;
    let mut reloaded = Reader::open(&first).await;
    assert_eq!(before.next().await, None);
    assert!(before.raw.ends_with("retry: 60000\n\n"), "{}", before.raw);
    assert_refused(&ask(&app.signed_in().await).await);
    second.submit("/api/auth/logout").await;
    assert_eq!(of_another.next_of("ended").await["reason"], "ended");
    reloaded.next_of("otherEnded").await;
}

/// The compiled binary with a signed-in browser: it counts, and can be told to stop.
struct Installation {
    process: Process,
    browser: Browser,
    provider: Provider,
}

impl Installation {
    async fn start(settings: &[(&str, &str)]) -> Self {
        let provider = Provider::start(Clock::default()).await;
        let (origin, process) = Process::serving(&provider, settings);
        let browser = Browser::new(&origin);
        let login = browser.open("/api/auth/login?tenant_name=acme").await;
        assert_eq!(browser.open(&callback_path(&login)).await.location(), "/");
        Self {
            process,
            browser,
            provider,
        }
    }

    /// What the counter of this name says.
    async fn counted(&self, name: &str) -> u64 {
        let text = self.browser.fetch("/metrics").await.body;
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("{name} ")));
        let number = line.and_then(|line| line.rsplit(' ').next());
        number.and_then(|number| number.parse().ok()).expect(name)
    }

    /// A client that asks for a stream and reads nothing of it.
    async fn stalled_reader(&self) -> TcpStream {
        let host = self.browser.origin().trim_start_matches("http://");
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4_096).expect("a small buffer");
        let address = host.parse().expect("an address");
        let mut stream = socket.connect(address).await.expect("a connection");
        let cookies = self.browser.cookie_header();
        let request = format!(
            "GET /api/session/events HTTP/1.1\r\nhost: {host}\r\ncookie: {cookies}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        stream.readable().await.expect("the first bytes");
        stream
    }
}

/// Whether the server still holds the connection of this client.
fn is_held(client: &TcpStream) -> bool {
    let port = client.local_addr().expect("an address").port();
    let connections = fs::read_to_string("/proc/net/tcp").expect("Linux");
    connections.lines().any(|line| {
        let remote = line.split_whitespace().nth(2);
        remote.is_some_and(|remote| remote.ends_with(&format!(":{port:04X}")))
    })
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_dropped_and_cut_off_and_others_read_on() {
    let redis = RedisServer::start().await;
    let url = redis.url();
    let settings = [
        ("SESSION_STORE", "redis"),
        ("REDIS_URL", &url),
        ("SESSION_SECRETS", "a secret that is long enough for a test"),
        ("READ_TIMEOUT", "1s"),
    ];
    let app = Installation::start(&settings).await;
    let stalled = app.stalled_reader().await;
    let mut page = Reader::open(&app.browser).await;
    assert_eq!(app.counted("session_event_streams").await, 2);
    let at = Clock::default().now();
    let by = json!({ "request": "x".repeat(8_000), "node": "n", "at": at });
    let handle = handle_of(&app.browser).await;
    let notice = json!({ "handle": handle, "user": pseudonym("ada"), "change": { "Used": by } });
    let notice = notice.to_string();
    // What the network itself holds back comes first: a few megabytes.
    let mut round = 0;
    while round % 100 != 0 || app.counted(DROPPED).await == 0 {
        assert!(round < 10_000, "never dropped");
        round += 1;
        redis.command(&["PUBLISH", "session-events", &notice]).await;
        assert_eq!(page.next_of("used").await["node"], "n");
    }
    assert_eq!(app.counted(DROPPED).await, 1);
    let began = Instant::now();
    while is_held(&stalled) || app.counted("session_event_streams").await != 1 {
        assert!(began.elapsed() < Duration::from_secs(20), "still held");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_process_that_is_told_to_stop_closes_its_streams_and_stops() {
    let Installation {
        process,
        browser,
        provider: _provider,
    } = Installation::start(&[]).await;
    let mut page = Reader::open(&browser).await;
    let began = Instant::now();
    process.terminate();
    assert_eq!(page.next().await, None, "no end is claimed");
    drop((page, browser));
    let (code, output) = process.ended();
    assert_eq!(code, Some(0), "{output}");
    let took = began.elapsed();
    assert!(
        took < Duration::from_secs(15),
        "it waited for the stream: {took:?}"
    );
}
