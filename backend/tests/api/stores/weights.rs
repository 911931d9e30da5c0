//! Caches of sessions are bounded in bytes: the weight of an entry covers everything that is kept.

use actix_web::web::Bytes;
use oidc_client::Token;
use sessions::Role;
use sessions::{SessionData, StoreKind, UserSession, internal::CachedResponse};

use crate::{
    event_streams::news::handle_of,
    harness::{stores::a_session, test_app::TestApp},
};

const LARGE: usize = 50_000;

fn with(change: impl FnOnce(&mut UserSession)) -> UserSession {
    let mut session = a_session();
    change(&mut session);
    session
}

fn data(text: &str) -> SessionData {
    let data = serde_json::json!({ "changes": 1, "json": text });
    serde_json::from_value(data).expect("data")
}

#[test]
fn the_weight_of_a_session_covers_each_of_its_texts() {
    let text = || "x".repeat(LARGE);
    let role = || Role {
        id: "r".to_owned(),
        name: text(),
        display_name: "R".to_owned(),
    };
    let sessions = [
        with(|_| {}),
        with(|session| session.user.id = text()),
        with(|session| session.user.tenant_id = text()),
        with(|session| session.user.tenant_name = Some(text())),
        with(|session| session.user.tenant_custom_domain = Some(text())),
        with(|session| session.user.identity_provider = Some(text())),
        with(|session| session.user.name = Some(text())),
        with(|session| session.user.email = Some(text())),
        with(|session| session.user.roles = vec![role()]),
        with(|session| session.user.roles = vec![role(); 3]),
        with(|session| session.acr = Some(text())),
        with(|session| session.amr = vec![text(); 2]),
        with(|session| session.amr = vec![String::new(); LARGE]),
        with(|session| session.provider_session_id = Some(text())),
        with(|session| session.user_agent = Some(text())),
        with(|session| session.tokens.access_token = Token::new(text())),
        with(|session| session.tokens.refresh_token = Some(Token::new(text()))),
        with(|session| session.tokens.id_token = Some(Token::new(text()))),
        with(|session| session.tokens.refreshed_by = Some(text())),
        with(|session| session.data = data(&text())),
    ];
    for session in &sessions {
        let stored = serde_json::to_vec(session).expect("JSON").len();
        let kept = stored + session.max_cached_response();
        assert!(session.weight() as usize >= kept, "{session:?}");
    }
}

#[test]
fn a_description_is_kept_only_within_its_room() {
    let room = a_session().max_cached_response();
    let name = |length| "n".repeat(length);
    for (names, text, is_kept) in [
        (vec![name(30)], 500, true),
        (vec![name(60); 4], 1_000, true),
        (vec![name(LARGE)], 500, false),
        (vec![name(30)], LARGE, false),
        (vec![name(60); 40], 500, false),
        (vec![], room, true),
        (vec![], room + 1, false),
    ] {
        let description = CachedResponse::default();
        let cookies: Vec<_> = names.iter().map(|name| (name.as_str(), 1)).collect();
        let mut made = 0;
        for _ in 0..2 {
            let answer = description.get_or_make(&cookies, None, room, || {
                made += 1;
                Ok::<_, ()>(Bytes::from("x".repeat(text)))
            });
            assert_eq!(answer.expect("a text").len(), text);
        }
        assert_eq!(made == 1, is_kept, "{} names, {text}", names.len());
    }
}

#[tokio::test]
async fn names_with_other_indexes_than_ours_are_no_cookies_of_the_session() {
    for store in [StoreKind::Cookie, StoreKind::Sqlite, StoreKind::Redis] {
        let app = TestApp::on(store, &[]).await;
        let browser = app.signed_in().await;
        let handle = handle_of(&browser).await;
        let own = browser.cookies();
        let id = own.keys().find(|name| name.ends_with("session"));
        let id = id.expect("the id's cookie").clone();
        let zeros = "0".repeat(20_000);
        for index in [
            format!("{zeros}1"),
            "01".to_owned(),
            "00".to_owned(),
            "+1".to_owned(),
            "40".to_owned(),
            "1.".to_owned(),
            "18446744073709551615".to_owned(),
        ] {
            for name in [format!("{id}.{handle}.{index}"), format!("{id}.{index}")] {
                let mut cookies = own.clone();
                cookies.insert(name.clone(), "canary".to_owned());
                browser.set_cookies(cookies);
                let answer = browser.fetch("/api/session").await;
                assert_eq!(
                    answer.status,
                    200,
                    "{store:?}: {}",
                    &name[..60.min(name.len())]
                );
                let is_stray = name.len() < id.len() + 5;
                let is_listed = answer.body.contains(&format!("{name}\""));
                assert!(is_stray || !is_listed, "{store:?}: {}", answer.body.len());
            }
        }
    }
}
