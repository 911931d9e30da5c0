//! A real PostgreSQL for tests: started on a free port in a temporary folder, restarted, stopped.

use std::{
    fs::{self, File},
    net::Ipv4Addr,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::{net::TcpSocket, time::sleep};
use tokio_postgres::NoTls;

const PATIENCE: Duration = Duration::from_secs(60);
const MISSING: &str = "install PostgreSQL 13 or later (Debian: apt-get install postgresql), \
                       whose programs are in /usr/lib/postgresql/*/bin or on the PATH";

/// One `postgres`; ended with this value.
pub struct PostgresServer {
    process: Option<Child>,
    port: u16,
    _reserved: TcpSocket,
    folder: TempDir,
}

impl PostgresServer {
    pub async fn start() -> Self {
        let folder = TempDir::new().expect("a folder");
        if let Some((user, group)) = unprivileged() {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group)).expect("its folder");
        }
        let data = folder.path().join("data");
        let arguments = [
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
        ];
        let made = program("initdb", folder.path())
            .args(arguments)
            .args(["--locale=C", "--pgdata"])
            .arg(&data)
            .output()
            .expect(MISSING);
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "initdb: {said}");
        let (port, _reserved) = reserve_port();
        let mut server = Self {
            process: None,
            port,
            _reserved,
            folder,
        };
        server.start_again().await;
        server
    }

    pub fn url(&self) -> String {
        format!(
            "postgres://postgres@{}:{}/postgres",
            Ipv4Addr::LOCALHOST,
            self.port
        )
    }

    /// Stops it at once, as a restart does (fast shutdown): connections break.
    pub fn stop(&mut self) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        let interrupt = format!("kill -s INT {}", process.id());
        let sent = Command::new("sh").args(["-c", &interrupt]).status();
        assert!(sent.expect("a shell").success(), "PostgreSQL got no signal");
        process.wait().expect("it ends");
    }

    /// Starts it on the same data; ready when this returns.
    pub async fn start_again(&mut self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log())
            .expect("a log");
        let process = program("postgres", self.folder.path())
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &self.port.to_string(),
                "-k",
                "",
                "-c",
            ])
            // A process that is killed loses nothing by it; only a power cut would.
            .args(["fsync=off", "-c", "max_connections=200"])
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn();
        self.process = Some(process.expect(MISSING));
        let since = Instant::now();
        while tokio_postgres::connect(&self.url(), NoTls).await.is_err() {
            let log = || fs::read_to_string(self.log()).unwrap_or_default();
            assert!(
                since.elapsed() < PATIENCE,
                "PostgreSQL does not get ready:\n{}",
                log()
            );
            sleep(Duration::from_millis(50)).await;
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A program of PostgreSQL, which refuses to run as root.
fn program(name: &str, folder: &Path) -> Command {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let debian = debian
        .flatten()
        .map(|version| version.path().join("bin").join(name));
    let newest = debian.filter(|path| path.exists()).max();
    let mut command = Command::new(newest.unwrap_or_else(|| name.into()));
    command.current_dir(folder);
    if let Some((user, group)) = unprivileged() {
        command.uid(user).gid(group);
    }
    command
}

/// Returns the ids of the user `postgres`, which Debian's package makes, if this process is root's.
fn unprivileged() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    let ids = id(&["-u", "postgres"]).zip(id(&["-g", "postgres"]));
    Some(ids.expect(MISSING))
}

/// Holds a port that the system gives to nobody else, even while the server is down.
pub fn reserve_port() -> (u16, TcpSocket) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseaddr(true).expect("an option");
    socket
        .bind((Ipv4Addr::UNSPECIFIED, 0).into())
        .expect("a free port");
    (socket.local_addr().expect("an address").port(), socket)
}
