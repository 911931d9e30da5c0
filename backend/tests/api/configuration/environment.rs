//! The environment: empty variables, mistyped names, and the address that follows from the port.

use std::{fs, net::TcpListener};

use backend::config::Config;
use clap::CommandFactory;
use tempfile::TempDir;

use crate::harness::process::{Process, free_port};

#[test]
fn an_empty_variable_counts_as_unset() {
    let command = Config::command();
    let names: Vec<_> = command
        .get_arguments()
        .filter_map(|argument| argument.get_env()?.to_str())
        .collect();
    assert!(names.len() > 30, "{names:?}");
    let mut empty: Vec<_> = names.iter().map(|name| (*name, "")).collect();
    empty.push(("RUST_LOG", ""));
    let port = free_port().to_string();
    let arguments = [format!("--port={port}")];
    let mut process = Process::start(&empty, &[&arguments[0]]);
    process.wait_for(&format!("listening on http://localhost:{port}"));
}

#[test]
fn an_empty_variable_does_not_hide_the_value_in_dot_env() {
    let port = free_port();
    for value in ["http://localhost:7050", r#"'http://localhost:7050'"#] {
        let folder = TempDir::new().expect("a folder");
        let text = format!("PUBLIC_URL={value}\nPORT={port}\nCLIENT_ID=\n");
        fs::write(folder.path().join(".env"), text).expect("a file");
        let environment = [("PUBLIC_URL", ""), ("HOST", "")];
        let mut process = Process::start_in(folder, &environment, &[]);
        process.wait_for("listening on http://localhost:7050");
    }
}

#[test]
fn empty_secrets_are_still_refused_where_they_are_needed() {
    let public = [
        ("PORT", "0"),
        ("PUBLIC_URL", "https://app.example.com"),
        ("APPLICATION_VANITY_DOMAIN", "auth.example.com"),
        ("CLIENT_ID", "client"),
        ("CLIENT_SECRET", "secret"),
        ("SESSION_SECRETS", "a secret that is long enough for a test"),
    ];
    for name in ["SESSION_SECRETS", "CLIENT_SECRET", "CLIENT_ID"] {
        let environment =
            public.map(|(other, value)| (other, if other == name { "" } else { value }));
        let (code, output) = Process::start(&environment, &[]).ended();
        let wanted = format!("{name} must be set");
        assert!(code == Some(2) && output.contains(&wanted), "{output}");
    }
}

#[test]
fn a_mistyped_variable_in_the_environment_is_named_and_stops_no_start() {
    for (found, meant) in [
        ("SESSION_STROE", Some("SESSION_STORE")),
        ("SESSION_SECRET", Some("SESSION_SECRETS")),
        ("session_store", Some("SESSION_STORE")),
        ("RATELIMIT", Some("RATE_LIMIT")),
        ("RUSTLOG", Some("RUST_LOG")),
        ("PUBLICURL", Some("PUBLIC_URL")),
        ("REDIS_URI", Some("REDIS_URL")),
        // Of other programs.
        ("SESSION_MANAGER", None),
        ("DBUS_SESSION_BUS_ADDRESS", None),
        ("SESSIONNAME", None),
        ("XDG_SESSION_TYPE", None),
        ("HOSTNAME", None),
        ("HOSTTYPE", None),
        ("HOME", None),
        ("REDIS_PORT", None),
        ("DATABASE_URL", None),
        ("PROVIDER_PORT", None),
        ("RUST_BACKTRACE", None),
    ] {
        let mut process = Process::start(&[("PORT", "0"), (found, "canary")], &[]);
        process.wait_for("listening on");
        let output = process.kill();
        let names_it = meant.is_some_and(|meant| {
            output.contains(&format!(
                "sets {found}, which nothing reads; did you mean {meant}?"
            ))
        });
        assert_eq!(names_it, meant.is_some(), "{found}: {output}");
        assert!(!output.contains("canary"), "{output}");
        if meant.is_none() {
            assert!(!output.contains("did you mean"), "{found}: {output}");
        }
    }
}

#[test]
fn without_public_url_the_address_follows_from_the_port() {
    let port = free_port().to_string();
    Process::start(&[("PORT", &port)], &[])
        .wait_for(&format!("listening on http://localhost:{port}"));
    // A port that the system chose.
    let mut process = Process::start(&[("PORT", "0")], &[]);
    process.wait_for("listening on http://localhost:");
    assert!(!process.kill().contains("http://localhost:0"));
}

#[tokio::test]
async fn without_public_url_the_redirect_uri_follows_from_the_port() {
    let port = free_port().to_string();
    let settings = [
        ("PORT", port.as_str()),
        ("APPLICATION_CUSTOM_DOMAIN_ACTIVE", "on"),
    ];
    let mut process = Process::start(&settings, &[]);
    process.wait_for("listening on");
    let login = format!("http://127.0.0.1:{port}/api/auth/login?tenant_name=acme");
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let client = client.no_proxy().build().expect("a client");
    let answer = client.get(login).send().await.expect("an answer");
    let location = answer.headers()["location"].to_str().expect("text");
    let callback = format!("redirect_uri=http%3A%2F%2Flocalhost%3A{port}%2Fapi%2Fauth%2Fcallback");
    assert!(location.contains(&callback), "{location}");
}

#[test]
fn an_address_in_brackets_is_listened_on() {
    if TcpListener::bind("[::1]:0").is_err() {
        return; // No IPv6 on this machine.
    }
    for host in ["[::1]", "::1"] {
        Process::start(&[("PORT", "0"), ("HOST", host)], &[]).wait_for("listening on");
    }
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_at_start_is_one_warning() {
    let address = format!("localhost:{}", free_port());
    let issuer = format!("http://{address}");
    let openid = [
        ("PORT", "0"),
        ("OIDC_ISSUER", issuer.as_str()),
        ("CLIENT_ID", "client"),
        ("CLIENT_SECRET", "canary"),
    ];
    let wristband = [
        ("PORT", "0"),
        ("APPLICATION_VANITY_DOMAIN", address.as_str()),
    ];
    for environment in [&openid[..], &wristband] {
        let mut process = Process::start(environment, &[]);
        process.wait_for("the identity provider does not answer");
        let output = process.kill();
        let warnings: Vec<_> = output
            .lines()
            .filter(|line| line.contains("WARN"))
            .collect();
        assert!(
            matches!(&warnings[..], [one] if one.contains(&issuer)),
            "{output}"
        );
    }
}
