//! A link to a server that can be cut without a word, slowed, and mended.

use std::{
    io,
    net::{self, Ipv4Addr},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    runtime, select,
    sync::watch,
    time::{sleep, timeout},
};

const HOST: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// A TCP relay to a server. It has a thread of its own, so that a test that blocks does not stop
/// it. Ended with this value.
pub struct Link {
    port: u16,
    state: watch::Sender<LinkState>,
    asked: Asked,
}

/// Bytes from clients, and their times.
type Asked = Arc<Mutex<Vec<(Instant, Vec<u8>)>>>;

#[derive(Clone, Copy, Default)]
struct LinkState {
    /// Delay of each piece; endless while the link is cut.
    delay: Duration,
    /// The number of times that all connections were closed.
    hang_ups: usize,
}

impl Link {
    /// A link to this port.
    pub async fn to(server: u16) -> Self {
        let listener = TcpListener::bind((HOST, 0))
            .await
            .and_then(TcpListener::into_std)
            .expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (state, changes) = watch::channel(LinkState::default());
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let asked = Asked::default();
        let noted = Arc::clone(&asked);
        thread::spawn(move || runtime.block_on(relay(listener, server, changes, noted)));
        Self { port, state, asked }
    }

    pub fn url(&self) -> String {
        format!("redis://{HOST}:{}", self.port)
    }

    /// The times at which clients sent this word, whether or not it passed.
    pub fn asked(&self, word: &str) -> Vec<Instant> {
        let asked = self.asked.lock().expect("no panic");
        let with_word = asked.iter().filter(|(_, piece)| {
            piece
                .windows(word.len())
                .any(|part| part == word.as_bytes())
        });
        with_word.map(|(at, _)| *at).collect()
    }

    /// From now on nothing passes, not even the end of a connection; new connections are accepted
    /// all the same.
    pub fn cut(&self) {
        self.slow(Duration::MAX);
    }

    /// From now on each piece waits so long before it passes, in either direction.
    pub fn slow(&self, delay: Duration) {
        self.state.send_modify(|state| state.delay = delay);
    }

    /// Slows the link, and cuts it when a request with this word was sent, so that its response
    /// does not arrive. Returns when the request before it was sent, whose response arrived, and
    /// the delay in either direction.
    pub async fn cut_at_the_next(&self, word: &str) -> (Instant, Duration) {
        const DELAY: Duration = Duration::from_millis(300);
        self.slow(DELAY);
        let before = self.asked(word).len();
        loop {
            let asked = self.asked(word);
            if asked.len() >= before + 3 {
                self.cut();
                return (asked[asked.len() - 2], DELAY);
            }
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// All passes again at once, also what was held back, even on connections that were given up
    /// meanwhile.
    pub fn mend(&self) {
        self.slow(Duration::ZERO);
    }

    /// Closes all connections; what was held back is lost.
    pub fn drop_connections(&self) {
        self.state.send_modify(|state| state.hang_ups += 1);
    }
}

/// Accepts connections until the link is gone.
async fn relay(
    listener: net::TcpListener,
    server: u16,
    mut state: watch::Receiver<LinkState>,
    asked: Asked,
) {
    let listener = TcpListener::from_std(listener).expect("a listener");
    loop {
        let client = select! {
            accepted = listener.accept() => accepted.expect("a connection").0,
            _ = state.wait_for(|_| false) => return,
        };
        let (mut changes, hang_ups) = (state.clone(), state.borrow().hang_ups);
        let line = Line {
            state: state.clone(),
            hang_ups,
            asked: Arc::clone(&asked),
        };
        tokio::spawn(async move {
            select! {
                end = line.carry(client, server) => end,
                _ = changes.wait_for(|state| state.hang_ups != hang_ups) => Ok(()),
            }
        });
    }
}

/// One connection, or one direction of it.
#[derive(Clone)]
struct Line {
    state: watch::Receiver<LinkState>,
    /// The number of hang-ups when it began.
    hang_ups: usize,
    asked: Asked,
}

impl Line {
    /// Serves the connection until either side ends it.
    async fn carry(mut self, mut client: TcpStream, server: u16) -> io::Result<()> {
        self.hold().await?;
        let mut server = TcpStream::connect((HOST, server)).await?;
        client
            .set_nodelay(true)
            .and_then(|()| server.set_nodelay(true))?;
        let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
        select! {
            end = self.clone().pass(from_client, to_server, true) => end,
            end = self.pass(from_server, to_client, false) => end,
        }
    }

    async fn pass(
        mut self,
        mut from: ReadHalf<'_>,
        mut to: WriteHalf<'_>,
        asks: bool,
    ) -> io::Result<()> {
        let mut piece = vec![0; 65536];
        loop {
            let length = from.read(&mut piece).await.unwrap_or(0);
            if asks {
                let piece = (Instant::now(), piece[..length].to_vec());
                self.asked.lock().expect("no panic").push(piece);
            }
            self.hold().await?;
            if length == 0 {
                return Ok(());
            }
            to.write_all(&piece[..length]).await?;
        }
    }

    /// Waits until the link lets things pass.
    async fn hold(&mut self) -> io::Result<()> {
        loop {
            let LinkState { delay, hang_ups } = *self.state.borrow_and_update();
            if hang_ups != self.hang_ups {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            if delay.is_zero() {
                return Ok(());
            }
            match timeout(delay, self.state.changed()).await {
                Ok(changed) => changed.map_err(io::Error::other)?,
                Err(_) => return Ok(()),
            }
        }
    }
}
