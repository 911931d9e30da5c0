//! Log lines of a request: its route and outcome, security events in one shape each, and
//! addresses only on demand.

use reqwest::Method;
use storage::Clock;

use crate::harness::{browser::Browser, process::Process, provider::Provider};

async fn start(settings: &[(&str, &str)]) -> (Browser, Process, Provider) {
    let provider = Provider::start(Clock::default()).await;
    let (origin, process) = Process::serving(&provider, settings);
    (Browser::new(&origin), process, provider)
}

fn assert_line(log: &str, parts: &[&str]) {
    let found = log
        .lines()
        .any(|line| parts.iter().all(|part| line.contains(part)));
    assert!(found, "no line has all of {parts:?}:\n{log}");
}

#[tokio::test]
async fn route_and_status_of_a_request_reach_the_log() {
    let (browser, process, _provider) =
        start(&[("RUST_LOG", "info,backend::route_guard=debug")]).await;
    browser.fetch("/api/session?code=canary").await;
    browser.fetch("/api/sess%69on").await;
    let end = browser.request(Method::DELETE, "/api/sessions/some-handle");
    browser.send(end).await;
    let log = process.kill();
    let get = [
        r#"request{method="GET" route="/api/session"}"#,
        "answered status=401",
    ];
    assert_line(&log, &get);
    let of_get = log.lines().filter(|line| line.contains(get[0])).count();
    assert_eq!(of_get, 2, "however it is spelled: {log}");
    let delete = r#"request{method="DELETE" route="/api/sessions/{handle}"}"#;
    assert_line(&log, &[delete, "answered status=401"]);
    assert!(
        !log.contains("canary") && !log.contains("some-handle"),
        "{log}"
    );
}

#[tokio::test]
async fn a_log_of_json_has_one_object_a_line_with_the_route_of_its_request() {
    let settings = [
        ("RUST_LOG", "info,backend::route_guard=debug"),
        ("LOG_FORMAT", "json"),
    ];
    let (browser, process, _provider) = start(&settings).await;
    browser.fetch("/api/session?code=canary").await;
    let log = process.kill();
    let lines = log
        .lines()
        .map(|line| serde_json::from_str(line).expect(line));
    let lines: Vec<serde_json::Value> = lines.collect();
    let answered = lines.iter().find(|line| line["message"] == "answered");
    let answered = answered.unwrap_or_else(|| panic!("no such line:\n{log}"));
    assert_eq!(answered["status"], 401);
    assert_eq!(answered["level"], "DEBUG");
    assert_eq!(answered["span"]["route"], "/api/session");
    assert!(!log.contains("canary"), "{log}");
}

#[tokio::test]
async fn refused_requests_are_events_with_the_address_only_where_it_is_wanted() {
    for (setting, address) in [("on", "client=192.0.2.1"), ("off", "")] {
        let settings = [
            ("LOG_ADDRESSES", setting),
            ("TRUSTED_PROXIES", "127.0.0.1"),
            ("RATE_LIMIT", "1"),
        ];
        let (browser, process, _provider) = start(&settings).await;
        for site in ["none", "cross-site"] {
            for path in ["/api/auth/login?tenant_name=acme", "/api/auth/logout"] {
                let request = browser
                    .request(Method::GET, path)
                    .header("x-forwarded-for", "192.0.2.1")
                    .header("sec-fetch-site", site);
                browser.send(request).await;
            }
        }
        let log = process.kill();
        let span = |route: &str| format!(r#"request{{method="GET" route="{route}""#);
        let refused = "security: cross-site request refused reason=";
        assert_line(&log, &["WARN", &span("/api/auth/logout"), address, refused]);
        let limited = "security: rate limited";
        assert_line(&log, &["WARN", &span("/api/auth/login"), address, limited]);
        assert_eq!(log.contains("192.0.2.1"), setting == "on", "{log}");
    }
}
