//! The compiled binary as an operator runs it: environment in, exit code and output out.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering::Relaxed},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::harness::{PAGES, provider::Provider};

const PATIENCE: Duration = Duration::from_secs(30);

/// A started binary, ended with this value.
pub struct Process {
    child: Child,
    lines: Receiver<String>,
    output: String,
    _folder: TempDir,
}

impl Process {
    /// Starts it in an empty folder, with next to nothing in its environment but this.
    pub fn start(environment: &[(&str, &str)], arguments: &[&str]) -> Self {
        Self::start_in(TempDir::new().expect("a folder"), environment, arguments)
    }

    /// Starts it on a free port, with this provider and these settings, and waits until it listens:
    /// its origin, and the process.
    pub fn serving(provider: &Provider, settings: &[(&str, &str)]) -> (String, Self) {
        let (port, host) = (free_port().to_string(), provider.host());
        let origin = format!("http://127.0.0.1:{port}");
        let place = [
            ("PORT", port.as_str()),
            ("PUBLIC_URL", &origin),
            ("APPLICATION_VANITY_DOMAIN", &host),
        ];
        let mut process = Self::start(&[&place, settings].concat(), &[]);
        process.wait_for("listening on");
        (origin, process)
    }

    /// Starts it where no file may grow beyond so many blocks of 512 bytes, and waits until it
    /// listens.
    pub fn with_file_limit(blocks: u32, environment: &[(&str, &str)]) -> Self {
        let mut shell = Command::new("/bin/sh");
        // Ignored, the signal becomes an error of the write.
        shell.args([
            "-c",
            &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\""),
            env!("CARGO_BIN_EXE_backend"),
        ]);
        let mut process = Self::spawn(shell, TempDir::new().expect("a folder"), environment);
        process.wait_for("listening on");
        process
    }

    /// Starts it in this folder.
    pub fn start_in(folder: TempDir, environment: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_backend"));
        command.args(arguments);
        Self::spawn(command, folder, environment)
    }

    /// Starts this command in this folder.
    pub fn spawn(mut command: Command, folder: TempDir, environment: &[(&str, &str)]) -> Self {
        let mut child = command
            .env_clear()
            // As behind https: what the tests' browsers hold there.
            .env("COOKIE_SECURE", "on")
            .env("STORE_TIMEOUT", "30s") // the machine may be busy
            .env("FRONTEND_DIST", PAGES)
            .envs(environment.iter().copied())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let (sender, lines) = channel();
        let error = sender.clone();
        let (stdout, stderr) = (
            child.stdout.take().expect("piped"),
            child.stderr.take().expect("piped"),
        );
        thread::spawn(move || {
            BufReader::new(stdout)
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        thread::spawn(move || {
            BufReader::new(stderr)
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| error.send(line))
        });
        Self {
            child,
            lines,
            output: String::new(),
            _folder: folder,
        }
    }

    /// Waits until it ends by itself: its exit code and all its output.
    pub fn ended(mut self) -> (Option<i32>, String) {
        let deadline = Instant::now() + PATIENCE;
        while self.read_line(deadline) {}
        (
            self.child.wait().expect("an exit code").code(),
            std::mem::take(&mut self.output),
        )
    }

    /// Waits until it writes this.
    pub fn wait_for(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.output.contains(text) {
            assert!(
                self.read_line(deadline),
                "it ended without {text:?}:\n{}",
                self.output
            );
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to stop.
    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    /// Sends it this signal.
    pub fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        let sent = kill.args([name, &self.id().to_string()]).status();
        assert!(sent.expect("kill").success());
    }

    /// Ends it: all it wrote.
    pub fn kill(mut self) -> String {
        self.child.kill().expect("it was running");
        self.ended().1
    }

    /// Reads one line; false at the end.
    fn read_line(&mut self, deadline: Instant) -> bool {
        match self
            .lines
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            Ok(line) => self.output.push_str(&(line + "\n")),
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => panic!(
                "it neither ended nor wrote what was expected:\n{}",
                self.output
            ),
        }
        true
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port on which nothing listens. It lies below the range from which systems take the ports of
/// outgoing connections (32768 and up on Linux), so that none of them takes it before its server
/// starts.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(22_000);
    (0..10_000)
        .map(|_| NEXT.fetch_add(1, Relaxed))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}
