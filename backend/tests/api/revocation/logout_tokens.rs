//! A logout token is taken once, on all nodes together (OpenID Connect Back-Channel Logout 1.0
//! section 2.6).

use backend::session::StoreKind;
use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{
    logout_token::{post, token},
    test_app::TestApp,
};

on_every_store! {
    of_twenty_copies_of_a_logout_token_at_once_one_is_taken,
}

async fn of_twenty_copies_of_a_logout_token_at_once_one_is_taken(store: StoreKind) {
    let app = TestApp::on(store, &[]).await;
    let other = if store == StoreKind::Redis {
        Some(app.another_node(&[]).await)
    } else {
        None
    };
    // The provider's keys are known: the copies do not wait for them.
    post(&app, &token(&app, "first", &json!({ "sub": "ada" }))).await;
    let copy = token(&app, "copied", &json!({ "sub": "ada" }));
    let nodes = [&app, other.as_ref().unwrap_or(&app)];
    let answers = join_all((0..20).map(|number| post(nodes[number % 2], &copy))).await;
    let taken = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(taken, 1);
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        refused.assert_problem(400, "invalid_request");
    }
}
