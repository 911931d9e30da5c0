//! `GET` and `DELETE /api/sessions`: a user sees their sessions and ends them; nobody else's.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sessions::StoreKind;

use crate::harness::{
    browser::{Answer, Browser},
    test_app::TestApp,
};

on_every_store! {
    the_list_names_each_session_and_marks_the_one_that_asks,
    ending_the_others_ends_all_but_the_one_that_asks,
    ending_all_ends_the_one_that_asks_too_and_clears_its_cookies,
    ending_ones_own_session_needs_no_fresh_sign_in,
    ending_others_after_ten_minutes_asks_for_a_new_sign_in,
    nobody_ends_a_session_of_somebody_else,
    a_sign_in_after_the_end_of_all_is_a_session_like_any_other,
    what_cannot_be_understood_is_400_and_ends_nothing,
}

async fn delete(browser: &Browser, path: &str) -> Answer {
    let request = browser
        .request(Method::DELETE, path)
        .header("sec-fetch-site", "same-origin")
        .header("sec-fetch-mode", "cors")
        .header("sec-fetch-dest", "empty");
    browser.send(request).await
}

async fn list(browser: &Browser) -> Vec<Value> {
    browser
        .fetch("/api/sessions")
        .await
        .json()
        .as_array()
        .expect("a list")
        .clone()
}

const EVERYWHERE: &str = "session_ended_everywhere";

async fn handle_of(browser: &Browser) -> String {
    let session = browser.fetch("/api/session").await.json();
    session["metadata"]["session"]["handle"]
        .as_str()
        .expect("a handle")
        .to_owned()
}

async fn is_over(browser: &Browser, code: &str) {
    browser
        .fetch("/api/session")
        .await
        .assert_problem(401, code);
}

async fn sign_in_as(app: &TestApp, user: &str) -> Browser {
    app.provider.script(|script| {
        script.id_token_claims = json!({ "sub": user, "sid": format!("session of {user}") });
        script.userinfo["sub"] = json!(user);
    });
    app.signed_in().await
}

async fn the_list_names_each_session_and_marks_the_one_that_asks(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let (mine, other) = (app.signed_in().await, app.signed_in().await);
    let stranger = sign_in_as(&app, "grace").await;
    let found = list(&mine).await;
    let current: Vec<_> = found.iter().filter(|one| one["current"] == true).collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0]["handle"], handle_of(&mine).await);
    for one in &found {
        let fields: Vec<_> = one
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(
            fields,
            [
                "createdAt",
                "current",
                "expiresAt",
                "handle",
                "lastSeenAt",
                "userAgent"
            ]
        );
        assert_ne!(one["handle"], handle_of(&stranger).await);
    }
    let bearer = mine.cookies().into_values().collect::<Vec<_>>().join(" ");
    assert!(
        !bearer.contains(found[0]["handle"].as_str().expect("text")),
        "a handle is no bearer value"
    );
    if store == StoreKind::Cookie {
        assert_eq!(found.len(), 1, "nobody can count the others");
    } else {
        let other_handle = handle_of(&other).await;
        assert_eq!(found.len(), 2);
        assert!(
            found
                .iter()
                .any(|one| one["current"] == false && one["handle"] == other_handle)
        );
        assert_eq!(
            delete(&mine, &format!("/api/sessions/{other_handle}"))
                .await
                .status,
            204
        );
        is_over(&other, "session_ended_elsewhere").await;
        assert_eq!(list(&mine).await.len(), 1);
    }
}

async fn ending_the_others_ends_all_but_the_one_that_asks(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let (mine, one, two) = (
        app.signed_in().await,
        app.signed_in().await,
        app.signed_in().await,
    );
    let stranger = sign_in_as(&app, "grace").await;
    assert_eq!(
        delete(&mine, "/api/sessions?scope=others").await.status,
        204
    );
    is_over(&one, EVERYWHERE).await;
    is_over(&two, EVERYWHERE).await;
    for unharmed in [&mine, &stranger] {
        assert_eq!(unharmed.fetch("/api/session").await.status, 200);
    }
    assert_eq!(list(&mine).await.len(), 1);
}

