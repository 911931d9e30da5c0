//! Readiness of the file: it can be written, and is still the opened file.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use anyhow::Context;

/// Counts, because SQLite may not write a row that does not change.
pub(super) const WRITE: &str = "INSERT INTO write_check (one, times) VALUES (1, 1)
                     ON CONFLICT DO UPDATE SET times = times + 1";

/// A path and the identity of its file. The file is never opened: closing it would release the
/// locks of SQLite (fcntl(2)).
pub(super) struct OpenFile {
    path: PathBuf,
    file: (u64, u64),
}

impl OpenFile {
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let (path, file) = (path.to_owned(), device_and_inode(path)?);
        Ok(Self { path, file })
    }

    /// Fails if the path leads to another file or none: writes to a deleted file are lost.
    pub(super) fn check_unchanged(&self) -> anyhow::Result<()> {
        let path = self.path.display();
        let now = device_and_inode(&self.path).with_context(|| format!("{path} is gone"))?;
        anyhow::ensure!(now == self.file, "{path} was replaced by another file");
        Ok(())
    }
}

fn device_and_inode(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}
