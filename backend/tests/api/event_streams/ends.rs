//! A stream ends with its session, whatever ended it, wherever.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use sessions::StoreKind;

use super::{news::handle_of, reader::Reader};
use crate::{
    harness::{
        REAL_STORE_TIMEOUT, browser::Browser, link::Link, logout_token, redis_server::RedisServer,
        test_app::SECRETS, test_app::TestApp,
    },
    refresh::nodes::three_nodes,
};

/// From the answer that acknowledges the end.
const AT_ONCE: Duration = Duration::from_secs(1);

on_every_store! {
    whatever_ends_a_session_ends_its_streams_within_a_second,
    a_new_sign_in_of_the_same_browser_ends_the_streams_of_the_old_session,
}

/// The ways to end the session of `browser`, from `elsewhere`.
async fn end(way: &str, app: &TestApp, browser: &Browser, elsewhere: &TestApp) {
    let copy = elsewhere.copy_of(browser);
    let delete = async |browser: &Browser, path: &str| {
        let request = browser
            .request(Method::DELETE, path)
            .header("sec-fetch-site", "same-origin");
        let answer = browser.send(request.header("sec-fetch-mode", "cors")).await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.body);
    };
    match way {
        "sign-out" => assert_eq!(copy.submit("/api/auth/logout").await.status, 303),
        "one" => delete(&copy, &format!("/api/sessions/{}", handle_of(&copy).await)).await,
        "all" => delete(&copy, "/api/sessions?scope=all").await,
        "others" => {
            let other = elsewhere.signed_in().await;
            delete(&other, "/api/sessions?scope=others").await;
        }
        _ => {
            let claims = json!({ "sub": "ada", "sid": null });
            let token = logout_token::token(app, way, &claims);
            assert_eq!(logout_token::post(elsewhere, &token).await.status, 200);
        }
    }
}

/// Each with the reason that the page is told.
const WAYS: [(&str, &str); 5] = [
    ("sign-out", "signedOut"),
    ("one", "signedOut"),
    ("all", "signedOut"),
    ("others", "endedEverywhere"),
    ("by the provider", "signedOutAtProvider"),
];

async fn whatever_ends_a_session_ends_its_streams_within_a_second(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    each_way(&app, &app).await;
}

async fn each_way(app: &TestApp, elsewhere: &TestApp) {
    for (way, reason) in WAYS {
        let browser = app.signed_in().await;
        let mut page = Reader::open(&browser).await;
        end(way, app, &browser, elsewhere).await;
        let acknowledged = Instant::now();
        let (last, closed) = page.last().await;
        assert_eq!(
            last,
            Some(json!({ "type": "ended", "reason": reason })),
            "{way}"
        );
        let took = closed.saturating_duration_since(acknowledged);
        assert!(took < AT_ONCE, "{way}: {took:?}");
    }
}

async fn on_another_node(store: &str) {
    let (_redis, nodes) = three_nodes(store).await;
    each_way(&nodes[0], &nodes[1]).await;
}

#[tokio::test]
async fn ended_on_another_node_it_ends_within_a_second_with_sessions_in_redis() {
    on_another_node("redis").await;
}

#[tokio::test]
async fn ended_on_another_node_it_ends_within_a_second_with_client_side_sessions() {
    on_another_node("cookie").await;
}

async fn a_new_sign_in_of_the_same_browser_ends_the_streams_of_the_old_session(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let mut page = Reader::open(&browser).await;
    app.sign_in(&browser).await;
    let (last, _) = page.last().await;
    assert_eq!(last, Some(json!({ "type": "ended", "reason": "renewed" })));
}

#[tokio::test]
async fn a_node_that_cannot_hear_of_ends_closes_its_streams_and_claims_no_end() {
    let redis = RedisServer::start().await;
    let link = Link::to(redis.port()).await;
    for store in ["redis", "cookie"] {
        let settings = [
            &format!("--session-store={store}"),
            &format!("--redis-url={}", link.url()),
            SECRETS,
            REAL_STORE_TIMEOUT,
        ];
        let app = TestApp::with(&settings).await;
        let mut page = Reader::open(&app.signed_in().await).await;
        link.cut();
        let began = Instant::now();
        assert_eq!(page.next().await, None, "{store}");
        assert!(began.elapsed() < Duration::from_secs(6), "{store}");
        link.mend();
    }
}
