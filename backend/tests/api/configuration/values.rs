//! Configuration: a bad value names its variable, an insecure combination is refused, a secret is
//! never printed.

use std::fs;

use tempfile::TempDir;

use crate::harness::process::Process;

/// Secrets that must not show up anywhere.
const CLIENT_SECRET: &str = "canary-client-secret";
const SESSION_SECRET: &str = "canary-session-secret-0123456789abcdef";

/// The settings of a public installation; each test changes one.
const PUBLIC: [(&str, &str); 6] = [
    ("PORT", "0"),
    ("PUBLIC_URL", "https://app.example.com"),
    ("APPLICATION_VANITY_DOMAIN", "auth.example.com"),
    ("CLIENT_ID", "client"),
    ("CLIENT_SECRET", CLIENT_SECRET),
    ("SESSION_SECRETS", SESSION_SECRET),
];
const LOCAL: [(&str, &str); 1] = [("PORT", "0")];

/// `base` with changes; an empty change leaves the variable out.
fn changed<'a>(
    base: &[(&'a str, &'a str)],
    changes: &[(&'a str, Option<&'a str>)],
) -> Vec<(&'a str, &'a str)> {
    let kept = base
        .iter()
        .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name))
        .copied();
    kept.chain(
        changes
            .iter()
            .filter_map(|(name, value)| Some((*name, (*value)?))),
    )
    .collect()
}

fn assert_refused(environment: &[(&str, &str)], names: &str) {
    let (code, output) = Process::start(environment, &[]).ended();
    assert_eq!(code, Some(2), "{environment:?}: {output}");
    assert!(
        output.contains(names),
        "{environment:?} does not name {names}: {output}"
    );
    for secret in [CLIENT_SECRET, SESSION_SECRET, "canary"] {
        assert!(
            !output.contains(secret),
            "{environment:?} prints a secret: {output}"
        );
    }
}

