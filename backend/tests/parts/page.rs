//! What a page in `docs/patterns` says of a part of the backend.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::ROOT;

const PAGES: &str = "docs/patterns";

/// A part, as its page tells it.
#[derive(Clone)]
pub struct Page {
    pub name: String,
    /// Its files, from `backend/src` on.
    pub files: BTreeSet<String>,
    pub crates: BTreeSet<String>,
    /// The pages whose files it takes along.
    builds_on: Vec<String>,
    /// The application that shows it; empty when there is none.
    pub example: String,
}

impl Page {
    /// The pages that list files of the backend.
    pub fn all() -> Vec<Self> {
        let folder = fs::read_dir(format!("{ROOT}/{PAGES}")).expect("the pages");
        let names = folder.map(|page| page.expect("a page").file_name());
        let pages: BTreeMap<_, _> = names
            .map(|name| {
                let name = name.into_string().expect("a name");
                (name.clone(), Self::read(name))
            })
            .collect();
        let with_those_it_builds_on = |page: &Self| {
            let mut whole = page.clone();
            for name in &page.builds_on {
                let other = pages.get(name).unwrap_or_else(|| panic!("no page {name}"));
                assert!(other.builds_on.is_empty(), "{name} builds on others");
                whole.files.extend(other.files.iter().cloned());
                whole.crates.extend(other.crates.iter().cloned());
            }
            whole
        };
        pages
            .values()
            .filter(|page| !page.files.is_empty())
            .map(with_those_it_builds_on)
            .collect()
    }

    fn read(name: String) -> Self {
        let text = fs::read_to_string(format!("{ROOT}/{PAGES}/{name}")).expect("text");
        // The first cells of the table.
        let taken: Vec<_> = text
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
            .filter(|cell| name != "README.md" && cell.contains(['`', '(']))
            .collect();
        let paths = taken.iter().flat_map(|cell| quoted(cell));
        let crates = text
            .split("\nCrates: ")
            .nth(1)
            .and_then(|rest| rest.split(';').next());
        let example = text
            .split("[`")
            .find(|link| link.starts_with("backend/examples/"));
        Self {
            files: paths
                .filter_map(|path| path.strip_prefix("backend/src/").map(str::to_owned))
                .flat_map(|path| in_place(&path))
                .collect(),
            crates: quoted(crates.unwrap_or_default()).into_iter().collect(),
            builds_on: taken
                .iter()
                .filter_map(|cell| cell.split("](").nth(1)?.split(')').next())
                .map(str::to_owned)
                .collect(),
            example: example
                .and_then(|link| link.split('`').next())
                .unwrap_or_default()
                .to_owned(),
            name,
        }
    }
}

/// The file, or all those in the folder, of a path from `backend/src` on.
fn in_place(path: &str) -> Vec<String> {
    let Some(folder) = path.strip_suffix('/') else {
        return vec![path.to_owned()];
    };
    let inner = fs::read_dir(Path::new(ROOT).join("backend/src").join(folder));
    let inner = inner.unwrap_or_else(|error| panic!("{path}: {error}"));
    inner
        .flat_map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a name");
            let is_folder = entry.file_type().expect("its type").is_dir();
            in_place(&format!("{path}{name}{}", if is_folder { "/" } else { "" }))
        })
        .collect()
}

/// What stands between backquotes.
fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
