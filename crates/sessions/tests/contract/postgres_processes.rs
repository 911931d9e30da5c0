//! Processes of the example on one PostgreSQL: one is killed, and PostgreSQL restarts under load.

use std::{
    env,
    net::Ipv4Addr,
    process::{Child, Command},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures_util::future::{join, join_all};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    ALONE,
    postgres_server::{PostgresServer, reserve_port},
};

const PATIENCE: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(20);
/// Ends that are acknowledged between two faults.
const ROUNDS: usize = 20;

/// A process of the example.
struct Node {
    process: Child,
}

impl Node {
    async fn start(database: &str, port: u16) -> Self {
        let tests = env::current_exe().expect("this program");
        let target = tests.ancestors().nth(2).expect("its folder");
        let process = Command::new(target.join("examples/postgres"))
            .env("DATABASE_URL", database)
            .env(
                "SESSION_SECRETS",
                "a secret that all nodes share, for tests",
            )
            .env("PORT", port.to_string())
            .spawn();
        let node = Self {
            process: process.expect("cargo build -p sessions --example postgres"),
        };
        let since = Instant::now();
        while get(port, "/who", "").await.is_none() {
            assert!(since.elapsed() < PATIENCE, "it does not start");
            sleep(PAUSE).await;
        }
        node
    }

    fn kill(&mut self) {
        let killed = self.process.kill().and_then(|()| self.process.wait());
        killed.expect("it ends");
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns the status and the session's cookies; `None` if there is no complete response.
async fn get(port: u16, path: &str, cookies: &str) -> Option<(u16, String)> {
    let exchange = async {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()?;
        let head = "Host: localhost\r\nConnection: close";
        let request = format!("GET {path} HTTP/1.1\r\n{head}\r\nCookie: {cookies}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut response = String::new();
        stream.read_to_string(&mut response).await.ok()?;
        let status = response.split(' ').nth(1)?.parse().ok()?;
        let set = response.lines().filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            let is_cookie = name.eq_ignore_ascii_case("set-cookie");
            is_cookie.then(|| value.split(';').next()).flatten()
        });
        Some((status, set.collect::<Vec<_>>().join("; ")))
    };
    timeout(PATIENCE, exchange).await.ok()?
}

/// Cookies of the sessions whose beginning, and whose end, was acknowledged.
#[derive(Default)]
struct Acknowledged {
    alive: Vec<String>,
    ended: Vec<String>,
}

/// Signs in and out on one node after the other until it is stopped.
async fn work(
    worker: usize,
    ports: [u16; 2],
    ends: &AtomicUsize,
    stop: &AtomicBool,
) -> Acknowledged {
    let mut acknowledged = Acknowledged::default();
    for round in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let [port, other] = [ports[round % 2], ports[(round + 1) % 2]];
        let path = format!("/sign-in/user-{worker}-{round}");
        let Some((200, cookies)) = get(port, &path, "").await else {
            sleep(PAUSE).await;
            continue;
        };
        if round % 3 == 0 {
            acknowledged.alive.push(cookies);
        } else if let Some((200, _)) = get(other, "/sign-out", &cookies).await {
            acknowledged.ended.push(cookies);
            ends.fetch_add(1, Ordering::Relaxed);
        }
    }
    acknowledged
}

#[tokio::test]
async fn kill_9_and_a_restart_under_load_lose_no_end_and_sign_nobody_out() {
    let _alone = ALONE.lock().await;
    let mut server = PostgresServer::start().await;
    let reserved = [reserve_port(), reserve_port()];
    let ports = [reserved[0].0, reserved[1].0];
    let mut first = Node::start(&server.url(), ports[0]).await;
    let _second = Node::start(&server.url(), ports[1]).await;
    let (ends, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let more_ends = async || {
        let (before, since) = (ends.load(Ordering::Relaxed), Instant::now());
        while ends.load(Ordering::Relaxed) < before + ROUNDS {
            assert!(since.elapsed() < PATIENCE, "nobody can sign out");
            sleep(PAUSE).await;
        }
    };
    let faults = async {
        more_ends().await;
        first.kill();
        let first = Node::start(&server.url(), ports[0]).await;
        more_ends().await;
        server.stop();
        server.start_again().await;
        more_ends().await;
        stop.store(true, Ordering::Relaxed);
        first
    };
    let workers = (0..4).map(|worker| work(worker, ports, &ends, &stop));
    let (_first, acknowledged) = join(faults, join_all(workers)).await;
    for port in ports {
        for one in &acknowledged {
            for (sessions, expected) in [(&one.alive, 200), (&one.ended, 401)] {
                for cookies in sessions {
                    let response = get(port, "/who", cookies).await;
                    assert_eq!(response.map(|(status, _)| status), Some(expected));
                }
            }
        }
    }
}
