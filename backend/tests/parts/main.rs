//! Files and crates that can be copied into another project: each file that a page of
//! `docs/patterns` names compiles alone, with the crates that the page lists.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must fail where it stands"
)]

mod built;
mod crates;

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use tempfile::TempDir;

use built::{Built, rustc};

/// The folder of the workspace.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A single Rust file that a page offers, and the crates that it needs.
struct Offer {
    page: String,
    file: String,
    crates: BTreeSet<String>,
}

/// The single files of all pages.
fn offers() -> Vec<Offer> {
    let pages = fs::read_dir(format!("{ROOT}/docs/patterns")).expect("the pages");
    let pages = pages.map(|page| page.expect("a page").path());
    pages.filter_map(|page| offer(&page)).collect()
}

fn offer(page: &Path) -> Option<Offer> {
    let text = fs::read_to_string(page).expect("text");
    let (_, rest) = text.split_once("\n## Files to take\n")?;
    let section = rest.split("\n**").next().unwrap_or(rest);
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let file = rows
        .filter_map(|row| quoted(row).next())
        .find(|path| path.ends_with(".rs"))?;
    let (_, crates) = section.split_once("Crates: ").unwrap_or_default();
    let crates = crates.split(';').next().unwrap_or_default();
    Some(Offer {
        page: page.display().to_string(),
        file: file.to_owned(),
        crates: quoted(crates).map(str::to_owned).collect(),
    })
}

/// The words between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Type-checks a file with these crates and no others, and returns those that it does not use.
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

#[test]
fn the_smallest_application_is_one_file_of_at_most_150_lines() {
    let file = Path::new(ROOT).join("examples/smallest/src/main.rs");
    let lines = fs::read_to_string(file)
        .expect("the example")
        .lines()
        .count();
    assert!(lines <= 150, "{lines} lines");
}

#[test]
fn each_single_file_of_the_patterns_compiles_alone() {
    let (offers, built) = (offers(), Built::by_this_test());
    assert!(offers.len() >= 3, "the pages name no files");
    for Offer { page, file, crates } in offers {
        let folder = TempDir::new().expect("a folder");
        fs::copy(Path::new(ROOT).join(&file), folder.path().join("lib.rs")).expect("the file");
        let unused = check(
            &["lib.rs", "--crate-type=lib"],
            &crates,
            &built,
            folder.path(),
        );
        let unused = unused.unwrap_or_else(|errors| panic!("{page}: {file}: {errors}"));
        assert!(unused.is_empty(), "{page}: {file} does not need {unused:?}");
    }
}

#[test]
fn the_program_that_fills_a_store_for_the_bench_compiles() {
    const CRATES: [&str; 11] = [
        "actix-web",
        "anyhow",
        "backend",
        "clap",
        "futures-util",
        "jiff",
        "oidc-client",
        "revocation-list",
        "serde_json",
        "sessions",
        "storage",
    ];
    let (built, folder) = (Built::by_this_test(), TempDir::new().expect("a folder"));
    let program = format!("{ROOT}/e2e/bench/fill/src/main.rs");
    let crates = CRATES.map(str::to_owned).into();
    let unused = check(&[&program], &crates, &built, folder.path());
    unused.unwrap_or_else(|errors| panic!("{errors}"));
}
