//! Parts that can be carried away: each compiles in a crate that holds nothing but the files and
//! the crates which its page in `docs/patterns` lists, and so does its example if it has one.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail where it stands"
)]

mod built;
mod page;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use tempfile::TempDir;

use built::{Built, rustc};
use page::Page;

/// Where the workspace is.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The modules that these files are, as the text of a `lib.rs`.
fn library(files: &BTreeSet<String>) -> String {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in files {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        folders.entry(folder).or_default().push(name);
    }
    modules("", &folders)
}

/// Declares what is in a folder; a folder with a `mod.rs` declares its own, and one whose `mod.rs`
/// is left behind also hands out what its files hold.
fn modules(folder: &str, folders: &BTreeMap<&str, Vec<&str>>) -> String {
    let files = folders.get(folder).into_iter().flatten();
    let mut text: String = files
        .filter_map(|file| file.strip_suffix(".rs"))
        .map(|module| match folder {
            "" => format!("pub mod {module};\n"),
            _ => format!("pub mod {module};\npub use self::{module}::*;\n"),
        })
        .collect();
    let prefix = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    let inner: BTreeSet<_> = folders
        .keys()
        .filter_map(|inner| inner.strip_prefix(&prefix)?.split('/').next())
        .filter(|inner| !inner.is_empty())
        .collect();
    for name in inner {
        let path = format!("{prefix}{name}");
        let declares_its_own = folders
            .get(path.as_str())
            .is_some_and(|files| files.contains(&"mod.rs"));
        text += &if declares_its_own {
            format!("pub mod {name};\n")
        } else {
            format!("pub mod {name} {{\n{}}}\n", modules(&path, folders))
        };
    }
    text
}

/// Type-checks a file with these crates and no other, and gives back those that it has no use for.
fn check(
    arguments: &[&str],
    crates: &BTreeSet<String>,
    built: &Built,
    folder: &Path,
) -> Result<BTreeSet<String>, String> {
    let mut command = Command::new(rustc());
    command.args(["--edition=2024", "--cap-lints=warn", "--emit=metadata"]);
    command.arg("-Wunused-crate-dependencies");
    command.arg("-L").arg(built.dependencies());
    for one in crates {
        command.arg("--extern").arg(built.external(one));
    }
    let output = command.args(arguments).current_dir(folder).output();
    let output = output.expect("rustc runs");
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(said.into_owned());
    }
    let is_unused = |name: &&String| {
        let name = name.replace('-', "_");
        said.contains(&format!("extern crate `{name}` is unused"))
    };
    Ok(crates.iter().filter(is_unused).cloned().collect())
}

/// Carries a part away, with its example if it has one.
fn carry(page: &Page, built: &Built) -> Result<(), String> {
    let folder = TempDir::new().expect("a folder");
    for file in &page.files {
        let to = folder.path().join(file);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        let from = Path::new(ROOT).join("backend/src").join(file);
        fs::copy(&from, to).map_err(|error| format!("{file}: {error}"))?;
    }
    fs::write(folder.path().join("lib.rs"), library(&page.files)).expect("a file");
    let part = ["lib.rs", "--crate-type=lib", "--crate-name=backend"];
    let mut unused = check(&part, &page.crates, built, folder.path())?;

    if !page.example.is_empty() {
        let example = Path::new(ROOT).join(&page.example);
        let text = fs::read_to_string(&example).expect("the example");
        assert!(text.lines().count() <= 80, "{} is long", page.example);
        let mut crates = page.crates.clone();
        crates.insert("actix-web".to_owned());
        let example = example.display().to_string();
        let with_part = [
            &example,
            "--crate-type=bin",
            "--extern=backend=libbackend.rmeta",
        ];
        let not_there = check(&with_part, &crates, built, folder.path())?;
        unused.retain(|name| not_there.contains(name));
    }
    if unused.is_empty() {
        Ok(())
    } else {
        Err(format!("no need of {unused:?}"))
    }
}

#[test]
fn the_smallest_application_is_one_file_of_at_most_150_lines() {
    let file = Path::new(ROOT).join("backend/examples/smallest.rs");
    let lines = fs::read_to_string(file)
        .expect("the example")
        .lines()
        .count();
    assert!(lines <= 150, "{lines} lines");
}

#[test]
fn each_part_compiles_with_the_files_and_crates_that_its_page_lists() {
    let (pages, built) = (Page::all(), Built::by_this_test());
    assert!(!pages.is_empty());
    let failed: Vec<_> = pages
        .iter()
        .filter_map(|page| Some(format!("{}: {}", page.name, carry(page, &built).err()?)))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn the_program_that_fills_a_store_for_the_bench_compiles() {
    const CRATES: [&str; 7] = [
        "actix-web",
        "anyhow",
        "backend",
        "clap",
        "futures-util",
        "jiff",
        "serde_json",
    ];
    let (built, folder) = (Built::by_this_test(), TempDir::new().expect("a folder"));
    let program = format!("{ROOT}/e2e/bench/fill/src/main.rs");
    let crates = CRATES.map(str::to_owned).into();
    let unused = check(&[&program], &crates, &built, folder.path());
    unused.unwrap_or_else(|errors| panic!("{errors}"));
}
