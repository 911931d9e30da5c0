//! A hundred thousand requests with spoiled cookies, those of two users mixed: each is the session
//! whose cookies are whole, or 401; never a fault, never another user's data, never a session that
//! nobody began.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use proptest::{
    prelude::*,
    sample::Index,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use sessions::StoreKind;

use crate::harness::{browser::percent_decoded, test_app::TestApp};

on_every_store! {
    spoiled_cookies_are_401_or_the_same_session_never_a_fault_or_anothers_data,
}

/// Requests on each of the three stores: more than 100,000 in all.
const REQUESTS: usize = 33_400;

type Cookies = BTreeMap<String, String>;

/// One way to spoil the cookies of a request.
#[derive(Clone, Debug)]
enum Mutation {
    Replace(Index, Index, String),
    Truncate(Index, Index),
    Append(Index, String),
    Remove(Index),
    Swap(Index, Index),
    Rename(Index, String),
    /// Takes this cookie from the other user.
    Borrow(Index),
}

fn mutations() -> impl Strategy<Value = Mutation> {
    // Bytes that a header line may contain, without the separator.
    let text = || "[!-:<-~]{0,8}";
    let index = any::<Index>;
    prop_oneof![
        (index(), index(), "[!-:<-~]")
            .prop_map(|(cookie, at, with)| Mutation::Replace(cookie, at, with)),
        (index(), index()).prop_map(|(cookie, at)| Mutation::Truncate(cookie, at)),
        (index(), text()).prop_map(|(cookie, with)| Mutation::Append(cookie, with)),
        index().prop_map(Mutation::Remove),
        (index(), index()).prop_map(|(one, two)| Mutation::Swap(one, two)),
        index().prop_map(Mutation::Borrow),
        (
            index(),
            prop_oneof![text(), "__Host-Http-session\\.[0-9]{1,3}"]
        )
            .prop_map(|(cookie, name)| Mutation::Rename(cookie, name)),
    ]
}

fn spoil(cookies: &mut Cookies, mutation: &Mutation, other: &Cookies) {
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
        Mutation::Append(cookie, with) => cookies
            .get_mut(&name(cookie))
            .expect("it is there")
            .push_str(with),
        Mutation::Remove(cookie) => drop(cookies.remove(&name(cookie))),
        Mutation::Swap(one, two) => {
            let (one, two) = (name(one), name(two));
            let (first, second) = (cookies[&one].clone(), cookies[&two].clone());
            cookies.extend([(one, second), (two, first)]);
        }
        Mutation::Borrow(cookie) => {
            let (name, value) = other
                .iter()
                .nth(cookie.index(other.len()))
                .expect("a cookie");
            cookies.insert(name.clone(), value.clone());
        }
        Mutation::Rename(cookie, to) => {
            let value = cookies.remove(&name(cookie)).expect("it is there");
            cookies.insert(to.clone(), value);
        }
    }
}

/// The signed-in user, without the facts that depend on the cookies of the request.
fn identity(session: &Value) -> (Value, Value) {
    (
        session["userId"].clone(),
        session["metadata"]["session"]["handle"].clone(),
    )
}

async fn spoiled_cookies_are_401_or_the_same_session_never_a_fault_or_anothers_data(
    store: StoreKind,
) {
    let app = TestApp::on(store, &[]).await;
    app.provider.script(|script| script.token_length = 3000);
    let mut known = Vec::new();
    for user in ["ada", "grace"] {
        app.provider.script(|script| {
            script.id_token_claims = json!({ "sub": user });
            script.userinfo["sub"] = json!(user);
        });
        let browser = app.signed_in().await;
        browser.open("/api/auth/login?tenant_name=acme").await;
        known.push((
            browser.cookies(),
            identity(&browser.fetch("/api/session").await.json()),
        ));
    }
    // `%2F` and `%2f` are the same character.
    let id_of = |cookies: &Cookies| {
        cookies
            .get("__Host-Http-session")
            .map(|value| percent_decoded(value))
    };
    let owner = |cookies: &Cookies| {
        let id = id_of(cookies);
        known
            .iter()
            .find(|(good, _)| id == id_of(good))
            .map(|(_, identity)| identity)
    };

    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::default()
    });
    let plans = proptest::collection::vec(mutations(), 1..4);
    let requests = (0..REQUESTS).map(|number| {
        let mutations = plans.new_tree(&mut runner).expect("a plan").current();
        let (mut cookies, other) = (known[number % 2].0.clone(), &known[(number + 1) % 2].0);
        mutations
            .iter()
            .for_each(|mutation| spoil(&mut cookies, mutation, other));
        (mutations, cookies)
    });
    let browser = app.browser();
    stream::iter(requests)
        .for_each_concurrent(16, |(mutations, cookies)| {
            let (sent, browser, owner) = (cookies.clone(), browser.with_cookies(cookies), &owner);
            async move {
                let answer = browser.fetch("/api/session").await;
                match answer.status.as_u16() {
                    200 => assert_eq!(
                        Some(&identity(&answer.json())),
                        owner(&sent),
                        "{mutations:?}"
                    ),
                    401 => assert!(
                        browser.session_parts().is_empty(),
                        "kept after {mutations:?}"
                    ),
                    status => panic!("{status} after {mutations:?}: {}", answer.body),
                }
            }
        })
        .await;
}
