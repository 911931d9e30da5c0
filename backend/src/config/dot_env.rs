//! The `.env` file in the working directory, or in a folder above it.

use std::ffi::OsStr;

use anyhow::bail;
use clap::CommandFactory;

use super::Config;

/// Names that are this much alike are taken for one that was mistyped (Damerau-Levenshtein, from 0
/// to 1).
const ALIKE: f64 = 0.8;

/// Puts what the file sets into the environment, which wins over it. No file is the normal case; a
/// broken one must not be mistaken for an empty one. Names of other programs may stand in it.
///
/// # Errors
/// When the file cannot be read, or a name in it is none of ours, but nearly. Never says the line
/// itself: it may hold a secret.
pub fn load() -> anyhow::Result<()> {
    let variables = match dotenvy::dotenv_iter() {
        Err(error) if error.not_found() => return Ok(()),
        variables => variables.map_err(unreadable)?,
    };
    let ours = variables_of_ours();
    for variable in variables {
        let (found, _) = variable.map_err(unreadable)?;
        if let Some(meant) = mistyped(&found, &ours) {
            bail!(".env sets {found}, which nothing reads; did you mean {meant}?");
        }
    }
    dotenvy::dotenv().map_err(unreadable)?;
    Ok(())
}

fn variables_of_ours() -> Vec<String> {
    let command = Config::command();
    let names = command
        .get_arguments()
        .filter_map(|argument| argument.get_env());
    names
        .chain([OsStr::new("RUST_LOG")])
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// The variable of ours that `found` resembles, when it is none itself.
fn mistyped(found: &str, ours: &[String]) -> Option<String> {
    if ours.iter().any(|name| name == found) {
        return None;
    }
    let upper = found.to_uppercase();
    let alike = |name: &&String| strsim::normalized_damerau_levenshtein(name, &upper);
    let nearest = ours
        .iter()
        .max_by(|one, other| alike(one).total_cmp(&alike(other)))?;
    (alike(&nearest) >= ALIKE).then(|| nearest.clone())
}

fn unreadable(error: dotenvy::Error) -> anyhow::Error {
    let reason = match error {
        dotenvy::Error::LineParse(..) => "a line is not NAME=value".to_owned(),
        error => error.to_string(),
    };
    anyhow::anyhow!(".env cannot be read: {reason}")
}
