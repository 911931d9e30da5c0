//! The limit of sessions per user: the least recently used one is ended, with a reason.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use sessions::{StoreKind, internal::Store};
use storage::pseudonym;
use tempfile::TempDir;
use tokio::time::{sleep, timeout};
use tokio_rusqlite::rusqlite;

use crate::harness::{
    browser::{Answer, Browser},
    link::Link,
    redis_server::RedisServer,
    stores::{a_session, handle, open_redis, open_sqlite},
    test_app::TestApp,
};

/// Longer than Redis may take.
const PATIENCE: Duration = Duration::from_secs(5);

async fn listed(browser: &Browser) -> usize {
    let list = browser.fetch("/api/sessions").await.json();
    list.as_array().expect("a list").len()
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
    assert_eq!(listed(&fourth).await, 3);
    assert!(
        app.provider.await_posts("/oauth2/revoke", 1).await[0]["token"].starts_with("refresh-2-")
    );
}

#[tokio::test]
async fn the_least_recently_used_session_gives_way_and_is_told_so_with_sqlite() {
    the_least_recently_used_gives_way(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn the_least_recently_used_session_gives_way_and_is_told_so_with_redis() {
    the_least_recently_used_gives_way(StoreKind::Redis).await;
}

/// The answer, once this node has heard why the session gave way on another.
async fn told(browser: &Browser) -> Answer {
    let began = Instant::now();
    loop {
        let answer = browser.fetch("/api/session?slide=false").await;
        let unexplained = answer.body.contains("\"unauthenticated\"");
        if !unexplained || began.elapsed() > Duration::from_secs(5) {
            return answer;
        }
    }
}

/// Signs one user in thirty times at once, in turn on each node.
async fn thirty_at_once_leave_ten(nodes: &[&TestApp]) {
    let sign_ins = (0..30).map(|number| nodes[number % nodes.len()].signed_in());
    let browsers = join_all(sign_ins).await;
    let (mut alive, mut replaced) = (0, 0);
    for browser in &browsers {
        let answer = told(browser).await;
        if answer.status == 200 {
            alive += 1;
        } else {
            answer.assert_problem(401, "session_replaced");
            replaced += 1;
        }
    }
    assert_eq!((alive, replaced), (10, 20));
    // The list and the sessions say the same.
    let last = nodes[0].signed_in().await;
    assert_eq!(listed(&last).await, 10);
}

#[tokio::test]
async fn thirty_sign_ins_at_once_leave_ten_sessions_with_sqlite() {
    thirty_at_once_leave_ten(&[&TestApp::on(StoreKind::Sqlite, &[]).await]).await;
}

#[tokio::test]
async fn thirty_sign_ins_at_once_leave_ten_sessions_on_two_nodes_with_redis() {
    let one = TestApp::on(StoreKind::Redis, &[]).await;
    let other = one.another_node(&[]).await;
    thirty_at_once_leave_ten(&[&one, &other]).await;
}

/// Begins 2,000 sessions of one user, 100 at once.
async fn begins_two_thousand(store: &Store) {
    for round in 0..20 {
        let begun = join_all((0..100).map(|number| async move {
            let handle = handle(&format!("{round} {number}"));
            store.create(handle, &a_session()).await.expect("it begins");
        }));
        begun.await;
    }
}

#[tokio::test]
async fn two_thousand_sign_ins_of_one_user_leave_ten_rows() {
    let folder = TempDir::new().expect("a folder");
    begins_two_thousand(&*open_sqlite(folder.path()).await).await;
    let file = rusqlite::Connection::open(folder.path().join("sessions.sqlite")).expect("it");
    let rows: i64 = file
        .query_row("SELECT count(*) FROM session", [], |row| row.get(0))
        .expect("a number");
    assert_eq!(rows, 10);
}

#[tokio::test]
async fn two_thousand_sign_ins_of_one_user_leave_ten_keys() {
    let redis = RedisServer::start().await;
    begins_two_thousand(&*open_redis(&redis.url()).await).await;
    let count = "return #redis.call('KEYS', 'session:*')";
    assert_eq!(redis.command(&["EVAL", count, "0"]).await, "10");
    let key = format!("sessions-of:{}", pseudonym("ada"));
    assert_eq!(redis.command(&["ZCARD", &key]).await, "10");
}

/// Forces the order that is rare by chance: a session is pushed off its user's list before it is
/// kept.
#[tokio::test]
async fn a_session_that_gives_way_while_it_begins_is_told_so() {
    let redis = RedisServer::start().await;
    let link = Link::to(redis.port()).await;
    let store = open_redis(&link.url()).await;
    let list = format!("sessions-of:{}", pseudonym("ada"));
    // From now on Redis knows the script.
    store
        .create(handle("first"), &a_session())
        .await
        .expect("it begins");
    for number in 0..20 {
        let mine = handle(&format!("mine {number}"));
        let (key, session) = (format!("session:{{{mine}}}"), a_session());
        link.slow(Duration::from_millis(300));
        // On the list, and on its way to where it is kept.
        let pushing_off = async {
            while link.asked(&key).is_empty() {
                sleep(Duration::from_millis(1)).await;
            }
            link.cut();
            redis.command(&["ZREM", &list, &mine.to_string()]).await;
            let kept = redis.command(&["EXISTS", &key]).await;
            link.mend();
            kept
        };
        let (creating, pushing_off) =
            (store.create(mine, &session), timeout(PATIENCE, pushing_off));
        let (begun, kept) = join(creating, pushing_off).await;
        let (Ok(gave_way), Ok("0")) = (begun, kept.as_deref()) else {
            link.mend();
            continue; // This machine was too slow for that order.
        };
        assert_eq!(gave_way.first().map(|(handle, _)| *handle), Some(mine));
        assert_eq!(redis.command(&["EXISTS", &key]).await, "0");
        let reason = store.revoked_by_handle(mine).expect("the list is known");
        assert!(reason.is_some(), "nobody would know why");
        return;
    }
    panic!("never in that order");
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
    assert_eq!(listed(&mine).await, 1);
}
