//! Properties that hold for any input, tried with generated inputs.

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::json;
use sessions::StoreKind;
use tokio::runtime::Runtime;

use crate::harness::test_app::TestApp;

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    })
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

#[test]
fn any_session_up_to_40_kb_survives_whole_or_is_refused_by_name() {
    survives_or_is_refused(StoreKind::Cookie);
}

#[test]
fn any_session_up_to_40_kb_survives_whole_in_sqlite() {
    survives_or_is_refused(StoreKind::Sqlite);
}

#[test]
fn any_session_up_to_40_kb_survives_whole_in_redis() {
    survives_or_is_refused(StoreKind::Redis);
}

fn survives_or_is_refused(store: StoreKind) {
    let runtime = runtime();
    let app = runtime.block_on(TestApp::on(store, &[]));
    let sessions = (
        0..20_000_usize,
        "\\PC{0,300}",
        proptest::collection::vec("\\PC{0,40}", 0..20),
    );
    let outcome = runner(100).run(&sessions, |(token_length, name, roles)| {
        runtime.block_on(async {
            let roles: Vec<_> = roles
                .iter()
                .map(|name| json!({ "id": "r", "name": name, "display_name": name }))
                .collect();
            app.provider.script(|script| {
                script.token_length = token_length;
                script.userinfo["name"] = json!(name);
                script.userinfo["roles"] = json!(roles);
            });
            let browser = app.browser();
            let answer = app.sign_in(&browser).await;
            if answer.location() == "/" {
                let session = browser.fetch("/api/session").await;
                prop_assert_eq!(session.status.as_u16(), 200);
                // An empty text counts as absent.
                let expected = (!name.is_empty()).then_some(name);
                prop_assert_eq!(&session.json()["metadata"]["name"], &json!(expected));
                prop_assert_eq!(
                    session.json()["metadata"]["roles"].as_array().map(Vec::len),
                    Some(roles.len())
                );
                prop_assert!(browser.cookie_header().len() <= 12_288);
            } else {
                prop_assert_eq!(store, StoreKind::Cookie);
                prop_assert_eq!(answer.login_error(), Some("session_too_large".to_owned()));
                prop_assert!(browser.cookies().is_empty());
            }
            Ok(())
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn an_address_for_navigation_with_any_query_ends_in_a_redirect() {
    let runtime = runtime();
    let app = runtime.block_on(TestApp::start());
    let name = prop_oneof![
        "tenant_name|tenant_custom_domain|return_url|state|code|error|iss|prompt|login_hint",
        "[ -~]{0,5}",
    ];
    let query = proptest::collection::vec(
        (name, prop_oneof!["\\PC{0,40}", "(%[0-9A-F]{2}){0,5}"]),
        0..5,
    );
    let path = prop_oneof![Just("login"), Just("callback"), Just("logout")];
    let outcome = runner(500).run(&(path, query, any::<bool>()), |(path, query, encoded)| {
        let mut text = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&query)
            .finish();
        if !encoded {
            text = query
                .iter()
                .map(|(name, value)| format!("{name}={value}&"))
                .collect();
        }
        runtime.block_on(async {
            let answer = app
                .browser()
                .open(&format!("/api/auth/{path}?{}", text.replace('#', "")))
                .await;
            prop_assert_eq!(answer.status.as_u16(), 302, "{}", answer.body);
            prop_assert_eq!(answer.body, "");
            Ok(())
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
