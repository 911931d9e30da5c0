//! Reports of the content security policy reach the log, and nothing else does.

use reqwest::Method;
use serde_json::json;
use storage::Clock;

use crate::harness::{
    browser::{Answer, Browser},
    process::Process,
    provider::Provider,
    test_app::TestApp,
};

async fn report(browser: &Browser, site: &str, body: String) -> Answer {
    let request = browser
        .request(Method::POST, "/api/csp-reports")
        .header("content-type", "application/csp-report")
        .header("sec-fetch-site", site);
    browser.send(request.body(body)).await
}

fn violation(blocked: &str) -> String {
    json!({ "csp-report": {
        "document-uri": "http://localhost:6001/profile?code=canary",
        "effective-directive": "script-src-elem",
        "blocked-uri": blocked,
    }})
    .to_string()
}

#[tokio::test]
async fn a_report_is_a_line_of_the_log_without_queries_and_makes_no_line_of_its_own() {
    let provider = Provider::start(Clock::default()).await;
    let (origin, process) = Process::serving(&provider, &[]);
    let browser = Browser::new(&origin);
    let blocked = format!(
        "https://evil.example/{}\n WARN forged: line",
        "x".repeat(300)
    );
    assert_eq!(
        report(
            &browser,
            "same-origin",
            violation("https://evil.example/a.js?canary")
        )
        .await
        .status,
        204
    );
    assert_eq!(
        report(&browser, "same-origin", violation(&blocked))
            .await
            .status,
        204
    );
    assert_eq!(
        report(&browser, "same-origin", violation("a\n WARN forged: line"))
            .await
            .status,
        204
    );
    let log = process.kill();
    let line = "content security policy violated directive=\"script-src-elem\" \
                blocked=\"https://evil.example/a.js\" page=\"http://localhost:6001/profile\"";
    assert!(log.contains(line), "{log}");
    assert!(!log.contains("canary"), "{log}");
    assert!(!log.contains("\n WARN forged"), "{log}");
    assert!(log.lines().all(|line| line.len() < 1_000), "{log}");
}

#[tokio::test]
async fn a_report_of_another_site_too_large_or_of_another_form_is_refused() {
    let app = TestApp::start().await;
    let browser = app.browser();
    report(&browser, "cross-site", violation("inline"))
        .await
        .assert_problem(403, "forbidden");
    for body in ["", "report", "{}", "[]", r#"{"csp-report":1}"#] {
        let answer = report(&browser, "same-origin", body.to_owned()).await;
        answer.assert_problem(400, "invalid_request");
    }
    let large = violation(&"x".repeat(20_000));
    let answer = report(&browser, "same-origin", large).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
}

#[tokio::test]
async fn reports_are_limited_like_what_else_costs() {
    let app = TestApp::with(&["--rate-limit=2"]).await;
    let browser = app.browser();
    for status in [204, 204, 429] {
        let answer = report(&browser, "same-origin", violation("inline")).await;
        assert_eq!(answer.status, status);
    }
}
