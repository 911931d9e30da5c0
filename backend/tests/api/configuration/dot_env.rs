//! The `.env` file: read, and never misread in silence.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    process::Command,
};

use tempfile::TempDir;

use crate::harness::process::{Process, free_port};

#[test]
fn a_dot_env_file_is_read_and_the_environment_wins_over_it() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join(".env"), "SESSION_STORE=memory\nPORT=0\n").expect("a file");
    let (code, output) = Process::start_in(folder, &[], &[]).ended();
    assert!(
        code == Some(2) && output.contains("SESSION_STORE"),
        "{output}"
    );

    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join(".env"), "PORT=1\nSESSION_STORE=memory\n").expect("a file");
    let port = free_port().to_string();
    let mut process =
        Process::start_in(folder, &[("PORT", &port), ("SESSION_STORE", "cookie")], &[]);
    process.wait_for("listening on");
}

#[test]
fn a_dot_env_file_that_cannot_be_read_is_named_without_what_is_in_it() {
    let folder = TempDir::new().expect("a folder");
    fs::write(
        folder.path().join(".env"),
        "PORT=0\nCLIENT_SECRET=\"canary\n",
    )
    .expect("a file");
    let (code, output) = Process::start_in(folder, &[], &[]).ended();
    assert!(code == Some(2) && output.contains(".env"), "{output}");
    assert!(!output.contains("canary"), "{output}");
}

#[test]
fn a_working_directory_that_cannot_be_read_is_no_error_of_dot_env() {
    // Nobody's folder, as root may read every other.
    const NOBODY: u32 = 65_534;
    let (folder, data) = (
        TempDir::new().expect("a folder"),
        TempDir::new().expect("a folder"),
    );
    for path in [folder.path(), data.path()] {
        let _ = chown(path, Some(NOBODY), Some(NOBODY));
    }
    let binary = data.path().join("backend");
    fs::copy(env!("CARGO_BIN_EXE_backend"), &binary).expect("a copy");
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "chmod 0 . && exec \"$0\""]).arg(binary);
    if fs::metadata(data.path()).is_ok_and(|data| data.uid() == NOBODY) {
        shell.uid(NOBODY).gid(NOBODY);
    }
    let data = data.path().display().to_string();
    let settings = [("PORT", "0"), ("DATA_DIR", data.as_str())];
    Process::spawn(shell, folder, &settings).wait_for("listening on");
}

#[test]
fn a_dot_env_file_that_may_not_be_read_is_an_error() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join(".env");
    fs::write(&file, [0xff, 0xfe, b'=', b'x', b'\n']).expect("a file");
    let (code, output) = Process::start_in(folder, &[("PORT", "0")], &[]).ended();
    assert!(code == Some(2) && output.contains(".env"), "{output}");
}

#[test]
fn a_mistyped_variable_in_dot_env_is_named_and_those_of_other_programs_are_not() {
    for (mistyped, meant) in [
        ("SESSION_STROE", "SESSION_STORE"),
        ("SESSION_SECRET", "SESSION_SECRETS"),
        ("session_store", "SESSION_STORE"),
        ("RATELIMIT", "RATE_LIMIT"),
        ("RUSTLOG", "RUST_LOG"),
    ] {
        let folder = TempDir::new().expect("a folder");
        fs::write(folder.path().join(".env"), format!("{mistyped}=canary\n")).expect("a file");
        let (code, output) = Process::start_in(folder, &[("PORT", "0")], &[]).ended();
        assert_eq!(code, Some(2), "{mistyped}: {output}");
        assert!(
            output.contains(mistyped) && output.contains(meant) && !output.contains("canary"),
            "{output}"
        );
    }
    let folder = TempDir::new().expect("a folder");
    let others = "PROVIDER_PORT=1\nPROVIDER_ISSUER=http://localhost:1\n\
                  PLAYWRIGHT_CHROMIUM=x\nNODE_ENV=x\nDATABASE_URL=x\n";
    fs::write(folder.path().join(".env"), others).expect("a file");
    Process::start_in(folder, &[("PORT", "0")], &[]).wait_for("listening on");
}
