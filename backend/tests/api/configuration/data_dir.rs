//! What this machine must remember (`DATA_DIR`): who cannot read it does not start, rather than
//! forget who signed out.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::harness::process::Process;

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
    assert_refuses(data.path(), "another backend");
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
