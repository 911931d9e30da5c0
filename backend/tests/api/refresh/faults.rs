//! A refresh that fails: a refusal of the grant ends the session; everything else is waited out.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, future::join_all, stream};
use serde_json::json;
use sessions::StoreKind;
use wiremock::ResponseTemplate;

use crate::harness::{browser::Browser, provider::oauth_error, test_app::TestApp};

on_every_store! {
    a_refresh_token_that_the_provider_refuses_ends_the_session_for_good,
    whatever_else_the_provider_answers_the_session_is_kept_and_goes_on_afterwards,
    a_fault_that_passes_is_not_noticed,
    an_answer_that_takes_too_long_is_asked_for_again,
    a_provider_that_is_down_is_not_noticed_while_the_token_is_valid,
    fifty_requests_during_an_outage_are_one_round_of_tries,
    requests_one_after_the_other_do_not_each_ask_a_provider_that_fails,
}

const HOUR: Duration = Duration::from_secs(3600);
/// So that it is never the idle timeout that ends them.
const LONG_SESSIONS: &[&str] = &["--session-idle-timeout=12h"];

async fn a_refresh_token_that_the_provider_refuses_ends_the_session_for_good(store: StoreKind) {
    let refusal = |error| json!({ "error": error });
    for (status, body) in [
        (400, refusal("invalid_grant")),
        (401, refusal("invalid_grant")),
        (400, refusal("invalid_request")),
        (400, refusal("interaction_required")),
        (400, refusal("login_required")),
        (400, refusal("invalid_token")),
        (401, refusal("invalid_token")),
        (400, refusal("access_denied")),
        (400, refusal("expired_token")),
        (403, refusal("a_code_of_its_own")),
    ] {
        ends_for_good(store, ResponseTemplate::new(status).set_body_json(body)).await;
    }
    ends_for_good(store, ResponseTemplate::new(400)).await;
}

async fn ends_for_good(store: StoreKind, refusal: ResponseTemplate) {
    let app = TestApp::on(store, LONG_SESSIONS).await;
    let browser = app.signed_in().await;
    let (thief, other_tab) = (app.copy_of(&browser), app.copy_of(&browser));
    app.clock.advance(HOUR);
    app.provider.instead("POST", "/oauth2/token", refusal).await;
    browser
        .fetch("/api/profile")
        .await
        .assert_problem(401, "session_refused");
    assert!(browser.session_parts().is_empty());
    app.provider.answer_well().await;
    for copy in [thief, other_tab] {
        copy.fetch("/api/session")
            .await
            .assert_problem(401, "session_refused");
        copy.fetch("/api/profile")
            .await
            .assert_problem(401, "session_refused");
    }
    assert_eq!(
        app.provider.refreshes().await,
        0,
        "the refused token is not tried again"
    );
}

/// Every other way to fail: 503, cookies untouched, and the same session when the provider is back.
async fn is_waited_out(store: StoreKind, fault: &str, answer: Option<ResponseTemplate>) {
    let app = TestApp::on(store, LONG_SESSIONS).await;
    let browser = app.signed_in().await;
    app.clock.advance(HOUR);
    match answer {
        Some(answer) => app.provider.instead("POST", "/oauth2/token", answer).await,
        None => app.provider.hang_up("POST", "/oauth2/token").await,
    }
    for path in ["/api/profile", "/api/sessions"] {
        let answer = browser.fetch(path).await;
        assert_eq!(answer.status, 503, "{fault}: {}", answer.body);
        answer.assert_problem(503, "identity_provider_unavailable");
        assert!(answer.set_cookies.is_empty(), "{fault}");
    }
    app.provider.answer_well().await;
    await_profile(&browser, fault).await;
}

/// A failure is the answer for all for a moment; then the provider is asked again.
async fn await_profile(browser: &Browser, fault: &str) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while browser.fetch("/api/profile").await.status != 200 {
        assert!(
            Instant::now() < deadline,
            "{fault}: the session did not come back"
        );
    }
}

