//! Several nodes that share a PostgreSQL, without Redis.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use jiff::Timestamp;
use oidc_client::{Background, LogoutClaims, Token};
use revocation_list::Added;
use serde_json::json;
use sessions::{
    EndReason, Handle, LiveSession, NewSession, Refusal, SessionTokens, Sessions, User,
    refresh::Freshness,
};
use storage::Clock;
use tempfile::TempDir;
use wiremock::ResponseTemplate;

use crate::{
    ALONE, postgres::store::PostgresStore, postgres_server::PostgresServer, publisher::Publisher,
    stores::settings,
};

const HOUR: Duration = Duration::from_secs(3600);
const TOKEN: &str = "/tenant/token";

/// Three nodes.
struct Nodes {
    nodes: Vec<Arc<Sessions>>,
    server: PostgresServer,
    provider: Publisher,
    _folder: TempDir,
}

impl Nodes {
    async fn start() -> Self {
        let (server, provider) = (PostgresServer::start().await, Publisher::start().await);
        let folder = TempDir::new().expect("a folder");
        let mut nodes = Vec::new();
        for _ in 0..3 {
            let (settings, clock) = (settings(&folder), Clock::default());
            let store = PostgresStore::open(&server.url(), &settings, clock.clone()).await;
            let store = Arc::new(store.expect("a store"));
            let client = Arc::new(provider.client(None));
            let background = Background::here();
            let sessions = Sessions::open_shared(store, settings, client, &background, clock);
            nodes.push(Arc::new(sessions.await.expect("sessions")));
        }
        Self {
            nodes,
            server,
            provider,
            _folder: folder,
        }
    }

    async fn begin(&self, user: &str, token_lifetime: Duration) -> LiveSession {
        let id = user.to_owned();
        let rest = User::default();
        let issued_at = Timestamp::now() - Duration::from_secs(1);
        let token = |text: &str| Token::new(text.to_owned());
        let tokens = SessionTokens::new(
            token("access"),
            issued_at + token_lifetime,
            issued_at,
            Some(token("refresh")),
        );
        let mut new = NewSession::new(User { id, ..rest }, tokens);
        new.authenticated_at = Some(Timestamp::now());
        new.provider_session_id = Some("provider-session".to_owned());
        self.nodes[0].create(new, None).await.expect("a session").1
    }

    /// The reason why each node refuses the session; `None` from a node where it is alive.
    async fn refusals(&self, handle: Handle) -> Vec<Option<Refusal>> {
        let mut refusals = Vec::new();
        for node in &self.nodes {
            refusals.push(match node.find_session(handle, None).await {
                Ok(found) => found.ended.map(Refusal::Ended),
                Err(refusal) => Some(refusal),
            });
        }
        refusals
    }

    async fn refreshes(&self) -> usize {
        let received = self.provider.server.received_requests().await;
        let received = received.expect("they are recorded");
        received
            .iter()
            .filter(|one| one.url.path() == TOKEN)
            .count()
    }

    async fn provider_refreshes_slowly(&self) {
        let tokens = json!({
            "access_token": "renewed", "refresh_token": "next", "token_type": "Bearer",
            "expires_in": 3600,
        });
        let slowly = ResponseTemplate::new(200)
            .set_body_json(tokens)
            .set_delay(Duration::from_millis(500));
        self.provider.answers("POST", TOKEN, slowly).await;
    }
}

fn request() -> String {
    "GET /api/profile".to_owned()
}

#[tokio::test]
async fn an_ended_session_is_refused_by_every_node_at_once() {
    let _alone = ALONE.lock().await;
    let nodes = Nodes::start().await;
    let ended = |reason| vec![Some(Refusal::Ended(reason)); 3];
    let live = nodes.begin("ada", HOUR).await;
    assert_eq!(nodes.refusals(live.handle).await, [None; 3]);
    let handle = live.handle;
    nodes.nodes[1].end_session(live).await.expect("ended");
    assert_eq!(nodes.refusals(handle).await, ended(EndReason::SignedOut));
    // All of a user, and those of one session at the provider.
    let (one, other) = (
        nodes.begin("ada", HOUR).await,
        nodes.begin("ada", HOUR).await,
    );
    let everywhere = nodes.nodes[2].end_all_of_user(&one, true).await;
    everywhere.expect("ended");
    let elsewhere = nodes.refusals(other.handle).await;
    assert_eq!(elsewhere, ended(EndReason::EndedEverywhere));
    assert_eq!(
        nodes.refusals(one.handle).await,
        [None; 3],
        "the current one"
    );
    let token = LogoutClaims {
        jti: "once".to_owned(),
        sub: None,
        sid: Some("provider-session".to_owned()),
        issued_at: Timestamp::now(),
    };
    let added = nodes.nodes[1].end_by_provider(token).await;
    assert_eq!(added.expect("ended"), Added::Recorded);
    let refused = nodes.refusals(one.handle).await;
    assert_eq!(refused, ended(EndReason::SignedOutAtProvider));
    let next = nodes.begin("ada", HOUR).await;
    assert_eq!(
        nodes.refusals(next.handle).await,
        [None; 3],
        "a new sign-in"
    );
}

#[tokio::test]
async fn a_hundred_requests_on_three_nodes_are_one_refresh() {
    let _alone = ALONE.lock().await;
    let nodes = Nodes::start().await;
    nodes.provider_refreshes_slowly().await;
    let live = nodes.begin("ada", Duration::ZERO).await;
    let requests = (0..100).map(|number| {
        let node = Arc::clone(&nodes.nodes[number % 3]);
        let live = live.clone();
        async move {
            node.refresh(live, Freshness::AccessToken, None, request)
                .await
        }
    });
    for refreshed in join_all(requests).await {
        let refreshed = refreshed.expect("new tokens").session;
        assert_eq!(refreshed.tokens.access_token.expose(), "renewed");
    }
    assert_eq!(nodes.refreshes().await, 1);
}

#[tokio::test]
async fn a_restart_during_a_refresh_signs_nobody_out_and_spends_no_token_twice() {
    let _alone = ALONE.lock().await;
    let mut nodes = Nodes::start().await;
    nodes.provider_refreshes_slowly().await;
    let live = nodes.begin("ada", Duration::ZERO).await;
    let handle = live.handle;
    let node = Arc::clone(&nodes.nodes[0]);
    let first = tokio::spawn(async move {
        node.refresh(live, Freshness::AccessToken, None, request)
            .await
    });
    while nodes.refreshes().await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    nodes.server.stop();
    let outage = first.await.expect("no panic");
    assert_eq!(outage.err(), Some(Refusal::StoreUnavailable));
    nodes.server.start_again().await;
    let since = Instant::now();
    for node in &nodes.nodes {
        // Until the pool has noticed that its connections are broken.
        let refreshed = loop {
            let found = node.find_session(handle, None).await;
            let refreshed = match found {
                Ok(found) => {
                    assert_eq!(found.ended, None);
                    node.refresh(found.live, Freshness::AccessToken, None, request)
                        .await
                }
                Err(refusal) => Err(refusal),
            };
            match refreshed {
                Err(Refusal::StoreUnavailable) => {
                    assert!(since.elapsed() < Duration::from_secs(60), "it stays away");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                refreshed => break refreshed.expect("new tokens"),
            }
        };
        let token = &refreshed.session.tokens.access_token;
        assert_eq!(token.expose(), "renewed");
    }
    assert_eq!(nodes.refreshes().await, 1);
}
