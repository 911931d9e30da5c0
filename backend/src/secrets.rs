//! Secrets of this installation, from which all keys are derived.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use anyhow::{Context, ensure};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sealed_cookies::Purpose;
use secrecy::SecretString;

/// Purpose of the key that seals a login attempt.
pub const LOGIN_ATTEMPT: Purpose = Purpose::new("login attempt");

/// Returns the secrets: those of `SESSION_SECRETS`, or the one of this machine. Creates `data_dir`
/// with mode 0700, unless nothing is kept there: with Redis and given secrets.
///
/// # Errors
/// Fails if the folder or the machine's secret can be neither read nor created.
pub fn secrets(
    given: Option<&[SecretString]>,
    data_dir: &Path,
    has_redis: bool,
) -> anyhow::Result<Vec<SecretString>> {
    if let (Some(secrets), true) = (given, has_redis) {
        return Ok(secrets.to_vec());
    }
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data_dir);
    made.with_context(|| format!("DATA_DIR {} cannot be made", data_dir.display()))?;
    report_if_open(data_dir, 0o700);
    match given {
        Some(secrets) => Ok(secrets.to_vec()),
        None => Ok(vec![machine_secret(data_dir)?]),
    }
}

/// The secret of this machine, for installations without `SESSION_SECRETS`: created at the first
/// start and kept in `data_dir` with mode 0600.
fn machine_secret(data_dir: &Path) -> anyhow::Result<SecretString> {
    let path = data_dir.join("session-secret");
    let unreadable = || format!("cannot read {}", path.display());
    // A start of an earlier version that was killed while it wrote left an empty file.
    if fs::metadata(&path).map_or(true, |file| file.len() == 0) {
        create_secret(data_dir, &path)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    report_if_open(&path, 0o600);
    let secret = fs::read_to_string(&path).with_context(unreadable)?;
    ensure!(
        secret.trim().len() >= 32,
        "{} is damaged; delete it to make a new one",
        path.display()
    );
    Ok(secret.trim().into())
}

/// Writes a new secret next to `path` and renames it: if the process is killed, `path` contains a
/// complete secret or nothing.
fn create_secret(data_dir: &Path, path: &Path) -> io::Result<()> {
    let secret = BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let unfinished = data_dir.join(format!("session-secret.{:08x}", rand::random::<u32>()));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)?;
    let written = file
        .write_all(secret.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    written
}

/// Warns if other users of this machine have access to a file or folder.
fn report_if_open(path: &Path, mode: u32) {
    if fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0) {
        tracing::warn!(
            "other users of this machine have access to {path}: chmod {mode:o} {path}",
            path = path.display()
        );
    }
}
