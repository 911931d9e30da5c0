//! What must hold for any input, tried with inputs nobody thought of.

use std::collections::BTreeMap;

use proptest::{
    prelude::*,
    sample::Index,
    test_runner::{Config, TestCaseError, TestRunner},
};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::test_app::TestApp;

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

#[test]
fn any_session_up_to_40_kb_survives_whole_or_is_refused_by_name() {
    let runtime = runtime();
    let app = runtime.block_on(TestApp::start());
    let sessions = (0..20_000_usize, "\\PC{0,300}", proptest::collection::vec("\\PC{0,40}", 0..20));
    let outcome = runner(100).run(&sessions, |(token_length, name, roles)| {
        runtime.block_on(async {
            let roles: Vec<_> =
                roles.iter().map(|name| json!({ "id": "r", "name": name, "display_name": name })).collect();
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
                prop_assert_eq!(&session.json()["metadata"]["name"], &json!(name));
                prop_assert_eq!(session.json()["metadata"]["roles"].as_array().map(Vec::len), Some(roles.len()));
                prop_assert!(browser.cookie_header().len() <= 12_288);
            } else {
                prop_assert_eq!(answer.login_error(), Some("session_too_large".to_owned()));
                prop_assert!(browser.cookies().is_empty());
            }
            Ok(())
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// One way to spoil the cookies of a request.
#[derive(Clone, Debug)]
enum Mutation {
    Replace(Index, Index, String),
    Truncate(Index, Index),
    Append(Index, String),
    Remove(Index),
    Swap(Index, Index),
    Rename(Index, String),
}

fn mutations() -> impl Strategy<Value = Mutation> {
    // What can be in a header line, without the separator.
    let text = || "[!-:<-~]{0,8}";
    let index = any::<Index>;
    prop_oneof![
        (index(), index(), "[!-:<-~]").prop_map(|(cookie, at, with)| Mutation::Replace(cookie, at, with)),
        (index(), index()).prop_map(|(cookie, at)| Mutation::Truncate(cookie, at)),
        (index(), text()).prop_map(|(cookie, with)| Mutation::Append(cookie, with)),
        index().prop_map(Mutation::Remove),
        (index(), index()).prop_map(|(one, two)| Mutation::Swap(one, two)),
        (index(), prop_oneof![text(), "__Host-session\\.[0-9]{1,3}"])
            .prop_map(|(cookie, name)| Mutation::Rename(cookie, name)),
    ]
}

fn spoil(cookies: &mut BTreeMap<String, String>, mutation: &Mutation) {
    let names: Vec<_> = cookies.keys().cloned().collect();
    if names.is_empty() {
        return;
    }
    let name = |index: &Index| index.get(&names).clone();
    match mutation {
        Mutation::Replace(cookie, at, with) => {
            let value = cookies.get_mut(&name(cookie)).expect("it is there");
            if !value.is_empty() {
                let at = at.index(value.len());
                value.replace_range(at..=at, with);
            }
        }
        Mutation::Truncate(cookie, at) => {
            let value = cookies.get_mut(&name(cookie)).expect("it is there");
            value.truncate(at.index(value.len() + 1));
        }
        Mutation::Append(cookie, with) => cookies.get_mut(&name(cookie)).expect("it is there").push_str(with),
        Mutation::Remove(cookie) => drop(cookies.remove(&name(cookie))),
        Mutation::Swap(one, two) => {
            let (one, two) = (name(one), name(two));
            let (first, second) = (cookies[&one].clone(), cookies[&two].clone());
            cookies.extend([(one, second), (two, first)]);
        }
        Mutation::Rename(cookie, to) => {
            let value = cookies.remove(&name(cookie)).expect("it is there");
            cookies.insert(to.clone(), value);
        }
    }
}

#[test]
fn cookies_spoiled_in_any_way_are_401_or_the_same_session_never_a_fault() {
    let runtime = runtime();
    let (app, good, known) = runtime.block_on(async {
        let app = TestApp::start().await;
        app.provider.script(|script| script.token_length = 3000);
        let browser = app.signed_in().await;
        browser.open("/api/auth/login?tenant_name=acme").await;
        let known = browser.fetch("/api/session").await.body;
        (app, browser.cookies(), known)
    });
    let outcome = runner(3000).run(&proptest::collection::vec(mutations(), 1..4), |mutations| {
        let mut cookies = good.clone();
        mutations.iter().for_each(|mutation| spoil(&mut cookies, mutation));
        runtime.block_on(async {
            let browser = app.browser();
            browser.set_cookies(cookies);
            let answer = browser.fetch("/api/session").await;
            match answer.status.as_u16() {
                200 => prop_assert_eq!(&answer.body, &known),
                401 => prop_assert!(browser.session_cookies().is_empty(), "kept {:?}", browser.session_cookies()),
                status => return Err(TestCaseError::fail(format!("{status}: {}", answer.body))),
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
    let query = proptest::collection::vec((name, prop_oneof!["\\PC{0,40}", "(%[0-9A-F]{2}){0,5}"]), 0..5);
    let path = prop_oneof![Just("login"), Just("callback"), Just("logout")];
    let outcome = runner(500).run(&(path, query, any::<bool>()), |(path, query, encoded)| {
        let mut text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&query).finish();
        if !encoded {
            text = query.iter().map(|(name, value)| format!("{name}={value}&")).collect();
        }
        runtime.block_on(async {
            let answer = app.browser().open(&format!("/api/auth/{path}?{}", text.replace('#', ""))).await;
            prop_assert_eq!(answer.status.as_u16(), 302, "{}", answer.body);
            prop_assert_eq!(answer.body, "");
            Ok(())
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
