//! A provider that fails in the middle of a sign-in: the user can try again, and nothing half-done
//! is left.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use wiremock::ResponseTemplate;

use crate::harness::{
    provider::KEY_ID,
    signing::{KEY, published},
    test_app::TestApp,
};

const CALLS: [(&str, &str); 3] = [
    ("POST", "/oauth2/token"),
    ("GET", "/oauth2/jwks"),
    ("GET", "/oauth2/userinfo"),
];

/// Time before keys that could not be read are requested again.
const UNREADABLE_FOR: Duration = Duration::from_secs(5);

async fn assert_unavailable(app: &TestApp, fault: &str) {
    assert_ends_with("identity_provider_unavailable", app, fault).await;
}

async fn assert_ends_with(reason: &str, app: &TestApp, fault: &str) {
    let browser = app.browser();
    let answer = app.sign_in(&browser).await;
    assert_eq!(
        answer.location(),
        format!("/login-error?reason={reason}&tenant_name=acme"),
        "{fault}"
    );
    assert!(browser.cookies().is_empty(), "{fault}");
}

#[tokio::test]
async fn each_call_of_a_sign_in_that_is_answered_badly_ends_on_the_error_page() {
    for (verb, path) in CALLS {
        let app = TestApp::start().await;
        for (fault, answer) in [
            ("500", ResponseTemplate::new(500)),
            (
                "502 with a page",
                ResponseTemplate::new(502).set_body_string("<html>"),
            ),
            ("429", ResponseTemplate::new(429)),
            (
                "rubbish",
                ResponseTemplate::new(200).set_body_string("<html>"),
            ),
            ("no body", ResponseTemplate::new(200)),
            (
                "another document",
                ResponseTemplate::new(200).set_body_json(json!({ "hello": "world" })),
            ),
            (
                "a redirect",
                ResponseTemplate::new(302).insert_header("location", "https://evil.example/"),
            ),
        ] {
            app.provider.instead(verb, path, answer).await;
            // A document that lacks what is needed is for the operator to look at: no outage.
            let lacks = fault == "another document" && !path.ends_with("jwks");
            let reason = if lacks {
                "login_failed"
            } else {
                "identity_provider_unavailable"
            };
            assert_ends_with(reason, &app, &format!("{path}: {fault}")).await;
            app.provider.answer_well().await;
            app.clock.advance(UNREADABLE_FOR);
        }
        app.provider.hang_up(verb, path).await;
        assert_unavailable(&app, &format!("{path}: hangs up")).await;
        app.provider.answer_well().await;
        app.clock.advance(UNREADABLE_FOR);
        app.signed_in().await;
    }
}

#[tokio::test]
async fn each_call_of_a_sign_in_that_takes_too_long_ends_on_the_error_page() {
    let faults = CALLS.map(|(verb, path)| async move {
        let app = TestApp::start().await;
        let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
        app.provider.instead(verb, path, slow).await;
        assert_unavailable(&app, path).await;
    });
    join_all(faults).await;
}

#[tokio::test]
async fn a_provider_that_takes_six_seconds_for_a_code_signs_the_user_in() {
    let app = TestApp::start().await;
    app.provider
        .script(|script| script.token_delay = Duration::from_secs(6));
    app.signed_in().await;
    assert_eq!(app.provider.calls("/oauth2/token").await.len(), 1);
}

#[tokio::test]
async fn an_access_token_that_userinfo_refuses_is_no_sign_in() {
    let app = TestApp::start().await;
    for status in [401, 403] {
        app.provider
            .instead("GET", "/oauth2/userinfo", ResponseTemplate::new(status))
            .await;
        let browser = app.browser();
        assert_eq!(
            app.sign_in(&browser).await.login_error().as_deref(),
            Some("login_failed")
        );
        assert!(browser.cookies().is_empty());
        app.provider.answer_well().await;
    }
}

#[tokio::test]
async fn a_key_of_a_kind_that_is_not_known_does_not_hide_the_others() {
    let app = TestApp::start().await;
    let unknown = json!({ "kty": "AKP", "kid": "post-quantum", "alg": "ML-DSA-44", "pub": "AAAA" });
    let odd = json!({ "kty": "EC", "kid": "odd", "crv": "P-999", "x": "AA", "y": "AA" });
    let keys = json!({ "keys": [unknown, odd, published(&KEY, KEY_ID)] });
    app.provider
        .instead(
            "GET",
            "/oauth2/jwks",
            ResponseTemplate::new(200).set_body_json(keys),
        )
        .await;
    app.signed_in().await;
}

#[tokio::test]
async fn an_answer_of_more_than_a_megabyte_is_not_read() {
    const LARGE: usize = 1024 * 1024;
    let app = TestApp::start().await;
    let pad = |bytes: usize| "x".repeat(bytes);

    app.provider.script(|script| script.token_padding = LARGE);
    assert_unavailable(&app, "token endpoint").await;
    app.provider.script(|script| script.token_padding = 0);

    let keys = json!({ "keys": [published(&KEY, KEY_ID)], "padding": pad(LARGE) });
    let answer = ResponseTemplate::new(200).set_body_json(keys);
    app.provider.instead("GET", "/oauth2/jwks", answer).await;
    assert_unavailable(&app, "keys").await;
    app.provider.answer_well().await;
    app.clock.advance(UNREADABLE_FOR);

    let answers = |bytes| {
        app.provider
            .script(|script| script.userinfo["padding"] = json!(pad(bytes)));
    };
    answers(LARGE);
    assert_unavailable(&app, "userinfo").await;
    answers(LARGE - 1_000);
    app.signed_in().await;
}

/// A provider that sends `{` and then blanks without end counts what it gets rid of.
async fn endless(listener: TcpListener, sent: Arc<AtomicUsize>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let blanks = format!("{:x}\r\n{}\r\n", 65_536, " ".repeat(65_536));
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                    transfer-encoding: chunked\r\n\r\n1\r\n{\r\n";
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await;
        let mut part = head;
        while stream.write_all(part.as_bytes()).await.is_ok() {
            sent.fetch_add(part.len(), Ordering::Relaxed);
            part = &blanks;
        }
    }
}

#[tokio::test]
async fn a_body_without_end_is_cut_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let sent = Arc::new(AtomicUsize::new(0));
    let provider = tokio::spawn(endless(listener, Arc::clone(&sent)));
    let app = TestApp::with(&[&format!("--application-vanity-domain=localhost:{port}")]).await;
    let answer = app.browser().open("/api/auth/login?tenant_name=acme").await;
    assert_eq!(
        answer.login_error().as_deref(),
        Some("identity_provider_unavailable")
    );
    // Buffers of the system come on top.
    let sent = sent.load(Ordering::Relaxed);
    assert!(sent < 20 * 1024 * 1024, "{sent} bytes were taken");
    provider.abort();
}
