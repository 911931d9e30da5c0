//! A store that fails is no sign-out: 503 within a second, cookies untouched, the same session when
//! it is back.

use std::time::{Duration, Instant};

use tokio_rusqlite::rusqlite;

use crate::harness::{
    installation::{Fault, Installation, ask, is_unavailable},
    test_app::TestApp,
};

/// Until a fault is noticed, or is over, on a busy machine. How long what was read before may be
/// used is for `cut_off` to say.
const PATIENCE: Duration = Duration::from_secs(30);

async fn is_waited_out(store: &str, fault: Fault) {
    let mut installation = Installation::with(store).await;
    let browser = installation.app.signed_in().await;
    let stranger = installation.app.browser();
    let session = browser.fetch("/api/session").await.json();

    let began = Instant::now();
    installation.suffer(fault);
    loop {
        let answer = ask(&browser, "/api/session").await;
        if answer.status != 200 {
            is_unavailable(&answer);
            break;
        }
        assert!(
            began.elapsed() < PATIENCE,
            "{store} {fault:?}: still answered from memory"
        );
    }
    is_unavailable(&ask(&browser, "/api/profile").await);
    let signing_out = browser.open("/api/auth/logout").await;
    assert_eq!(
        signing_out.location(),
        "/signed-out?session=kept",
        "{store} {fault:?}"
    );
    let signing_in = installation.app.sign_in(&stranger).await;
    if store == "redis" {
        assert_eq!(
            signing_in.login_error().as_deref(),
            Some("session_store_unavailable"),
            "{store} {fault:?}"
        );
        assert!(stranger.session_cookies().is_empty());
    }

    installation.recover(fault).await;
    let began = Instant::now();
    let back = loop {
        let answer = ask(&browser, "/api/session").await;
        if answer.status == 200 {
            break answer.json();
        }
        is_unavailable(&answer);
        assert!(
            began.elapsed() < PATIENCE,
            "{store} {fault:?}: the session did not come back"
        );
    };
    assert_eq!(back, session, "{store} {fault:?}: the same session");
    assert!(
        browser
            .open("/api/auth/logout")
            .await
            .location()
            .contains("/api/v1/logout")
    );
}

macro_rules! outages {
    ($($name:ident: $store:literal $fault:ident;)*) => {
        $(#[tokio::test]
        async fn $name() {
            is_waited_out($store, Fault::$fault).await;
        })*
    };
}

outages! {
    a_redis_that_is_stopped_is_waited_out: "redis" Stopped;
    a_redis_that_hangs_is_waited_out: "redis" Hung;
    a_redis_that_cannot_be_reached_is_waited_out: "redis" Cut;
    a_redis_that_is_slow_is_waited_out: "redis" Slow;
    client_side_sessions_wait_out_a_revocation_list_that_is_stopped: "cookie" Stopped;
    client_side_sessions_wait_out_a_revocation_list_that_hangs: "cookie" Hung;
    client_side_sessions_wait_out_a_revocation_list_that_cannot_be_reached: "cookie" Cut;
    client_side_sessions_wait_out_a_revocation_list_that_is_slow: "cookie" Slow;
}

#[tokio::test]
async fn a_locked_file_is_waited_out() {
    let app = TestApp::with(&["--session-store=sqlite"]).await;
    let (browser, stranger) = (app.signed_in().await, app.browser());
    let session = browser.fetch("/api/session").await.json();
    let other =
        rusqlite::Connection::open(app.data_dir().join("sessions.sqlite")).expect("the file");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");

    assert_eq!(
        ask(&browser, "/api/session").await.json(),
        session,
        "reading goes on"
    );
    app.clock.advance(Duration::from_secs(61));
    assert_eq!(
        ask(&browser, "/api/session").await.status,
        200,
        "that it was used is written later"
    );
    assert_eq!(
        browser.open("/api/auth/logout").await.location(),
        "/signed-out?session=kept"
    );
    assert_eq!(
        app.sign_in(&stranger).await.login_error().as_deref(),
        Some("session_store_unavailable")
    );

    other.execute_batch("COMMIT").expect("unlocked");
    let back = ask(&browser, "/api/session").await.json();
    assert_eq!(
        back["metadata"]["session"]["handle"], session["metadata"]["session"]["handle"],
        "the same session"
    );
    assert_eq!(app.sign_in(&stranger).await.location(), "/");
}
