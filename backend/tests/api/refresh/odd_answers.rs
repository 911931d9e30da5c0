//! Successful answers to a refresh that are not as the standard has them. The refresh token is
//! spent by then: it is never sent again, and a live session is not lost for a detail.

use std::time::Duration;

use serde_json::{Value, json};
use sessions::StoreKind;
use wiremock::ResponseTemplate;

use crate::harness::{browser::Browser, test_app::TestApp};

on_every_store! {
    members_of_another_type_and_empty_ones_lose_no_session,
    after_a_success_that_cannot_be_used_the_refresh_token_is_never_sent_again,
    a_forced_refresh_that_came_to_nothing_ends_no_session_before_its_access_token,
}

const HOUR: Duration = Duration::from_secs(3600);
const BUFFER: Duration = Duration::from_secs(30);
const LONG: &str = "--session-idle-timeout=12h";

async fn signed_in(store: StoreKind) -> (TestApp, Browser) {
    let app = TestApp::on(store, &[LONG]).await;
    let browser = app.signed_in().await;
    (app, browser)
}

/// A good answer with these members instead; `"absent"` leaves one out.
fn answer(changes: &Value) -> Value {
    let mut answer = json!({
        "access_token": "access-renewed", "token_type": "Bearer", "expires_in": 3600,
        "refresh_token": "refresh-renewed",
    });
    for (name, value) in changes.as_object().expect("members") {
        answer[name] = value.clone();
        if value == "absent" {
            answer.as_object_mut().expect("members").remove(name);
        }
    }
    answer
}

async fn members_of_another_type_and_empty_ones_lose_no_session(store: StoreKind) {
    // The changed members of a response, and the refresh token that is sent next.
    let (old, new) = ("refresh-1-", "refresh-renewed");
    for (changes, next) in [
        (json!({}), new),
        (json!({ "expires_in": "3600" }), new),
        (json!({ "expires_in": 3600.5 }), new),
        (json!({ "expires_in": null }), new),
        (json!({ "expires_in": "absent" }), new),
        (json!({ "expires_in": ["3600"] }), new),
        (json!({ "token_type": "absent" }), new),
        (json!({ "token_type": null }), new),
        (json!({ "token_type": "bearer" }), new),
        (json!({ "token_type": 1 }), new),
        (json!({ "id_token": "" }), new),
        (json!({ "id_token": null }), new),
        (json!({ "id_token": {} }), new),
        (json!({ "scope": ["openid"] }), new),
        (json!({ "refresh_token": "" }), old),
        (json!({ "refresh_token": null }), old),
        (json!({ "refresh_token": "absent" }), old),
        (json!({ "refresh_token": 7 }), old),
    ] {
        let (app, browser) = signed_in(store).await;
        app.clock.advance(HOUR);
        let odd = ResponseTemplate::new(200).set_body_json(answer(&changes));
        app.provider
            .instead_times("POST", "/oauth2/token", odd, 1)
            .await;
        let refreshed = browser.fetch("/api/session").await;
        assert_eq!(refreshed.status, 200, "{changes}: {}", refreshed.body);
        assert_eq!(app.provider.refreshes().await, 1, "{changes}");
        app.clock.advance(HOUR);
        assert_eq!(browser.fetch("/api/profile").await.status, 200, "{changes}");
        let sent = app.provider.refreshed_with().await;
        assert!(sent[1].starts_with(next), "{changes}: {sent:?}");
    }
}

async fn after_a_success_that_cannot_be_used_the_refresh_token_is_never_sent_again(
    store: StoreKind,
) {
    let good = |body: &str| ResponseTemplate::new(200).set_body_string(body);
    for (fault, unusable) in [
        ("a page", good("<html>")),
        ("no body", good("")),
        ("a list", good("[]")),
        ("another document", good(r#"{"hello":"world"}"#)),
        ("201", ResponseTemplate::new(201)),
        ("204", ResponseTemplate::new(204)),
        (
            "an empty token",
            good(r#"{"access_token":"","token_type":"Bearer"}"#),
        ),
        (
            "a number",
            good(r#"{"access_token":1,"token_type":"Bearer"}"#),
        ),
        (
            "another kind",
            good(r#"{"access_token":"a","token_type":"DPoP"}"#),
        ),
        ("a megabyte", good(&"x".repeat(1_100_000))),
    ] {
        // While the access token is valid the session goes on, and ends with it.
        let (app, browser) = signed_in(store).await;
        app.clock.advance(HOUR - BUFFER);
        app.provider
            .instead("POST", "/oauth2/token", unusable.clone())
            .await;
        assert_eq!(browser.fetch("/api/profile").await.status, 200, "{fault}");
        assert_eq!(browser.fetch("/api/profile").await.status, 200, "{fault}");
        app.provider.answer_well().await;
        app.clock.advance(BUFFER);
        assert_eq!(browser.fetch("/api/profile").await.status, 401, "{fault}");
        assert_eq!(app.provider.refreshes().await, 0, "{fault}: sent again");

        // After that it ends at once.
        let (app, browser) = signed_in(store).await;
        app.clock.advance(HOUR);
        app.provider
            .instead("POST", "/oauth2/token", unusable)
            .await;
        assert_eq!(browser.fetch("/api/profile").await.status, 401, "{fault}");
        assert_eq!(app.provider.refreshes().await, 1, "{fault}: sent again");
    }
}

async fn a_forced_refresh_that_came_to_nothing_ends_no_session_before_its_access_token(
    store: StoreKind,
) {
    let (app, browser) = signed_in(store).await;
    app.provider
        .script(|script| script.refused_access_tokens = vec!["access-1-"]);
    let unusable = ResponseTemplate::new(200).set_body_string("<html>");
    app.provider
        .instead("POST", "/oauth2/token", unusable)
        .await;
    for _ in 0..3 {
        let answer = browser.fetch("/api/profile").await;
        answer.assert_problem(503, "identity_provider_unavailable");
        assert_eq!(browser.fetch("/api/session").await.status, 200);
    }
    app.provider
        .script(|script| script.refused_access_tokens.clear());
    assert_eq!(browser.fetch("/api/profile").await.status, 200);
    app.clock.advance(HOUR);
    assert_eq!(browser.fetch("/api/session").await.status, 401);
    assert_eq!(app.provider.refreshes().await, 1, "sent again");
}
