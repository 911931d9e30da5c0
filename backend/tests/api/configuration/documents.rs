//! The documents say what the code does.

use std::collections::BTreeSet;

use backend::config::Config;
use clap::CommandFactory;

const ENV_EXAMPLE: &str = include_str!("../../../../.env.example");
const README: &str = include_str!("../../../../README.md");
const INTERFACE: &str = include_str!("../../../../docs/interface.md");
const SECURITY: &str = include_str!("../../../../docs/security.md");
const ARCHITECTURE: &str = include_str!("../../../../docs/architecture.md");
const OPERATIONS: &str = include_str!("../../../../docs/operations.md");
const APP: &str = include_str!("../../../src/app.rs");

/// The code words of a table's first column, below a heading.
fn first_column(document: &str, heading: &str) -> Vec<String> {
    let (_, section) = document
        .split_once(&format!("\n## {heading}\n"))
        .expect("the section");
    let section = section.split("\n## ").next().expect("its text");
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|row| {
        row.split('|')
            .nth(1)
            .expect("a column")
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
    })
    .collect()
}

#[test]
fn the_example_file_has_the_default_of_every_variable() {
    let command = Config::command();
    let arguments = command.get_arguments();
    for argument in arguments.filter(|argument| !argument.is_hide_default_value_set()) {
        let (Some(name), [default]) = (argument.get_env(), argument.get_default_values()) else {
            continue;
        };
        let (name, default) = (name.to_string_lossy(), default.to_string_lossy());
        let line = format!("#{name}={default}");
        assert!(ENV_EXAMPLE.lines().any(|found| found == line), "{line}");
    }
}

#[test]
fn the_interface_lists_every_route() {
    assert_eq!(paths(first_column(INTERFACE, "Routes")), routed_paths());
}

#[test]
fn the_security_page_says_of_every_route_what_it_costs_without_a_session() {
    let listed = first_column(SECURITY, "What a request without a session costs");
    assert_eq!(paths(listed), routed_paths());
}

/// The addresses of routes such as `GET /api/session?slide=false`.
fn paths(routes: Vec<String>) -> BTreeSet<String> {
    let path = |route: String| {
        let path = route.split(' ').nth(1)?.split('?').next()?;
        Some(path.to_owned())
    };
    routes.into_iter().filter_map(path).collect()
}

/// The addresses that `app.rs` names, written there as the first word of one of these calls.
pub fn routed_paths() -> BTreeSet<String> {
    let routed: BTreeSet<_> = [
        "resource(",
        "navigation(",
        "navigation_only(",
        "read_only(",
        "post_only(",
        "apis::route(",
    ]
    .into_iter()
    .flat_map(|opened| APP.split(opened).skip(1))
    .filter_map(|rest| rest.trim_start().strip_prefix('"'))
    .map(|rest| rest.split('"').next().expect("a path").to_owned())
    .collect();
    assert!(routed.len() >= 8, "{routed:?}");
    routed
}

#[test]
fn the_documents_name_files_that_exist() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    for (folder, document) in [
        ("", README),
        ("docs/", SECURITY),
        ("docs/", ARCHITECTURE),
        ("docs/", OPERATIONS),
    ] {
        let targets = document
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', '#']).next());
        for target in targets.filter(|target| !target.is_empty() && !target.contains("://")) {
            assert!(
                std::path::Path::new(&format!("{root}/{folder}{target}")).exists(),
                "{folder}: {target}"
            );
        }
    }
}

#[test]
fn the_documented_lifetimes_are_the_defaults() {
    for (variable, default) in [
        ("SESSION_IDLE_TIMEOUT", "30m"),
        ("SESSION_ABSOLUTE_TIMEOUT", "12h"),
    ] {
        assert!(
            SECURITY.contains(&format!("`{variable}`, {default} |")),
            "{variable}"
        );
        let command = Config::command();
        let argument = command
            .get_arguments()
            .find(|argument| argument.get_env().is_some_and(|name| name == variable))
            .expect("it");
        assert_eq!(argument.get_default_values(), [default]);
    }
}
