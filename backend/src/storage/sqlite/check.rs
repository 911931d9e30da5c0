//! Whether the file can be written, and is still the one that was opened.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use tokio_rusqlite::rusqlite;

use super::Database;
use crate::storage::Unavailable;

/// Counts: a row that did not change might not be written.
const WRITE: &str = "INSERT INTO write_check (one, times) VALUES (1, 1)
                     ON CONFLICT DO UPDATE SET times = times + 1";

/// A path, and the file that it led to. Only looked at, never opened: closing a file gives back all
/// of the process' locks on it (fcntl(2)), SQLite's too.
pub(super) struct OpenFile {
    path: PathBuf,
    file: (u64, u64),
}

impl OpenFile {
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let (path, file) = (path.to_owned(), device_and_inode(path)?);
        Ok(Self { path, file })
    }

    /// A process goes on with a file that was deleted, and loses at its end what it wrote.
    fn is_there(&self) -> anyhow::Result<()> {
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

impl Database {
    /// Whether what is written now would be there after a restart. Tried at most once a second.
    ///
    /// # Errors
    /// When the file was deleted or replaced, or a small write is not committed in time.
    pub async fn check(&self) -> Result<(), Unavailable> {
        let try_it = async {
            self.file.is_there()?;
            let write = |database: &rusqlite::Connection| database.execute(WRITE, []);
            self.write(write, |_| ()).await?;
            Ok(())
        };
        self.write_check.ask(try_it).await
    }
}
