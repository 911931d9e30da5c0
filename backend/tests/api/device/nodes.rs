//! Bound sessions on several nodes.

use super::bound::{Bound, HTTPS, LIFE, assert_unproven, one_of_many_registrations_counts};
use crate::harness::{
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

/// Two nodes on one Redis, with sessions in cookies or there.
async fn two_nodes(store: &str) -> (RedisServer, TestApp, TestApp) {
    let redis = RedisServer::start().await;
    let url = format!("--redis-url={}", redis.url());
    let kind = format!("--session-store={store}");
    let first = TestApp::with(&[&kind, &url, SECRETS, HTTPS]).await;
    let second = first.another_node(&[]).await;
    (redis, first, second)
}

#[tokio::test]
async fn a_session_that_is_bound_on_one_node_is_bound_on_all() {
    for store in ["cookie", "redis"] {
        let (_redis, first, second) = two_nodes(store).await;
        // It has the unbound session in its memory.
        let browser = first.browser();
        let signed_in = first.sign_in(&browser).await;
        let copied_before = second.copy_of(&browser);
        assert_eq!(copied_before.fetch("/api/session").await.status, 200);

        let offer = super::bound::Offer::of(&signed_in).expect("an offer");
        let device = crate::harness::dbsc_device::Device::new(jsonwebtoken::Algorithm::ES256);
        let answer = super::bound::register(&second, &browser, &offer.answered_by(&device)).await;
        assert_eq!(answer.status, 200, "{store}: {}", answer.body);
        let id = crate::event_streams::news::handle_of(&browser).await;
        let bound = Bound {
            browser,
            device,
            id,
        };
        for node in [&first, &second] {
            let copy = node.copy_of(&bound.browser);
            assert_eq!(copy.fetch("/api/session").await.status, 200, "{store}");
            let stolen = bound.without_bound_cookie(node);
            assert_unproven(&stolen.fetch("/api/session").await);
            let before = node.copy_of(&copied_before);
            assert_unproven(&before.fetch("/api/session").await);
        }
        first.clock.advance(LIFE);
        // The challenge of one node, the proof to the other.
        let asked = super::bound::refresh(&bound.browser, &bound.id, None).await;
        let proof = bound.device.proof(&super::bound::challenge(&asked));
        let there = second.copy_of(&bound.browser);
        let answer = super::bound::refresh(&there, &bound.id, Some(&proof)).await;
        assert_eq!(answer.status, 200, "{store}");
        let here = first.copy_of(&there);
        assert_eq!(here.fetch("/api/session").await.status, 200, "{store}");
    }
}

#[tokio::test]
async fn of_registrations_on_several_nodes_at_the_same_moment_one_counts() {
    for store in ["cookie", "redis"] {
        let (_redis, first, second) = two_nodes(store).await;
        one_of_many_registrations_counts(&[&first, &second]).await;
    }
}