async fn whatever_else_the_provider_answers_the_session_is_kept_and_goes_on_afterwards(
    store: StoreKind,
) {
    let oauth = |status, code| Some(oauth_error(status, code));
    let faults = [
        ("500", Some(ResponseTemplate::new(500))),
        (
            "502",
            Some(ResponseTemplate::new(502).set_body_string("<html>")),
        ),
        ("503", oauth(503, "invalid_grant")),
        ("429", oauth(429, "invalid_grant")),
        ("400 unauthorized_client", oauth(400, "unauthorized_client")),
        ("401 invalid_client", oauth(401, "invalid_client")),
        (
            "403 of a firewall",
            Some(ResponseTemplate::new(403).set_body_string("blocked")),
        ),
        ("404", Some(ResponseTemplate::new(404))),
        (
            "a redirect",
            Some(ResponseTemplate::new(302).insert_header("location", "https://evil.example/")),
        ),
        (
            "400 with a page",
            Some(ResponseTemplate::new(400).set_body_string("<html>")),
        ),
        (
            "400 without an error",
            Some(ResponseTemplate::new(400).set_body_json(json!({ "message": "x" }))),
        ),
        (
            "400 with an error that is no text",
            Some(ResponseTemplate::new(400).set_body_json(json!({ "error": { "code": 1 } }))),
        ),
        ("400 invalid_client", oauth(400, "invalid_client")),
        (
            "400 unsupported_grant_type",
            oauth(400, "unsupported_grant_type"),
        ),
        (
            "400 temporarily_unavailable",
            oauth(400, "temporarily_unavailable"),
        ),
        ("400 server_error", oauth(400, "server_error")),
        ("400 slow_down", oauth(400, "slow_down")),
        ("hangs up", None),
    ];
    // Each has a Redis of its own: not all at once.
    stream::iter(faults)
        .for_each_concurrent(4, |(fault, answer)| is_waited_out(store, fault, answer))
        .await;
}

async fn a_fault_that_passes_is_not_noticed(store: StoreKind) {
    let app = TestApp::on(store, LONG_SESSIONS).await;
    let browser = app.signed_in().await;
    app.clock.advance(HOUR);
    app.provider
        .instead_times("POST", "/oauth2/token", ResponseTemplate::new(503), 2)
        .await;
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    assert_eq!(
        app.provider.refreshes().await,
        3,
        "two that failed, one that did not"
    );
}

async fn an_answer_that_takes_too_long_is_asked_for_again(store: StoreKind) {
    let app = TestApp::on(store, LONG_SESSIONS).await;
    let browser = app.signed_in().await;
    app.clock.advance(HOUR);
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
    app.provider
        .instead_times("POST", "/oauth2/token", slow, 1)
        .await;
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
}

async fn a_provider_that_is_down_is_not_noticed_while_the_token_is_valid(store: StoreKind) {
    let app = TestApp::on(store, LONG_SESSIONS).await;
    let browser = app.signed_in().await;
    app.clock.advance(HOUR - Duration::from_secs(30));
    app.provider
        .instead("POST", "/oauth2/token", ResponseTemplate::new(503))
        .await;
    let answer = browser.fetch("/api/profile").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    // The sign-in's call, and three tries, which may outlast the answer.
    app.provider.await_calls("/oauth2/token", 4).await;
    app.clock.advance(Duration::from_secs(30));
    browser
        .fetch("/api/profile")
        .await
        .assert_problem(503, "identity_provider_unavailable");
}

async fn fifty_requests_during_an_outage_are_one_round_of_tries(store: StoreKind) {
    let app = TestApp::on(store, LONG_SESSIONS).await;
    let browser = app.signed_in().await;
    app.clock.advance(HOUR);
    let down = ResponseTemplate::new(500).set_delay(Duration::from_millis(100));
    app.provider.instead("POST", "/oauth2/token", down).await;
    let answers = join_all((0..50).map(|_| browser.fetch("/api/profile"))).await;
    assert!(answers.iter().all(|answer| answer.status == 503));
    assert_eq!(app.provider.refreshes().await, 3);
}

async fn requests_one_after_the_other_do_not_each_ask_a_provider_that_fails(store: StoreKind) {
    const TRIES: usize = 3;
    let app = TestApp::on(store, LONG_SESSIONS).await;
    let browser = app.signed_in().await;
    app.clock.advance(HOUR);
    let outage = ResponseTemplate::new(503);
    app.provider.instead("POST", "/oauth2/token", outage).await;
    let began = Instant::now();
    for _ in 0..30 {
        let answer = browser.fetch("/api/profile").await;
        answer.assert_problem(503, "identity_provider_unavailable");
    }
    // A failure is the answer for all for a second: so many rounds of tries there was time for, and
    // one begun.
    let seconds = usize::try_from(began.elapsed().as_secs()).expect("a few");
    let (calls, rounds) = (app.provider.refreshes().await, seconds + 2);
    assert!(calls <= rounds * TRIES, "{calls} calls in {seconds} s");
}
