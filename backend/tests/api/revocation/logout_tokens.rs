//! A logout token is taken once, on all nodes together (OpenID Connect Back-Channel Logout 1.0
//! section 2.6).

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use sessions::StoreKind;

use crate::harness::{
    logout_token::{post, token},
    test_app::TestApp,
};

on_every_store! {
    of_twenty_copies_of_a_logout_token_at_once_one_is_taken,
    a_token_that_is_delivered_late_ends_only_what_began_before_it_was_issued,
    a_token_is_taken_once_also_where_sessions_live_shorter_than_tokens,
}

async fn a_token_that_is_delivered_late_ends_only_what_began_before_it_was_issued(
    store: StoreKind,
) {
    for subject in [
        json!({ "sub": "ada" }),
        json!({ "sid": "provider-session" }),
    ] {
        let app = TestApp::on(store, &[]).await;
        let before = app.signed_in().await;
        let late = token(&app, "late", &subject);
        // Longer than clocks may differ; the delivery is tried again.
        app.clock.advance(Duration::from_secs(60));
        let since = app.signed_in().await;
        assert_eq!(post(&app, &late).await.status, 200);
        assert_eq!(before.fetch("/api/session").await.status, 401, "{subject}");
        assert_eq!(since.fetch("/api/session").await.status, 200, "{subject}");
        let now = token(&app, "now", &subject);
        assert_eq!(post(&app, &now).await.status, 200);
        assert_eq!(since.fetch("/api/session").await.status, 401, "{subject}");
    }
}

async fn a_token_is_taken_once_also_where_sessions_live_shorter_than_tokens(store: StoreKind) {
    let short = [
        "--session-absolute-timeout=10s",
        "--session-idle-timeout=10s",
    ];
    let app = TestApp::on(store, &short).await;
    let again = token(&app, "again", &json!({ "sub": "ada" }));
    assert_eq!(post(&app, &again).await.status, 200);
    app.clock.advance(Duration::from_secs(100));
    for number in 0..20 {
        let other = token(&app, &format!("{number}"), &json!({ "sub": "ada" }));
        assert_eq!(post(&app, &other).await.status, 200);
    }
    post(&app, &again)
        .await
        .assert_problem(400, "invalid_request");
}

async fn of_twenty_copies_of_a_logout_token_at_once_one_is_taken(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let other = if store == StoreKind::Redis {
        Some(app.another_node(&[]).await)
    } else {
        None
    };
    // The provider's keys are known: the copies do not wait for them.
    post(&app, &token(&app, "first", &json!({ "sub": "ada" }))).await;
    let copy = token(&app, "copied", &json!({ "sub": "ada" }));
    let nodes = [&app, other.as_ref().unwrap_or(&app)];
    let answers = join_all((0..20).map(|number| post(nodes[number % 2], &copy))).await;
    let taken = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(taken, 1);
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        refused.assert_problem(400, "invalid_request");
    }
}
