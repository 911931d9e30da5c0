//! Secrets from files: `CLIENT_SECRET_FILE`, `SESSION_SECRETS_FILE`, `REDIS_URL_FILE`.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::harness::{process::Process, redis_server::RedisServer};

const SECRETS: [(&str, &str); 3] = [
    ("CLIENT_SECRET", "canary-client-secret"),
    ("SESSION_SECRETS", "canary-session-secret-0123456789abcdef"),
    ("REDIS_URL", "redis://:canary@127.0.0.1:1"),
];

/// A public installation, in which each of the secrets is needed.
const PUBLIC: [(&str, &str); 5] = [
    ("PORT", "0"),
    ("PUBLIC_URL", "https://app.example.com"),
    ("APPLICATION_VANITY_DOMAIN", "auth.example.com"),
    ("CLIENT_ID", "client"),
    ("SESSION_STORE", "redis"),
];

fn file(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, content).expect("a file");
    path.display().to_string()
}

/// Starts with all three secrets from files, except for one with the variables of `changed`.
fn output_with(name: &str, changed: &[(&str, &str)]) -> (Option<i32>, String) {
    let folder = TempDir::new().expect("a folder");
    let others = SECRETS.iter().filter(|(other, _)| *other != name);
    let files = others.map(|(other, value)| {
        let path = file(folder.path(), other, value);
        (format!("{other}_FILE"), path)
    });
    let files: Vec<_> = files.collect();
    let files = files
        .iter()
        .map(|(name, path)| (name.as_str(), path.as_str()));
    let environment: Vec<_> = PUBLIC
        .into_iter()
        .chain(files)
        .chain(changed.iter().copied())
        .collect();
    Process::start(&environment, &[]).ended()
}

#[tokio::test]
async fn secrets_in_files_are_those_of_the_variables_and_are_never_printed() {
    let redis = RedisServer::start().await;
    let folder = TempDir::new().expect("a folder");
    for line_break in ["", "\n", "\r\n"] {
        let secrets = [
            ("CLIENT_SECRET_FILE", "canary-client-secret"),
            ("SESSION_SECRETS_FILE", SECRETS[1].1),
            ("REDIS_URL_FILE", &redis.url()),
        ];
        let files = secrets.map(|(name, value)| {
            let content = format!("{value}{line_break}");
            (name, file(folder.path(), name, &content))
        });
        let files = files.iter().map(|(name, path)| (*name, path.as_str()));
        let environment: Vec<_> = PUBLIC.into_iter().chain(files).collect();
        let mut process = Process::start(&environment, &[]);
        process.wait_for("listening on");
        let output = process.kill();
        assert!(!output.contains("canary"), "{output}");
    }
}

#[test]
fn a_secret_that_is_also_set_directly_is_refused_by_name() {
    for (name, value) in SECRETS {
        let folder = TempDir::new().expect("a folder");
        let path = file(folder.path(), "secret", value);
        let both = format!("{name}_FILE");
        let (code, output) = output_with(name, &[(name, value), (&both, &path)]);
        assert_eq!(code, Some(2), "{output}");
        let refusal = format!("{name} and {both} are both set");
        assert!(output.contains(&refusal), "{output}");
        assert!(!output.contains("canary"), "{output}");
    }
}

#[test]
fn a_file_that_cannot_be_read_or_is_empty_ends_the_start_with_one_line() {
    let folder = TempDir::new().expect("a folder");
    let binary = folder.path().join("binary");
    fs::write(&binary, b"canary\xff").expect("a file");
    for (path, reason) in [
        (
            folder.path().join("missing").display().to_string(),
            "cannot read",
        ),
        (folder.path().display().to_string(), "cannot read"),
        (binary.display().to_string(), "cannot read"),
        (file(folder.path(), "empty", ""), "is empty"),
        (file(folder.path(), "blank", " \n"), "is empty"),
    ] {
        for (name, _) in SECRETS {
            let name_of_file = format!("{name}_FILE");
            let (code, output) = output_with(name, &[(&name_of_file, &path)]);
            assert_eq!(code, Some(2), "{output}");
            let named = output.contains(&name_of_file) && output.contains(&path);
            assert!(named && output.contains(reason), "{output}");
            assert_eq!(output.lines().count(), 1, "{output}");
            assert!(!output.contains("canary"), "{output}");
        }
    }
}
