//! Readers that do not read: their queues are bounded, and a stop does not wait for them.

use std::{
    fs,
    time::{Duration, Instant},
};

use serde_json::json;
use storage::{Clock, pseudonym};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpSocket, TcpStream},
};

use super::{news::handle_of, reader::Reader};
use crate::harness::{
    browser::Browser, process::Process, provider::Provider, redis_server::RedisServer,
    test_app::callback_path,
};

const STREAMS: &str = "session_event_streams";
/// Events at once: fewer than a queue holds, and enough that the queue of a reader that does not
/// read is full before the server cuts it off.
const BURST: usize = 32;
const DROPPED: &str = "session_event_streams_dropped_total";

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

    /// The value of the counter of this name.
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

/// Returns `true` while the server has the connection of this client.
fn is_held(client: &TcpStream) -> bool {
    let port = client.local_addr().expect("an address").port();
    let connections = fs::read_to_string("/proc/net/tcp").expect("Linux");
    connections.lines().any(|line| {
        let remote = line.split_whitespace().nth(2);
        remote.is_some_and(|remote| remote.ends_with(&format!(":{port:04X}")))
    })
}

/// One reader that does not read, one that does, and what is published to both until the first is
/// dropped. `None` if one was closed before that: a node that is too busy to hear from Redis closes
/// streams, and pages come back.
async fn stalled_beside_a_page(
    app: &Installation,
    redis: &RedisServer,
) -> Option<(TcpStream, Reader)> {
    let stalled = app.stalled_reader().await;
    let mut page = Reader::open(&app.browser).await;
    let at = Clock::default().now();
    let by = json!({ "request": "x".repeat(50_000), "node": "n", "at": at });
    let handle = handle_of(&app.browser).await;
    let notice = json!({ "handle": handle, "user": pseudonym("ada"), "change": { "Used": by } });
    let notice = notice.to_string();
    let publish = "for _ = 1, ARGV[2] do redis.call('PUBLISH', 'session-events', ARGV[1]) end";
    let burst = BURST.to_string();
    // The buffers of the network fill first: a few megabytes.
    let mut bursts = 0;
    while app.counted(DROPPED).await == 0 {
        if app.counted(STREAMS).await < 2 {
            return None;
        }
        assert!(bursts < 200, "never dropped");
        bursts += 1;
        redis
            .command(&["EVAL", publish, "0", &notice, &burst])
            .await;
        let mut arrived = 0;
        while arrived < BURST {
            let event = page.next().await?;
            if event["type"] == "used" {
                assert_eq!(event["node"], "n");
                arrived += 1;
            }
        }
    }
    assert_eq!(app.counted(DROPPED).await, 1);
    Some((stalled, page))
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
    for _ in 0..10 {
        let app = Installation::start(&settings).await;
        let Some((stalled, _page)) = stalled_beside_a_page(&app, &redis).await else {
            continue;
        };
        let began = Instant::now();
        while is_held(&stalled) || app.counted(STREAMS).await > 1 {
            assert!(began.elapsed() < Duration::from_secs(60), "still held");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        return;
    }
    panic!("no streams for as long as it takes");
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
