//! What a page in `docs/patterns` says of a part of the backend.

use std::fs;

use crate::ROOT;

/// A part, as its page tells it.
pub struct Page {
    pub name: String,
    /// Its files, from `backend/src` on.
    pub files: Vec<String>,
    pub crates: Vec<String>,
    /// The application that shows it; empty when there is none.
    pub example: String,
}

impl Page {
    /// The pages that list files of the backend.
    pub fn all() -> Vec<Self> {
        let folder = fs::read_dir(format!("{ROOT}/docs/patterns")).expect("the pages");
        let pages = folder.map(|page| page.expect("a page").path());
        pages
            .map(|path| {
                let text = fs::read_to_string(&path).expect("text");
                Self::read(path.display().to_string(), &text)
            })
            .filter(|page| !page.files.is_empty())
            .collect()
    }

    fn read(name: String, text: &str) -> Self {
        let rows = text
            .lines()
            .filter_map(|line| line.strip_prefix("| `backend/src/"));
        let files = rows
            .filter_map(|row| row.split('`').next())
            .map(str::to_owned);
        let crates = text
            .split("\nCrates: ")
            .nth(1)
            .and_then(|rest| rest.split(';').next());
        let example = text
            .split("[`")
            .find(|link| link.starts_with("backend/examples/"));
        Self {
            name,
            files: files.collect(),
            crates: quoted(crates.unwrap_or_default()),
            example: example
                .and_then(|link| link.split('`').next())
                .unwrap_or_default()
                .to_owned(),
        }
    }
}

/// What stands between backquotes.
fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
