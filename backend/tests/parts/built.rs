//! The crates that were built for this test already: compiling a part takes seconds with them, and
//! minutes without.

use std::{
    collections::HashMap,
    env,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::ROOT;

/// Libraries, by the name of their package.
pub struct Built {
    libraries: HashMap<String, PathBuf>,
}

/// The compiler beside the cargo that runs this test.
pub fn rustc() -> PathBuf {
    env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from)
}

/// The machine that it builds for, e.g. `x86_64-unknown-linux-gnu`.
fn host() -> String {
    let output = Command::new(rustc())
        .args(["--print", "host-tuple"])
        .output()
        .expect("rustc runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn cargo(arguments: &[&str]) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--locked")
        .current_dir(ROOT)
        .output();
    let output = output.expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

impl Built {
    /// Asks cargo where it put them; all is fresh, so nothing is built.
    pub fn by_this_test() -> Self {
        // Crates of other platforms need not be on this machine.
        let platform = format!("--filter-platform={}", host());
        let metadata = cargo(&["metadata", "--format-version=1", &platform]).remove(0);
        let nodes = metadata["resolve"]["nodes"]
            .as_array()
            .expect("the packages");
        let node = |name: &str| {
            let is_it = |id: &str| id.contains(&format!("/{name}#")) || id.ends_with(name);
            let node = nodes
                .iter()
                .find(|node| node["id"].as_str().is_some_and(is_it));
            node.expect("a package of the workspace")
        };
        let (backend, sessions) = (node("backend"), node("sessions"));
        let itself = serde_json::json!({"name": "backend", "pkg": backend["id"]});
        let dependencies = [backend, sessions].map(|node| node["deps"].as_array());
        let dependencies = dependencies.into_iter().flatten().flatten();

        let mut build = vec![
            "test",
            "-p=backend",
            "--test=parts",
            "--no-run",
            "--message-format=json",
        ];
        if !cfg!(debug_assertions) {
            build.push("--release");
        }
        let artifacts = cargo(&build);
        let packages = dependencies.chain([&itself]);
        let libraries = packages.filter_map(|dependency| {
            let of_package = artifacts
                .iter()
                .filter(|artifact| artifact["package_id"] == dependency["pkg"])
                .filter_map(|artifact| Some((library(artifact)?, artifact)));
            // Another one, with fewer features, may be there for build scripts.
            let (library, _) = of_package.max_by_key(|(_, artifact)| {
                let features = artifact["features"].as_array().map(Vec::len);
                (artifact["profile"]["opt_level"].to_string(), features)
            })?;
            Some((dependency["name"].as_str()?.to_owned(), library))
        });
        Self {
            libraries: libraries.collect(),
        }
    }

    /// `name=path`, for `--extern`.
    pub fn external(&self, package: &str) -> String {
        let name = package.replace('-', "_");
        let library = self
            .libraries
            .get(&name)
            .unwrap_or_else(|| panic!("the backend does not use {package}"));
        format!("{name}={}", library.display())
    }

    /// The folder of the libraries' own libraries, for `-L`.
    pub fn dependencies(&self) -> String {
        let folder = self
            .libraries
            .values()
            .next()
            .and_then(|library| library.parent());
        format!(
            "dependency={}",
            folder.map(Path::display).expect("a library")
        )
    }
}

/// The file of a library, if that is what cargo tells of.
fn library(artifact: &Value) -> Option<PathBuf> {
    let mut files = artifact["filenames"]
        .as_array()?
        .iter()
        .filter_map(Value::as_str);
    files
        .find(|file| file.ends_with(".rlib"))
        .map(PathBuf::from)
}