async fn ending_all_ends_the_one_that_asks_too_and_clears_its_cookies(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let (mine, other) = (app.signed_in().await, app.signed_in().await);
    let replay = app.copy_of(&mine);
    assert_eq!(delete(&mine, "/api/sessions?scope=all").await.status, 204);
    assert!(mine.session_cookies().is_empty());
    is_over(&replay, "session_signed_out").await;
    is_over(&other, EVERYWHERE).await;
    let expected = if store == StoreKind::Cookie { 1 } else { 2 };
    let revoked = app.provider.await_posts("/oauth2/revoke", expected).await;
    assert!(
        revoked
            .iter()
            .all(|form| form["token"].starts_with("refresh-"))
    );
}

async fn ending_ones_own_session_needs_no_fresh_sign_in(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let (mine, other) = (app.signed_in().await, app.signed_in().await);
    app.clock.advance(Duration::from_secs(601));
    let replay = app.copy_of(&mine);
    assert_eq!(
        delete(&mine, &format!("/api/sessions/{}", handle_of(&mine).await))
            .await
            .status,
        204
    );
    assert!(mine.session_cookies().is_empty());
    is_over(&replay, "session_signed_out").await;
    assert_eq!(other.fetch("/api/session").await.status, 200);
}

async fn ending_others_after_ten_minutes_asks_for_a_new_sign_in(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let (mine, other) = (app.signed_in().await, app.signed_in().await);
    app.clock.advance(Duration::from_secs(599));
    assert_eq!(mine.fetch("/api/session").await.status, 200);
    app.clock.advance(Duration::from_secs(2));
    for path in [
        "/api/sessions?scope=others",
        "/api/sessions?scope=all",
        "/api/sessions/AAAAAAAAAAAAAAAAAAAAAA",
    ] {
        delete(&mine, path)
            .await
            .assert_problem(403, "reauthentication_required");
    }
    assert_eq!(other.fetch("/api/session").await.status, 200);
    app.sign_in(&mine).await;
    assert_eq!(
        delete(&mine, "/api/sessions?scope=others").await.status,
        204
    );
    is_over(&other, EVERYWHERE).await;
}

async fn nobody_ends_a_session_of_somebody_else(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let mine = app.signed_in().await;
    let stranger = sign_in_as(&app, "grace").await;
    for handle in [
        handle_of(&stranger).await.as_str(),
        "",
        "%00",
        "..%2Fx",
        &"x".repeat(5_000),
    ] {
        let answer = delete(&mine, &format!("/api/sessions/{handle}")).await;
        assert!(
            [400, 404, 414].contains(&answer.status.as_u16()),
            "{handle}: {}",
            answer.status
        );
    }
    assert_eq!(stranger.fetch("/api/session").await.status, 200);
}

async fn a_sign_in_after_the_end_of_all_is_a_session_like_any_other(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let mine = app.signed_in().await;
    assert_eq!(delete(&mine, "/api/sessions?scope=all").await.status, 204);
    app.clock.advance(Duration::from_millis(1));
    app.sign_in(&mine).await;
    assert_eq!(mine.fetch("/api/session").await.status, 200);
    assert_eq!(list(&mine).await.len(), 1);
}

async fn what_cannot_be_understood_is_400_and_ends_nothing(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let (mine, other) = (app.signed_in().await, app.signed_in().await);
    for query in [
        "",
        "?",
        "?scope",
        "?scope=",
        "?scope=everything",
        "?scope=all&scope=others",
        "?all",
    ] {
        delete(&mine, &format!("/api/sessions{query}"))
            .await
            .assert_problem(400, "invalid_request");
    }
    assert_eq!(mine.fetch("/api/session").await.status, 200);
    assert_eq!(other.fetch("/api/session").await.status, 200);
}
