//! A thousand requests at once with an expired access token: one refresh, a thousand answers.

use std::time::Duration;

use futures_util::future::join_all;

use super::nodes::{LONG, WITH_TOKEN, three_nodes};
use crate::harness::{browser::Browser, test_app::TestApp};

const HOUR: Duration = Duration::from_secs(3600);
/// Needs a good access token, and asks nobody else: how fast the provider answers a thousand calls
/// is not the promise.
const TOKEN: &str = "/api/auth/token";

/// A thousand requests over the nodes, with the cookies of one browser. In several threads: the
/// nodes hear from Redis on the runtime of the test, which the requests must not keep from it.
async fn a_thousand_requests(nodes: &[TestApp], browser: &Browser) {
    let app = &nodes[0];
    app.provider.script(|script| {
        script.token_delay = Duration::from_millis(300);
        script.detects_reuse = true;
    });
    let copies: Vec<_> = nodes.iter().map(|node| node.copy_of(browser)).collect();
    // Their sessions are in memory now: a store that is asked a thousand times at once on a busy
    // machine is not the promise.
    for copy in &copies {
        assert_eq!(copy.fetch("/api/session").await.status, 200);
    }
    app.clock.advance(HOUR);
    let fetch = |number: usize| copies[number % copies.len()].fetch(TOKEN);
    for answer in join_all((0..1_000).map(fetch)).await {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let token = answer.json()["accessToken"].clone();
        let token = token.as_str().expect("a token");
        assert!(token.starts_with("access-2-"), "{token}");
    }
    assert_eq!(app.provider.refreshed_with().await, ["refresh-1-"]);
    // And the next time too, from whichever node's cookies.
    app.clock.advance(HOUR);
    for copy in &copies {
        assert_eq!(copy.fetch(TOKEN).await.status, 200);
    }
    assert_eq!(
        app.provider.refreshed_with().await,
        ["refresh-1-", "refresh-2-"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_requests_over_three_nodes_are_one_refresh_with_sessions_in_redis() {
    let (_redis, nodes) = three_nodes("redis").await;
    a_thousand_requests(&nodes, &nodes[0].signed_in().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_requests_over_three_nodes_are_one_refresh_with_client_side_sessions() {
    let (_redis, nodes) = three_nodes("cookie").await;
    a_thousand_requests(&nodes, &nodes[0].signed_in().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_requests_are_one_refresh_on_one_node_with_sqlite() {
    let app = TestApp::with(&["--session-store=sqlite", LONG, WITH_TOKEN]).await;
    let browser = app.signed_in().await;
    a_thousand_requests(&[app], &browser).await;
}
