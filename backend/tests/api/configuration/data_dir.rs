//! The files of this machine (`DATA_DIR`): a process that cannot read them does not start. It would
//! accept sessions that were signed out.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use tempfile::TempDir;

use crate::harness::{process::Process, redis_server::RedisServer};

fn start(data: &Path) -> Process {
    Process::start(
        &[("PORT", "0"), ("DATA_DIR", &data.display().to_string())],
        &[],
    )
}

fn assert_refuses(data: &Path, reason: &str) {
    let (code, output) = start(data).ended();
    assert_eq!(code, Some(2), "{output}");
    assert!(output.contains(reason), "{output}");
}

#[test]
fn a_revocation_list_that_cannot_be_read_keeps_the_process_from_starting() {
    let data = TempDir::new().expect("a folder");
    fs::write(
        data.path().join("sessions.sqlite"),
        "this is no database, whatever its name says",
    )
    .expect("a file");
    assert_refuses(data.path(), "sessions.sqlite");
}

#[test]
fn a_second_process_on_the_same_data_does_not_start() {
    let data = TempDir::new().expect("a folder");
    let mut first = start(data.path());
    first.wait_for("listening on");
    assert_refuses(data.path(), "another process uses");
}

#[test]
fn a_machine_secret_that_was_cut_short_is_not_used() {
    let data = TempDir::new().expect("a folder");
    fs::write(data.path().join("session-secret"), "canary").expect("a file");
    let (code, output) = start(data.path()).ended();
    assert_eq!(code, Some(2), "{output}");
    assert!(
        output.contains("session-secret") && !output.contains("canary"),
        "{output}"
    );
}

#[test]
fn an_empty_machine_secret_of_a_start_that_was_killed_is_made_anew() {
    let data = TempDir::new().expect("a folder");
    let file = data.path().join("session-secret");
    fs::write(&file, "").expect("a file");
    start(data.path()).wait_for("listening on");
    let secret = fs::read_to_string(&file).expect("text");
    assert!(secret.len() >= 32);
    start(data.path()).wait_for("listening on");
    assert_eq!(fs::read_to_string(&file).expect("text"), secret);
}

#[test]
fn a_first_start_that_cannot_write_its_secret_does_not_spoil_the_next() {
    let data = TempDir::new().expect("a folder");
    let folder = data.path().display().to_string();
    let mut shell = Command::new("/bin/sh");
    // Ignored, the signal becomes an error of the write, after the file was made.
    shell.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\""]);
    shell.arg(env!("CARGO_BIN_EXE_backend"));
    let settings = [("PORT", "0"), ("DATA_DIR", folder.as_str())];
    let (code, output) =
        Process::spawn(shell, TempDir::new().expect("a folder"), &settings).ended();
    assert!(
        code == Some(2) && output.contains("session-secret"),
        "{output}"
    );
    assert!(!data.path().join("session-secret").exists());
    start(data.path()).wait_for("listening on");
    let names = fs::read_dir(data.path()).expect("the folder");
    let names = names.map(|entry| entry.expect("an entry").file_name());
    let secrets: Vec<_> = names
        .filter(|name| name.to_string_lossy().contains("secret"))
        .collect();
    assert_eq!(secrets, ["session-secret"], "nothing is left over");
}

#[test]
fn a_folder_or_secret_that_others_can_read_is_reported_at_start() {
    for (folder_mode, file_mode, advice) in [
        (0o700, 0o600, None),
        (0o755, 0o600, Some("chmod 700")),
        (0o750, 0o600, Some("chmod 700")),
        (0o701, 0o600, Some("chmod 700")),
        (0o700, 0o644, Some("chmod 600")),
        (0o700, 0o640, Some("chmod 600")),
    ] {
        let data = TempDir::new().expect("a folder");
        let file = data.path().join("session-secret");
        fs::write(&file, "a secret that is long enough for a test").expect("a file");
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
        set(&file, file_mode)
            .and_then(|()| set(data.path(), folder_mode))
            .expect("modes");
        let mut process = start(data.path());
        process.wait_for("listening on");
        let output = process.kill();
        let path = if file_mode == 0o600 {
            data.path()
        } else {
            &file
        };
        let wanted = advice.map(|advice| format!("{advice} {}", path.display()));
        match wanted {
            None => assert!(!output.contains("chmod"), "{output}"),
            Some(wanted) => assert_eq!(output.matches(&wanted).count(), 1, "{wanted}: {output}"),
        }
    }
}

#[tokio::test]
async fn the_folder_is_not_touched_with_redis_and_given_secrets() {
    let redis = RedisServer::start().await;
    let data = TempDir::new().expect("a folder");
    let folder = data.path().join("not-made");
    let settings = [
        ("PORT", "0"),
        ("DATA_DIR", &folder.display().to_string()),
        ("REDIS_URL", &redis.url()),
        ("SESSION_SECRETS", "a secret that is long enough for a test"),
    ];
    for store in ["cookie", "redis"] {
        let settings = [&settings[..], &[("SESSION_STORE", store)]].concat();
        Process::start(&settings, &[]).wait_for("listening on");
        assert!(!folder.exists(), "{store}");
    }
}
