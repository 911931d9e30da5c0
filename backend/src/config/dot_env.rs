//! The `.env` file in the working directory or a folder above it, and mistyped names of variables.

use std::{
    env,
    ffi::OsStr,
    fmt::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::CommandFactory;

use super::Config;

/// Similarity at which a name counts as mistyped (Damerau-Levenshtein, from 0 to 1).
const MIN_SIMILARITY: f64 = 0.8;

/// Sets the variables of the file that the environment does not set, or sets to an empty value. A
/// missing file or an unreadable folder is no error.
///
/// A mistyped name is refused in the file. In the environment it is reported to standard error
/// only, because other programs share the environment.
///
/// # Errors
/// Fails if the file cannot be read or sets a mistyped name. Never repeats a line, which may
/// contain a secret.
pub fn load() -> anyhow::Result<()> {
    let ours = our_variables();
    for (found, _) in env::vars_os() {
        let found = found.to_string_lossy();
        if let Some(meant) = mistyped(&found, &ours) {
            eprintln!("the environment sets {found}, which nothing reads; did you mean {meant}?");
        }
    }
    let Some(file) = find() else { return Ok(()) };
    read(&file, &ours).context(".env")
}

fn find() -> Option<PathBuf> {
    let folder = env::current_dir().ok()?;
    let mut files = folder.ancestors().map(|folder| folder.join(".env"));
    files.find(|file| file.is_file())
}

fn read(file: &Path, ours: &[String]) -> anyhow::Result<()> {
    let mut wanted = String::new();
    for variable in dotenvy::from_path_iter(file).map_err(unreadable)? {
        let (name, value) = variable.map_err(unreadable)?;
        if let Some(meant) = mistyped(&name, ours) {
            bail!("it sets {name}, which nothing reads; did you mean {meant}?");
        }
        if env::var_os(&name).is_none_or(|value| value.is_empty()) {
            writeln!(wanted, "{name}=\"{}\"", escape(&value))?;
        }
    }
    dotenvy::from_read_override(wanted.as_bytes()).map_err(unreadable)
}

/// Escapes a value for double quotes in a `.env` file.
fn escape(value: &str) -> String {
    let mut escaped = String::new();
    for c in value.chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\\' | '"' | '$' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}

fn our_variables() -> Vec<String> {
    let command = Config::command();
    let names = command
        .get_arguments()
        .filter_map(|argument| argument.get_env());
    names
        .chain([OsStr::new("RUST_LOG")])
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// Returns the variable of which `found` is probably a mistyped name.
fn mistyped(found: &str, ours: &[String]) -> Option<String> {
    if ours.iter().any(|name| name == found) {
        return None;
    }
    let upper = found.to_uppercase();
    let similarity = |name: &&String| strsim::normalized_damerau_levenshtein(name, &upper);
    let nearest = ours
        .iter()
        .max_by(|one, other| similarity(one).total_cmp(&similarity(other)))?;
    (similarity(&nearest) >= MIN_SIMILARITY).then(|| nearest.clone())
}

fn unreadable(error: dotenvy::Error) -> anyhow::Error {
    match error {
        dotenvy::Error::LineParse(..) => anyhow::anyhow!("a line is not NAME=value"),
        error => anyhow::anyhow!("it cannot be read: {error}"),
    }
}
