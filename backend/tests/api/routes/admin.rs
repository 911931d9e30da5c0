//! `GET /api/admin/node`: only users with the administrators' role pass.

use reqwest::Method;
use serde_json::json;

use crate::harness::{
    browser::Browser,
    process::Process,
    provider::Provider,
    test_app::{TestApp, callback_path},
};
use storage::Clock;

const ADMIN: &str = "/api/admin/node";

#[tokio::test]
async fn without_a_session_the_answer_is_401_and_with_another_role_403() {
    let app = TestApp::start().await;
    for path in [ADMIN, "/api/admin/node?slide=false"] {
        let answer = app.browser().fetch(path).await;
        answer.assert_problem(401, "unauthenticated");
    }
    for name in [
        "app:local:viewer",
        "app:local:administrator",
        "APP:LOCAL:ADMIN",
        "",
    ] {
        let role = json!([{ "id": "app:local:admin", "name": name, "display_name": "Admin" }]);
        app.provider
            .script(|script| script.userinfo["roles"] = role);
        let browser = app.signed_in().await;
        for answer in [browser.fetch(ADMIN).await, browser.open(ADMIN).await] {
            answer.assert_problem(403, "forbidden");
            assert!(!answer.headers.contains_key("location"), "{name}");
        }
        let other = browser.send(browser.request(Method::POST, ADMIN)).await;
        assert!(
            other.status == 403 || other.status == 405,
            "{}",
            other.status
        );
        assert_eq!(browser.fetch("/api/session").await.status, 200, "{name}");
    }
}

#[tokio::test]
async fn an_administrator_sees_the_counts_of_the_node_and_nobodys_data() {
    let provider = Provider::start(Clock::default()).await;
    let role = json!([{ "id": "r", "name": "app:local:admin", "display_name": "Admin" }]);
    provider.script(|script| script.userinfo["roles"] = role);
    let (origin, _process) = Process::serving(&provider, &[("NODE_NAME", "one")]);
    let browser = Browser::new(&origin);
    for begun in 1..=2 {
        let login = browser.open("/api/auth/login?tenant_name=acme").await;
        browser.come_back(&callback_path(&login)).await;
        let counts = browser.fetch(ADMIN).await;
        assert_eq!(counts.status, 200, "{}", counts.body);
        let expected = json!({
            "node": "one", "sessionsBegun": begun, "tokensRefreshed": 0, "eventStreams": 0,
        });
        assert_eq!(counts.json(), expected);
    }
}
