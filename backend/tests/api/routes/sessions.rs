//! `GET` and `DELETE /api/sessions`: a user sees their sessions and ends them; nobody else's.

use std::time::Duration;

use backend::{pseudonym::pseudonym, session::StoreKind};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

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
        .header("sec-fetch-site", "same-origin");
    browser
        .send(
            request
                .header("sec-fetch-mode", "cors")
                .header("sec-fetch-dest", "empty"),
        )
        .await
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

async fn handle_of(browser: &Browser) -> String {
    let session = browser.fetch("/api/session").await.json();
    session["metadata"]["session"]["handle"]
        .as_str()
        .expect("a handle")
        .to_owned()
}

async fn is_over(browser: &Browser) {
    browser
        .fetch("/api/session")
        .await
        .assert_problem(401, "unauthenticated");
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
        is_over(&other).await;
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
    is_over(&one).await;
    is_over(&two).await;
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
    is_over(&replay).await;
    is_over(&other).await;
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
    is_over(&replay).await;
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
    is_over(&other).await;
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

/// At most three here, so that few sign-ins show it.
async fn the_least_recently_used_gives_way(store: StoreKind) {
    let app = TestApp::on(store, &["--session-max-per-user=3"]).await;
    let (oldest, second) = (app.signed_in().await, app.signed_in().await);
    app.clock.advance(Duration::from_secs(61));
    assert_eq!(
        oldest.fetch("/api/session").await.status,
        200,
        "used again: not the least recently used any more"
    );
    let third = app.signed_in().await;
    assert_eq!(
        second.fetch("/api/session?slide=false").await.status,
        200,
        "three are allowed"
    );
    let fourth = app.signed_in().await;
    let told = second.fetch("/api/session").await;
    told.assert_problem(401, "session_replaced");
    assert!(second.session_parts().is_empty());
    for kept in [&oldest, &third, &fourth] {
        assert_eq!(kept.fetch("/api/session").await.status, 200);
    }
    assert_eq!(list(&fourth).await.len(), 3);
    assert!(
        app.provider.await_posts("/oauth2/revoke", 1).await[0]["token"].starts_with("refresh-2-")
    );
}

#[tokio::test]
async fn beyond_the_limit_the_least_recently_used_session_gives_way_and_is_told_so_with_sqlite() {
    the_least_recently_used_gives_way(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn beyond_the_limit_the_least_recently_used_session_gives_way_and_is_told_so_with_redis() {
    the_least_recently_used_gives_way(StoreKind::Redis).await;
}

async fn many_sign_ins_at_once_leave_no_more_than_the_limit(store: StoreKind) {
    let app = TestApp::on(store, &["--session-max-per-user=5"]).await;
    let browsers = join_all((0..20).map(|_| app.signed_in())).await;
    let mut alive = 0;
    for browser in &browsers {
        let answer = browser.fetch("/api/session").await;
        assert!(
            [200, 401].contains(&answer.status.as_u16()),
            "{}",
            answer.body
        );
        alive += usize::from(answer.status == 200);
    }
    let last = app.signed_in().await;
    assert_eq!(alive, 5);
    // The list and the sessions say the same.
    assert_eq!(list(&last).await.len(), 5);
}

#[tokio::test]
async fn the_limit_holds_for_sign_ins_at_the_same_time_with_sqlite() {
    many_sign_ins_at_once_leave_no_more_than_the_limit(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn the_limit_holds_for_sign_ins_at_the_same_time_with_redis() {
    many_sign_ins_at_once_leave_no_more_than_the_limit(StoreKind::Redis).await;
}

#[tokio::test]
async fn a_users_list_in_redis_forgets_sessions_that_ended() {
    let app = TestApp::on(StoreKind::Redis, &[]).await;
    let redis = app.redis.as_ref().expect("its own");
    let key = format!("sessions-of:{}", pseudonym("ada"));
    let (mine, gone) = (app.signed_in().await, app.signed_in().await);
    assert_eq!(redis.command(&["ZCARD", &key]).await, "2");
    gone.open("/api/auth/logout").await;
    assert_eq!(redis.command(&["ZCARD", &key]).await, "1");
    assert_eq!(list(&mine).await.len(), 1);
}
