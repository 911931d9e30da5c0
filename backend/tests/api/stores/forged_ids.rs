//! Ids that anybody can make up: actix-session signs with a key that is no secret, so what counts
//! is our own tag.

use actix_web::cookie::{Cookie, CookieJar, Key};
use futures_util::{StreamExt, stream};
use secrecy::SecretString;
use sessions::{StoreKind, internal::SessionIds};

use crate::harness::{browser::Browser, test_app::TestApp};

const NAME: &str = "__Host-Http-session";

/// A browser with this id, signed as actix-session signs.
fn with_id(app: &TestApp, id: String) -> Browser {
    let mut jar = CookieJar::new();
    jar.signed_mut(&Key::from(&[0; 64]))
        .add(Cookie::new(NAME, id));
    let signed = jar.get(NAME).expect("it was added").value().to_owned();
    let browser = app.browser();
    browser.set_cookies([(NAME.to_owned(), signed)].into());
    browser
}

#[tokio::test]
async fn ids_that_were_made_up_ask_redis_for_nothing() {
    let app = TestApp::on(StoreKind::Redis, &[]).await;
    let redis = app.redis.as_ref().expect("its own");
    let browser = app.signed_in().await;
    let retired = SessionIds::new(&[SecretString::from("a secret that is not listed any more")]);
    let asked = async || redis.calls_of("get").await + redis.calls_of("getdel").await;
    let before = asked().await;
    let made_up = |number: usize| match number % 3 {
        0 => format!("{number:064}"),
        1 => format!("1.{number:043}.{:022}", 0),
        _ => retired.mint().expose().to_owned(),
    };
    stream::iter((0..2_000).map(|number| with_id(&app, made_up(number))))
        .for_each_concurrent(16, |forged| async move {
            let answer = forged.fetch("/api/session").await;
            answer.assert_problem(401, "unauthenticated");
        })
        .await;
    assert_eq!(asked().await, before);

    // An id of ours is asked for, in this very way.
    let ours = SessionIds::new(&[SecretString::from(
        crate::harness::test_app::SECRETS
            .trim_start_matches("--session-secrets=")
            .to_owned(),
    )]);
    let unknown = with_id(&app, ours.mint().expose().to_owned());
    unknown
        .fetch("/api/session")
        .await
        .assert_problem(401, "unauthenticated");
    assert_eq!(asked().await, before + 1);
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}
