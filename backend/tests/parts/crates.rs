//! Crates that can be carried away: their folders pass their tests in an empty workspace, and the
//! example of each README runs in an empty project, beside the crates that its crate depends on and
//! no others.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::ROOT;

/// An empty folder below the target folder. Its place is fixed, so that a second run compiles
/// nothing again.
fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn crates() -> Vec<String> {
    let folders = fs::read_dir(format!("{ROOT}/crates")).expect("the crates");
    let names = folders.map(|folder| folder.expect("a crate").file_name());
    names
        .map(|name| name.into_string().expect("a name"))
        .collect()
}

/// The crate and those of this repository that it depends on, by its own manifest.
fn with_dependencies(name: &str, found: &mut BTreeSet<String>) {
    if !found.insert(name.to_owned()) {
        return;
    }
    let manifest = format!("{ROOT}/crates/{name}/Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("a manifest");
    for rest in manifest.split("path = \"../").skip(1) {
        with_dependencies(rest.split('"').next().expect("a path"), found);
    }
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

/// Copies these crates into a workspace that has nothing else but the versions and profiles of this
/// one, so that what was compiled for it serves here too. They are in a folder called `place`:
/// cargo names what it builds by the path inside the workspace, so a crate at the path of the real
/// one would replace it in the shared target folder.
fn carry<'a>(crates: impl IntoIterator<Item = &'a String>, folder: &Path, place: &str) {
    for one in crates {
        let from = format!("{ROOT}/crates/{one}");
        copy(Path::new(&from), &folder.join(place).join(one));
    }
    let manifest = fs::read_to_string(format!("{ROOT}/Cargo.toml")).expect("the manifest");
    let (_, profiles) = manifest.split_once("[profile.").expect("profiles");
    let workspace = format!("[workspace]\nmembers = [\"{place}/*\"]\nresolver = \"3\"\n");
    let manifest = format!("{workspace}\n[profile.{profiles}");
    fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
    fs::copy(format!("{ROOT}/Cargo.lock"), folder.join("Cargo.lock")).expect("a copy");
}

fn cargo(folder: &Path, arguments: &[&str]) {
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
}

/// The first program of a README, as the `main.rs` of a project.
fn example(readme: &str) -> String {
    let (_, rest) = readme.split_once("```rust\n").expect("an example");
    let (code, _) = rest.split_once("```").expect("its end");
    let shown = code.lines().filter(|line| !line.starts_with("# ")).count();
    assert!(shown <= 20, "the example of a README has {shown} lines");
    let lines: String = code
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line)))
        .collect();
    format!("fn main() {{ let example = || {{ {lines} }}; example().expect(\"it runs\"); }}\n")
}

#[test]
fn the_crates_pass_their_tests_in_an_empty_workspace() {
    let folder = empty_folder("alone");
    carry(&crates(), &folder, "alone");
    // All at once: alone, each would compile the libraries again with the few features it needs.
    cargo(&folder, &["test", "--quiet", "--workspace"]);
}

#[test]
fn the_example_of_each_readme_runs_in_an_empty_project() {
    for name in crates() {
        let folder = empty_folder(&format!("added-{name}"));
        let mut taken = BTreeSet::new();
        with_dependencies(&name, &mut taken);
        carry(&taken, &folder, "added");
        let project = folder.join("added/project");
        fs::create_dir_all(project.join("src")).expect("a folder");
        let manifest = "[package]\nname = \"project\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
        fs::write(project.join("Cargo.toml"), manifest).expect("a manifest");
        let readme = fs::read_to_string(format!("{ROOT}/crates/{name}/README.md"));
        let readme = readme.expect("a README");
        let program = example(&readme);
        fs::write(project.join("src/main.rs"), program).expect("a program");
        let more = readme
            .lines()
            .filter_map(|line| line.strip_prefix("cargo "));
        for line in more.filter(|line| line.starts_with("add ")) {
            cargo(&project, &line.split(' ').collect::<Vec<_>>());
        }
        cargo(&project, &["run", "--quiet"]);
    }
}
