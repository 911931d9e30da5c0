//! The reference of the configuration is `--help`; the documents that repeat it say the same.

use std::collections::BTreeSet;

use backend::config::Config;
use clap::Parser;

use crate::harness::process::Process;

const ENV_EXAMPLE: &str = include_str!("../../../../.env.example");

fn help() -> String {
    let (code, output) = Process::start(
        &[("CLIENT_SECRET", "canary"), ("SESSION_SECRETS", "canary")],
        &["--help"],
    )
    .ended();
    assert_eq!(code, Some(0));
    output
}

/// The variables that `--help` names: `[env: NAME=...]`.
fn documented() -> BTreeSet<String> {
    let help = help();
    let names = help
        .split("[env: ")
        .skip(1)
        .filter_map(|rest| rest.split(['=', ']']).next());
    names.map(str::to_owned).collect()
}

#[test]
fn help_names_every_variable() {
    let documented = documented();
    for name in [
        "APPLICATION_VANITY_DOMAIN",
        "CLIENT_ID",
        "CLIENT_SECRET",
        "PUBLIC_URL",
        "HOST",
        "PORT",
        "WORKERS",
        "SESSION_STORE",
        "SESSION_SECRETS",
        "DATA_DIR",
        "SESSION_IDLE_TIMEOUT",
        "SESSION_ABSOLUTE_TIMEOUT",
        "TOKEN_EXPIRATION_BUFFER",
        "COOKIE_SECURE",
        "COOKIE_BUDGET",
        "TOKEN_ENDPOINT",
        "SCOPES",
        "PARSE_TENANT_FROM_ROOT_DOMAIN",
        "DEFAULT_TENANT_NAME",
        "FRONTEND_DIST",
        "RUST_LOG",
    ] {
        assert!(documented.contains(name), "{name} is not in --help");
    }
}

#[test]
fn help_says_on_and_off_where_these_are_the_values() {
    let help = help();
    for name in [
        "LOG_ADDRESSES",
        "TOKEN_ENDPOINT",
        "APPLICATION_CUSTOM_DOMAIN_ACTIVE",
    ] {
        let (_, rest) = help.split_once(&format!("[env: {name}=")).expect(name);
        let (values, _) = rest.split_once("\n\n").expect("the end of its paragraph");
        assert!(values.contains("on") && values.contains("off"), "{values}");
    }
    assert!(!help.contains("values: true"), "{help}");
}

#[test]
fn on_and_off_have_synonyms() {
    for (value, expected) in [
        ("on", true),
        ("ON", true),
        ("true", true),
        ("Yes", true),
        ("1", true),
        ("off", false),
        ("False", false),
        ("no", false),
        ("0", false),
    ] {
        let arguments = ["backend".to_owned(), format!("--token-endpoint={value}")];
        let config = Config::try_parse_from(arguments).expect(value);
        assert_eq!(config.session.token_endpoint, expected, "{value}");
    }
}

#[test]
fn help_prints_no_secret() {
    assert!(!help().contains("canary"));
}

#[test]
fn the_example_file_names_exactly_the_variables_of_help() {
    let lines = ENV_EXAMPLE.lines().map(|line| line.trim_start_matches('#'));
    let names = lines
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.to_owned());
    let names: BTreeSet<_> = names
        .filter(|name| name.bytes().all(|c| c.is_ascii_uppercase() || c == b'_'))
        .collect();
    assert_eq!(names, documented());
}
