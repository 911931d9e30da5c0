//! Whoever asked for an end may go away before the answer comes: what was written down is in force
//! all the same.

use std::time::Duration;

use serde_json::json;
use sessions::StoreKind;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{sleep, sleep_until},
};

use crate::harness::{
    browser::Browser,
    link::Link,
    logout_token::token,
    redis_server::RedisServer,
    test_app::{SECRETS, TestApp},
};

on_every_store! {
    what_is_recorded_as_ended_is_in_force_whoever_went_away,
}

/// Sessions for each way to end one.
const SESSIONS: usize = 150;

const LOGOUT: &str =
    "GET /api/auth/logout HTTP/1.1\r\nsec-fetch-site: none\r\nsec-fetch-mode: navigate\r\n";
const EVERYWHERE: &str =
    "DELETE /api/sessions?scope=all HTTP/1.1\r\nsec-fetch-site: same-origin\r\n";
const BACK_CHANNEL: &str = "POST /api/auth/backchannel-logout HTTP/1.1\r\n\
                            content-type: application/x-www-form-urlencoded\r\n";

/// Signs somebody in whom nobody else's end means.
async fn somebody(app: &TestApp, number: usize) -> Browser {
    let user = format!("user-{number}");
    app.provider.script(|script| {
        script.id_token_claims = json!({ "sub": user, "sid": format!("sid-{number}") });
        script.userinfo["sub"] = json!(user);
    });
    app.signed_in().await
}

/// Sends a request and does not wait for its answer.
async fn send(app: &TestApp, head: &str, browser: &Browser, form: &str) -> TcpStream {
    let address = app.origin.trim_start_matches("http://");
    let mut connection = TcpStream::connect(address).await.expect("a connection");
    let request = format!(
        "{head}host: {address}\r\ncookie: {}\r\ncontent-length: {}\r\n\r\n{form}",
        browser.cookie_header(),
        form.len()
    );
    let sent = connection.write_all(request.as_bytes()).await;
    sent.expect("the request is sent");
    connection
}

/// Gone at once, instead of waiting politely for what is still to come.
fn hang_up(connection: TcpStream) {
    connection.set_zero_linger().expect("a socket");
}

async fn is_alive(app: &TestApp, browser: &Browser) -> bool {
    let answer = app.copy_of(browser).fetch("/api/session?slide=false").await;
    assert!(
        [200, 401].contains(&answer.status.as_u16()),
        "{}",
        answer.body
    );
    answer.status == 200
}

async fn what_is_recorded_as_ended_is_in_force_whoever_went_away(store: StoreKind) {
    let mut app = TestApp::on(store, &[]).await;
    for (kind, head) in [LOGOUT, EVERYWHERE, BACK_CHANNEL].into_iter().enumerate() {
        let mut browsers = Vec::new();
        for number in 0..SESSIONS {
            browsers.push(somebody(&app, kind * SESSIONS + number).await);
        }
        for (number, browser) in browsers.iter().enumerate() {
            let sid = format!("sid-{}", kind * SESSIONS + number);
            let form = format!("logout_token={}", token(&app, &sid, &json!({ "sid": sid })));
            let form = if head == BACK_CHANNEL { &form } else { "" };
            let connection = send(&app, head, browser, form).await;
            sleep(Duration::from_micros(rand::random_range(0..3_000))).await;
            hang_up(connection);
        }
        // Ended after all of them, and answered: nothing of theirs is still on its way.
        somebody(&app, usize::MAX)
            .await
            .open("/api/auth/logout")
            .await;

        let mut alive = Vec::new();
        for browser in browsers {
            if is_alive(&app, &browser).await {
                alive.push(browser);
            }
        }
        assert!(alive.len() < SESSIONS, "some requests were served: {head}");
        app.restart_with(&[]).await;
        let mut revived = 0;
        for browser in &alive {
            revived += usize::from(!is_alive(&app, browser).await);
        }
        assert_eq!(
            revived, 0,
            "recorded, but in force only after a restart: {head}"
        );
    }
}

/// Delay of each piece between the node and Redis, in either direction.
const DELAY: Duration = Duration::from_millis(200);

#[tokio::test]
async fn what_redis_has_acknowledged_is_in_force_before_it_is_read_there() {
    let redis = RedisServer::start().await;
    let link = Link::to(redis.port()).await;
    let url = format!("--redis-url={}", link.url());
    let app = TestApp::with(&["--session-store=cookie", &url, SECRETS]).await;
    // From now on Redis knows the script.
    somebody(&app, 0).await.open("/api/auth/logout").await;
    for number in 1..=3 {
        let (browser, before) = (somebody(&app, number).await, link.asked("EVALSHA").len());
        link.slow(DELAY);
        let connection = send(&app, LOGOUT, &browser, "").await;
        while link.asked("EVALSHA").len() == before {
            sleep(Duration::from_millis(1)).await;
        }
        let asked = link.asked("EVALSHA")[before];
        hang_up(connection);
        // The answer is here, and what the node then reads is on its way.
        sleep_until((asked + 3 * DELAY).into()).await;
        link.cut();
        let replay = app.copy_of(&browser);
        let answer = replay.fetch("/api/session?slide=false").await;
        assert_ne!(answer.status, 200, "recorded, and not in force");
        link.mend();
        while app.browser().fetch("/readyz").await.status != 200 {}
    }
}
