//! Cookies that are not this installation's.

use reqwest::{Method, header};

use super::changes::{ID, assert_cleared, with};
use crate::harness::test_app::{TestApp, callback_path};

#[tokio::test]
async fn cookies_of_another_installation_end_in_401() {
    let app = TestApp::start().await;
    let foreign = TestApp::start().await.signed_in().await.cookies();
    assert_cleared(&app, foreign, "sealed with another secret").await;
}

#[tokio::test]
async fn an_id_that_is_not_ours_is_taken_away() {
    let app = TestApp::start().await;
    let good = app.signed_in().await.cookies();
    let mut changed = good[ID].clone();
    let last = changed.pop().expect("a character");
    changed.push(if last == 'A' { 'B' } else { 'A' });
    for id in ["", "x", &good[ID][..60], &changed] {
        let browser = app.browser();
        browser.set_cookies([(ID.to_owned(), id.to_owned())].into());
        let answer = browser.fetch("/api/session").await;
        answer.assert_problem(401, "unauthenticated");
        assert_eq!(answer.deleted_cookies(), [ID], "{id}");
    }
}

#[tokio::test]
async fn garbage_ends_in_401() {
    let app = TestApp::start().await;
    for garbage in [
        "",
        "x",
        "1.1.",
        "1.1.AAAA",
        "%00",
        "\"quoted\"",
        "=",
        "a=b",
        "\u{fc}ml\u{e4}ut",
        "<script>",
        "1.1.1.1.1",
    ] {
        let cookies = [
            (ID.to_owned(), garbage.to_owned()),
            ("__Host-Http-session.0".to_owned(), garbage.to_owned()),
        ]
        .into();
        assert_cleared(&app, cookies, garbage).await;
    }
    let many = (0..40)
        .map(|index| (format!("{ID}.{index}"), "x".repeat(100)))
        .collect();
    assert_cleared(&app, many, "40 parts").await;
}

#[tokio::test]
async fn a_part_too_many_does_no_harm() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let next = browser.session_parts().remove(0).replace(".0", ".1");
    browser.set_cookies(with(&browser.cookies(), &next, "left over"));
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn more_cookies_than_a_session_takes_are_none_and_cost_little() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    let mut cookies = browser.cookies();
    let (handle, _) = browser.session_parts()[0]
        .rsplit_once('.')
        .map(|(name, _)| (name.to_owned(), ()))
        .expect("a name");
    cookies.extend((1..600).map(|index| (format!("{handle}.{index}"), "x".to_owned())));
    let flooded = app.browser();
    flooded.set_cookies(cookies);
    let answer = flooded.fetch("/api/session").await;
    answer.assert_problem(401, "unauthenticated");
    assert!(
        answer.set_cookies.len() <= 40,
        "{}",
        answer.set_cookies.len()
    );
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn cookies_of_other_applications_that_cannot_be_read_do_no_harm() {
    let app = TestApp::start().await;
    let browser = app.signed_in().await;
    for other in [
        &b"other=\xff\xfe"[..],
        "other=\u{fc}".as_bytes(),
        "\u{fc}=other".as_bytes(),
        b"other=%FF",
        b"%FF=a",
        b"no value",
        b"=",
        b"; ;;",
        b"__Host-Http-login.x=%FF",
        b"__Host-Http-sessions=%FF",
    ] {
        let line = [other, b"; ", browser.cookie_header().as_bytes()].concat();
        let line = header::HeaderValue::from_bytes(&line).expect("a header");
        let anonymous = app.browser();
        let answer = anonymous
            .send(
                anonymous
                    .request(Method::GET, "/api/session")
                    .header(header::COOKIE, &line),
            )
            .await;
        assert_eq!(answer.status, 200, "{}", other.escape_ascii());
        assert!(answer.set_cookies.is_empty(), "{}", other.escape_ascii());
    }
    let login = browser.open("/api/auth/login?tenant_name=acme").await;
    let request = app.browser().request(Method::GET, &callback_path(&login));
    let line = format!("__Host-Http-login.x=%FF; {}", browser.cookie_header());
    assert_eq!(
        app.browser()
            .send(request.header(header::COOKIE, line))
            .await
            .location(),
        "/",
        "a sign-in neither"
    );
}
