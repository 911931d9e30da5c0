//! The secrets that this installation seals with.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use anyhow::{Context, ensure};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::SecretString;

/// The secrets to seal with: those that were `given`, else the one of this machine. Makes
/// `data_dir`, mode 0700.
///
/// # Errors
/// When the folder or the machine's secret can be neither read nor made.
pub fn secrets(
    given: Option<&[SecretString]>,
    data_dir: &Path,
) -> anyhow::Result<Vec<SecretString>> {
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data_dir);
    made.with_context(|| format!("DATA_DIR {} cannot be made", data_dir.display()))?;
    match given {
        Some(secrets) => Ok(secrets.to_vec()),
        None => Ok(vec![machine_secret(data_dir)?]),
    }
}

/// The secret of a machine that was given none: made at the first start, kept in `data_dir` with
/// mode 0600.
fn machine_secret(data_dir: &Path) -> anyhow::Result<SecretString> {
    let path = data_dir.join("session-secret");
    let created = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path);
    match created {
        Ok(mut file) => {
            let secret = BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
            file.write_all(secret.as_bytes())
                .and_then(|()| file.sync_all())?;
            Ok(secret.into())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let secret = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            ensure!(
                secret.trim().len() >= 32,
                "{} is damaged; delete it to make a new one",
                path.display()
            );
            Ok(secret.trim().into())
        }
        Err(error) => Err(error).with_context(|| format!("cannot write {}", path.display())),
    }
}
