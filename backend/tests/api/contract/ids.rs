//! Rule 1: ids of 256 random bits, new at every sign-in; what is stored tells neither the id nor
//! the session.

use std::{collections::BTreeSet, fs};

use sessions::StoreKind;

use crate::harness::{
    browser::{Browser, percent_decoded},
    test_app::TestApp,
};

on_every_store! {
    every_sign_in_has_an_id_of_its_own,
    a_sign_in_over_an_old_session_has_a_new_id_and_ends_the_old_one,
    an_id_that_was_made_up_is_no_session,
    what_is_stored_tells_neither_the_id_nor_the_session,
}

/// The id in the cookie of actix-session: a signature of 44 characters, then the id.
fn id_of(browser: &Browser) -> String {
    let cookies = browser.cookies();
    let value = percent_decoded(&cookies["__Host-Http-session"]);
    value[44..].to_owned()
}

async fn every_sign_in_has_an_id_of_its_own(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let mut ids = BTreeSet::new();
    for _ in 0..20 {
        let id = id_of(&app.signed_in().await);
        let parts: Vec<_> = id.split('.').map(str::len).collect();
        assert_eq!(parts, [1, 43, 22], "a version, 256 bits, a tag: {id}");
        assert!(ids.insert(id));
    }
}

async fn a_sign_in_over_an_old_session_has_a_new_id_and_ends_the_old_one(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let old = app.copy_of(&browser);
    app.sign_in(&browser).await;
    assert_ne!(id_of(&browser), id_of(&old));
    assert_eq!(browser.fetch("/api/session").await.status, 200);
    let late = old.fetch("/api/session").await;
    late.assert_problem(401, "session_renewed");
    assert!(
        !late.deleted_cookies().contains(&"__Host-Http-session"),
        "the browser may hold the new id by now"
    );
}

async fn an_id_that_was_made_up_is_no_session(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    let attacker = app.copy_of(&browser);
    let mut cookies = attacker.cookies();
    let id = cookies.get_mut("__Host-Http-session").expect("the id");
    // actix-session's key is no secret, see decision 1; what counts is the tag.
    let last = id.pop().expect("a character");
    id.push(if last == 'A' { 'B' } else { 'A' });
    attacker.set_cookies(cookies);
    attacker
        .fetch("/api/session")
        .await
        .assert_problem(401, "unauthenticated");
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

async fn what_is_stored_tells_neither_the_id_nor_the_session(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let browser = app.signed_in().await;
    browser.open("/api/auth/logout").await;
    let browser = app.signed_in().await;
    let mut stored = Vec::new();
    for entry in fs::read_dir(app.data_dir()).expect("the folder") {
        stored.extend(fs::read(entry.expect("an entry").path()).expect("a file"));
    }
    if let Some(redis) = &app.redis {
        stored.extend(redis.appended());
    }
    if store == StoreKind::Cookie {
        stored.extend(
            browser
                .cookies()
                .iter()
                .filter(|(name, _)| name.contains('.'))
                .flat_map(|(_, value)| value.bytes()),
        );
    }
    assert!(stored.len() > 500, "something is stored: {}", stored.len());
    for secret in [
        id_of(&browser).as_str(),
        "ada@acme.example",
        "Ada Lovelace",
        "access-",
        "refresh-",
        "tenant-acme",
    ] {
        let found = stored
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} can be read in the store");
    }
}
