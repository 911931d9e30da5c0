//! The refresh of expired tokens.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use serde_json::json;
use sessions::{EndReason, Refusal, refresh::Freshness};
use wiremock::ResponseTemplate;

use crate::stage::Stage;

const EXPIRED: Duration = Duration::ZERO;
const TOKEN: &str = "/tenant/token";

fn request() -> String {
    "GET /api/profile".to_owned()
}

#[tokio::test]
async fn a_hundred_requests_with_an_expired_token_are_one_refresh() {
    let stage = Stage::open().await;
    let tokens = json!({
        "access_token": "renewed", "refresh_token": "next", "token_type": "Bearer",
        "expires_in": 3600,
    });
    let slowly = ResponseTemplate::new(200)
        .set_body_json(tokens)
        .set_delay(Duration::from_millis(100));
    stage.provider.answers("POST", TOKEN, slowly).await;
    let live = stage.begin(EXPIRED).await;
    let requests = (0..100).map(|_| {
        let sessions = Arc::clone(&stage.sessions);
        let live = live.clone();
        async move {
            sessions
                .refresh(live, Freshness::AccessToken, None, request)
                .await
        }
    });
    for refreshed in join_all(requests).await {
        let refreshed = refreshed.expect("new tokens").session;
        assert_eq!(refreshed.tokens.access_token.expose(), "renewed");
    }
    let received = stage.provider.server.received_requests().await;
    let received = received.expect("they are recorded");
    let refreshes = received.iter().filter(|one| one.url.path() == TOKEN);
    assert_eq!(refreshes.count(), 1);
}

#[tokio::test]
async fn a_refused_refresh_ends_the_session_and_an_outage_does_not() {
    let stage = Stage::open().await;
    let refresh = async |status: u16, error: &str| {
        stage.provider.publishes(&json!({})).await;
        let answer = ResponseTemplate::new(status).set_body_json(json!({ "error": error }));
        stage.provider.answers("POST", TOKEN, answer).await;
        let live = stage.begin(EXPIRED).await;
        let outcome = stage
            .sessions
            .refresh(live.clone(), Freshness::AccessToken, None, request)
            .await;
        (outcome.err(), stage.is_alive(live.handle).await)
    };
    let outage = refresh(503, "temporarily_unavailable").await;
    assert_eq!(outage, (Some(Refusal::ProviderUnavailable), true));
    let refused = refresh(400, "invalid_grant").await;
    assert_eq!(refused, (Some(Refusal::Ended(EndReason::Refused)), false));
}
