//! Crates that can be carried away: their folders pass their tests in another workspace, and the
//! example of each README runs in a project that has nothing but what the README adds to it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::ROOT;

fn crates() -> Vec<String> {
    let folders = fs::read_dir(format!("{ROOT}/crates")).expect("the crates");
    let names = folders.map(|folder| folder.expect("a crate").file_name());
    names
        .map(|name| name.into_string().expect("a name"))
        .collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(format!("{ROOT}/{path}")).expect("a file")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("a file");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Writes a package with one file.
fn write_package(folder: &Path, manifest: &str, library: &str) {
    fs::create_dir_all(folder.join("src")).expect("a folder");
    fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
    fs::write(folder.join("src/lib.rs"), library).expect("a library");
}

/// An empty package with the dependencies of the backend. With it the other workspace needs the
/// same features of all libraries, so what was compiled for this one serves there, too: compiling
/// them again would take minutes.
fn write_same_dependencies(folder: &Path) {
    let package = "[package]\nname = \"same-dependencies\"\nedition = \"2024\"\n";
    let manifest = read("backend/Cargo.toml");
    let (_, dependencies) = manifest.split_once("\n[dependencies]").expect("them");
    let (dependencies, _) = dependencies.split_once("\n[lints]").expect("the lints");
    let dependencies = dependencies.replace("\"../crates/", "\"../");
    let manifest = format!("{package}\n[dependencies]{dependencies}");
    let folder = folder.join("same-dependencies");
    write_package(&folder, &manifest, "//! Nothing.\n");
}

/// Makes a workspace with copies of the crates, and for each a project as its README says, whose
/// only test is the README's first program. Returns the folder that all are in. Its name is not
/// `crates`: cargo names what it builds by the path inside a workspace, so a copy at the path of
/// the real crate would replace it in the shared target folder.
fn carry(name: &str) -> PathBuf {
    // The place is fixed, so that a second run compiles nothing again.
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&workspace);
    let folder = workspace.join(name);
    for one in crates() {
        let from = format!("{ROOT}/crates/{one}");
        copy(Path::new(&from), &folder.join(one));
    }
    let manifest = read("Cargo.toml");
    let (_, profiles) = manifest.split_once("\n[profile.").expect("profiles");
    let members = format!("[workspace]\nmembers = [\"{name}/*\"]\nresolver = \"3\"\n");
    let manifest = format!("{members}\n[profile.{profiles}");
    fs::write(workspace.join("Cargo.toml"), manifest).expect("a manifest");
    let lock = format!("{ROOT}/Cargo.lock");
    fs::copy(lock, workspace.join("Cargo.lock")).expect("a copy");
    for one in crates() {
        write_project(&folder, &one);
    }
    folder
}

fn write_project(folder: &Path, name: &str) {
    let project = folder.join(format!("project-{name}"));
    let manifest = format!("[package]\nname = \"project-{name}\"\nedition = \"2024\"\n");
    let readme = read(&format!("crates/{name}/README.md"));
    write_package(&project, &manifest, &example(&readme));
    let more = readme
        .lines()
        .filter_map(|line| line.strip_prefix("cargo "));
    for line in more.filter(|line| line.starts_with("add ")) {
        cargo(&project, &line.split(' ').collect::<Vec<_>>());
    }
}

/// The first program of a README, as a test.
fn example(readme: &str) -> String {
    let (_, rest) = readme.split_once("```rust\n").expect("an example");
    let (code, _) = rest.split_once("```").expect("its end");
    let shown = code.lines().filter(|line| !line.starts_with("# ")).count();
    assert!(shown <= 20, "the example of a README has {shown} lines");
    let lines: String = code
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line)))
        .collect();
    format!(
        "#[test] fn readme() {{ let example = || {{ {lines} }}; example().expect(\"it runs\"); }}\n"
    )
}

/// Runs cargo with the target folder of this test, and returns what it printed.
fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it");
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--offline")
        .env("CARGO_TARGET_DIR", target)
        .current_dir(folder)
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{arguments:?}: {said}\n{told}");
    told.into_owned()
}

#[test]
fn the_crates_pass_their_tests_and_the_examples_of_their_readmes_run_elsewhere() {
    let folder = carry("carried");
    write_same_dependencies(&folder);
    let told = cargo(&folder, &["test", "--workspace"]);
    let examples = told.matches("test readme ... ok").count();
    assert_eq!(examples, crates().len(), "{told}");
}

#[test]
#[ignore = "it compiles all libraries with few features, which takes minutes: npm run features"]
fn each_readme_names_all_crates_and_features_that_its_example_needs() {
    let folder = carry("alone");
    for name in crates() {
        let project = folder.join(format!("project-{name}"));
        cargo(&project, &["test"]);
    }
}