#[test]
fn a_value_that_cannot_be_right_names_its_variable() {
    for (name, value) in [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("WORKERS", "0"),
        ("WORKERS", "many"),
        ("HOST", "no.such.host.invalid"),
        ("PUBLIC_URL", "localhost"),
        ("PUBLIC_URL", "localhost:6001"),
        ("PUBLIC_URL", "myapp"),
        ("PUBLIC_URL", "myapp.example.com:443"),
        ("PUBLIC_URL", "//myapp"),
        ("PUBLIC_URL", "ftp://localhost"),
        ("PUBLIC_URL", "http://localhost/app"),
        ("PUBLIC_URL", "http://localhost/?a=b"),
        ("PUBLIC_URL", "http://localhost/#a"),
        ("PUBLIC_URL", "http://user:canary@localhost/"),
        ("APPLICATION_VANITY_DOMAIN", "http://localhost:6100"),
        ("APPLICATION_VANITY_DOMAIN", "localhost:6100/"),
        ("APPLICATION_VANITY_DOMAIN", "user@localhost"),
        ("APPLICATION_CUSTOM_DOMAIN_ACTIVE", "perhaps"),
        ("CUSTOM_APPLICATION_LOGIN_PAGE_URL", "login"),
        ("CUSTOM_APPLICATION_LOGIN_PAGE_URL", "javascript:alert(1)"),
        ("PARSE_TENANT_FROM_ROOT_DOMAIN", "https://example.com"),
        ("DEFAULT_TENANT_NAME", "evil.example/"),
        ("DEFAULT_TENANT_CUSTOM_DOMAIN", "evil.example/path"),
        ("SCOPES", "profile email"),
        ("LOGIN_PARAMETERS", "a b"),
        ("SILENT_SIGN_IN", "perhaps"),
        ("SESSION_STORE", "memory"),
        ("STORE_TIMEOUT", "99ms"),
        ("STORE_TIMEOUT", "31s"),
        ("SESSION_SECRETS", "canary"),
        ("SESSION_IDLE_TIMEOUT", "soon"),
        ("SESSION_IDLE_TIMEOUT", "0s"),
        ("SESSION_IDLE_TIMEOUT", "13h"),
        ("SESSION_ABSOLUTE_TIMEOUT", "-1h"),
        ("SESSION_ABSOLUTE_TIMEOUT", "0s"),
        ("TOKEN_EXPIRATION_BUFFER", "60"),
        ("SESSION_IDLE_TIMEOUT", "401d"),
        ("RECENT_SIGN_IN", "soon"),
        ("RECENT_SIGN_IN", "59s"),
        ("SESSION_ABSOLUTE_TIMEOUT", "401d"),
        ("SESSION_ABSOLUTE_TIMEOUT", "2000y"),
        ("TOKEN_EXPIRATION_BUFFER", "2000y"),
        ("READ_TIMEOUT", "0s"),
        ("RATE_LIMIT", "-1"),
        ("TRUSTED_PROXIES", "nginx"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("LOG_ADDRESSES", "perhaps"),
        ("MAX_CONNECTIONS", "0"),
        ("MAX_BODY", "much"),
        ("COOKIE_SECURE", "perhaps"),
        ("COOKIE_BUDGET", "much"),
        ("COOKIE_BUDGET", "0"),
        ("COOKIE_BUDGET", "1000000"),
        ("TOKEN_ENDPOINT", "perhaps"),
        ("DATA_DIR", "/proc/none"),
        ("API_ORDERS_URL", "https://user:secret@api.example/orders"),
        ("API_ORDERS_URL", "https://api.example.com/orders?x=1"),
        ("API_ORDERS_RESOURCE", "orders"),
        ("API_ORDERS_RESOURCE", "https://api.example.com/#x"),
        ("API_ORDERS_SCOPES", "orders.read"),
        ("API_TIMEOUT", "0s"),
        ("LOG_FORMAT", "xml"),
        ("RUST_LOG", "backend=loud"),
    ] {
        assert_refused(&changed(&LOCAL, &[(name, Some(value))]), name);
    }
}

#[test]
fn an_address_without_a_scheme_is_told_what_it_needs() {
    for (name, value) in [
        ("PUBLIC_URL", "myapp"),
        ("PUBLIC_URL", "myapp.example.com"),
        ("PUBLIC_URL", "myapp.example.com:443"),
        ("PUBLIC_URL", "localhost:6001"),
        ("PUBLIC_URL", "ftp://myapp.example.com"),
        ("OIDC_ISSUER", "accounts.example.com"),
        ("OIDC_ISSUER", "accounts.example.com:443"),
        ("OIDC_ISSUER", "localhost:8080/realms/x"),
        ("OIDC_ISSUER", "http://accounts.example.com"),
        ("API_ORDERS_URL", "api.example.com/orders"),
        ("API_ORDERS_URL", "http://api.example.com/orders"),
        ("CUSTOM_APPLICATION_LOGIN_PAGE_URL", "login.example.com"),
        ("CUSTOM_APPLICATION_LOGIN_PAGE_URL", "localhost:6001/login"),
    ] {
        let environment = changed(&LOCAL, &[(name, Some(value))]);
        let (code, output) = Process::start(&environment, &[]).ended();
        assert_eq!(code, Some(2), "{name}={value}: {output}");
        let names_it = output.contains(name) || output.contains(&flag_of(name));
        assert!(
            names_it && output.contains("needs https://"),
            "{name}={value}: {output}"
        );
    }
}

/// The flag that clap names a variable by.
fn flag_of(name: &str) -> String {
    format!("--{}", name.to_lowercase().replace('_', "-"))
}

#[test]
fn an_insecure_or_contradictory_combination_is_refused_and_says_what_to_set() {
    for (changes, names) in [
        (
            &[("PUBLIC_URL", Some("http://app.example.com"))][..],
            "PUBLIC_URL",
        ),
        (
            &[("PUBLIC_URL", Some("http://192.168.0.10:6001"))],
            "PUBLIC_URL",
        ),
        (
            &[("PUBLIC_URL", Some("http://localhost.example.com"))],
            "PUBLIC_URL",
        ),
        (&[("COOKIE_SECURE", Some("off"))], "COOKIE_SECURE"),
        (&[("SESSION_SECRETS", None)], "SESSION_SECRETS"),
        (
            &[(
                "SESSION_SECRETS",
                Some("canary-session-secret-0123456789abcdef,canary"),
            )],
            "SESSION_SECRETS",
        ),
        (&[("CLIENT_SECRET", None)], "CLIENT_SECRET"),
        (&[("CLIENT_SECRET", Some(""))], "CLIENT_SECRET"),
        (&[("CLIENT_ID", None)], "CLIENT_ID"),
        (&[("CLIENT_ID", Some(""))], "CLIENT_ID"),
        (&[("CLIENT_ID", None), ("CLIENT_SECRET", None)], "CLIENT_ID"),
        (
            &[
                ("CLIENT_ID", None),
                ("CLIENT_SECRET", None),
                ("APPLICATION_VANITY_DOMAIN", Some("localhost:6100")),
            ],
            "CLIENT_SECRET",
        ),
    ] {
        assert_refused(&changed(&PUBLIC, changes), names);
    }
}

#[test]
fn the_configurations_that_the_others_differ_from_are_accepted() {
    for environment in [
        &PUBLIC[..],
        &LOCAL,
        &[
            ("PORT", "0"),
            ("COOKIE_SECURE", "off"),
            ("PUBLIC_URL", "http://[::1]:6001"),
        ],
    ] {
        let mut process = Process::start(environment, &[]);
        process.wait_for("listening on");
        assert!(!process.kill().contains("canary"), "{environment:?}");
    }
}

#[test]
fn a_port_that_is_taken_names_the_variables() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    assert_refused(&[("PORT", &port)], "PORT");
}

#[test]
fn the_machines_own_secret_is_readable_by_its_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let data = TempDir::new().expect("a folder");
    let folder = data.path().join("made/at/start");
    let mut process = Process::start(
        &[("PORT", "0"), ("DATA_DIR", &folder.display().to_string())],
        &[],
    );
    process.wait_for("listening on");
    let mode = |path: &std::path::Path| {
        fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(&folder.join("session-secret")), 0o600);
    assert_eq!(mode(&folder), 0o700);
    let secret = fs::read_to_string(folder.join("session-secret")).expect("text");
    assert!(!process.kill().contains(&secret));
}
