//! A real Redis for tests: started on free ports, stopped, hung, killed.

use std::{
    fs::{self, File},
    io,
    net::Ipv4Addr,
    process::{Child, Command},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};

const PATIENCE: Duration = Duration::from_secs(20);
pub(super) const HOST: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// One `redis-server`; ended with this value.
pub struct RedisServer {
    pub(super) process: Option<Child>,
    pub(super) hangs: AtomicBool,
    pub(super) port: u16,
    pub(super) cluster_port: u16,
    _reserved: [TcpSocket; 2],
    arguments: Vec<String>,
    folder: TempDir,
}

impl RedisServer {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts it with these arguments besides its own.
    pub async fn start_with(arguments: &[&str]) -> Self {
        let ((port, first), (cluster_port, second)) = (reserve_port(), reserve_port());
        let (_reserved, folder) = ([first, second], TempDir::new().expect("a folder"));
        let arguments = arguments.iter().map(ToString::to_string).collect();
        let mut server = Self {
            process: None,
            hangs: false.into(),
            port,
            cluster_port,
            _reserved,
            arguments,
            folder,
        };
        server.restart().await;
        server
    }

    pub fn url(&self) -> String {
        format!("redis://{HOST}:{}", self.port)
    }

    /// All it has written to disk.
    pub fn appended(&self) -> Vec<u8> {
        let folder = self.folder.path().join("appendonlydir");
        let files = fs::read_dir(folder)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").path());
        files
            .flat_map(|path| fs::read(path).expect("a file"))
            .collect()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it without a chance to tidy up, and waits until it has ended.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process
                .kill()
                .and_then(|()| process.wait())
                .expect("it ends");
        }
    }

    /// Kills it if it still runs, and starts it on the same port with the same data; ready when
    /// this returns.
    pub async fn restart(&mut self) {
        self.kill();
        let process = self
            .spawn("redis-server")
            .or_else(|_| self.spawn("valkey-server"));
        self.process = Some(process.expect("install redis-server or valkey-server, 7 or later"));
        self.hangs = false.into();
        let since = Instant::now();
        while !matches!(self.exchange(&["PING"]).await, Ok(reply) if reply == "PONG") {
            let ended = self
                .process
                .as_mut()
                .and_then(|process| process.try_wait().expect("a child"));
            assert!(
                ended.is_none(),
                "Redis ended by itself, {ended:?}:\n{}",
                self.log()
            );
            look_again(since, &format!("Redis does not get ready:\n{}", self.log())).await;
        }
    }

    fn spawn(&self, program: &str) -> io::Result<Child> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))?;
        Command::new(program)
            .args(
                format!(
                    "--bind {HOST} --port {} --cluster-port {}",
                    self.port, self.cluster_port
                )
                .split(' '),
            )
            .args([
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
            ])
            .args(&self.arguments)
            .current_dir(&self.folder)
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
    }

    /// From now on it answers nothing, though the system still accepts connections for it.
    pub fn hang(&self) {
        self.signal("STOP", true);
    }

    pub fn go_on(&self) {
        self.signal("CONT", false);
    }

    fn signal(&self, name: &str, hangs: bool) {
        let process = self.process.as_ref().expect("it was not killed").id();
        let sent = Command::new("sh")
            .args(["-c", &format!("kill -s {name} {process}")])
            .status();
        assert!(sent.expect("a shell").success(), "Redis got no signal");
        self.hangs.store(hangs, Ordering::SeqCst);
    }

    /// Sends a command over a new connection. The reply comes without the mark of its type, except
    /// an error's `-`.
    pub async fn command(&self, words: &[&str]) -> String {
        self.exchange(words)
            .await
            .unwrap_or_else(|error| panic!("{words:?}: {error}\n{}", self.log()))
    }

    /// The calls of this command since the start, those of scripts included.
    pub async fn calls_of(&self, command: &str) -> u64 {
        let stats = self.command(&["INFO", "commandstats"]).await;
        let calls = format!("cmdstat_{command}:calls=");
        let line = stats.lines().find_map(|line| line.strip_prefix(&calls));
        let count = line.and_then(|line| line.split(',').next());
        count.map_or(0, |count| count.parse().expect("a number"))
    }

    async fn exchange(&self, words: &[&str]) -> io::Result<String> {
        let conversation = async {
            let mut connection = BufReader::new(TcpStream::connect((HOST, self.port)).await?);
            if let Some(option) = self
                .arguments
                .iter()
                .position(|argument| argument == "--requirepass")
            {
                call(&mut connection, &["AUTH", &self.arguments[option + 1]]).await?;
            }
            call(&mut connection, words).await
        };
        timeout(PATIENCE, conversation).await?
    }

    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn call(connection: &mut BufReader<TcpStream>, words: &[&str]) -> io::Result<String> {
    let parts: String = words
        .iter()
        .map(|word| format!("${}\r\n{word}\r\n", word.len()))
        .collect();
    connection
        .write_all(format!("*{}\r\n{parts}", words.len()).as_bytes())
        .await?;
    let mut line = String::new();
    connection.read_line(&mut line).await?;
    let line = line
        .strip_suffix("\r\n")
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    let Some(Ok(length)) = line.strip_prefix('$').map(str::parse) else {
        return Ok(line.strip_prefix(['+', ':']).unwrap_or(line).to_owned());
    };
    let mut bytes = vec![0; length];
    connection.read_exact(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Holds a port that the system gives to nobody else, nor connects from, even while its server is
/// down. The server can listen on it because it, too, sets `SO_REUSEADDR`.
fn reserve_port() -> (u16, TcpSocket) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .set_reuseaddr(true)
        .and_then(|()| socket.bind((Ipv4Addr::UNSPECIFIED, 0).into()))
        .expect("a free port");
    (socket.local_addr().expect("an address").port(), socket)
}

/// Pauses before another look, or gives up.
pub(super) async fn look_again(since: Instant, trouble: &str) {
    assert!(since.elapsed() < PATIENCE, "{trouble}");
    sleep(Duration::from_millis(20)).await;
}
