//! The OpenAPI document: what is committed is what the code says, and no route is missing.

use std::collections::BTreeSet;

use backend::routes::{is_navigation, openapi};
use serde_json::Value;

use crate::{process::Process, test_app::TestApp};

const COMMITTED: &str = include_str!("../../openapi.json");
const APP: &str = include_str!("../../src/app.rs");

#[tokio::test]
async fn the_committed_document_is_what_the_code_says() {
    assert_eq!(COMMITTED.trim_end(), openapi::document(), "write it anew: backend --openapi > backend/openapi.json");
    let (code, printed) = Process::start(&[], &["--openapi"]).ended();
    assert_eq!((code, printed.trim_end()), (Some(0), COMMITTED.trim_end()));
    let served = TestApp::start().await.browser().fetch("/api/openapi.json").await;
    assert_eq!(served.headers["content-type"], "application/json");
    assert_eq!(served.body, COMMITTED.trim_end());
}

#[test]
fn every_route_that_answers_json_is_in_the_document() {
    let document: Value = serde_json::from_str(COMMITTED).expect("json");
    let documented: BTreeSet<_> = document["paths"].as_object().expect("paths").keys().cloned().collect();
    let served: BTreeSet<_> =
        routes().into_iter().filter(|path| !is_navigation(path) && path != "/api/openapi.json").collect();
    assert!(served.contains("/api/session") && served.contains("/api/auth/token"), "{served:?}");
    assert_eq!(documented, served);
}

/// The addresses below `/api` that `app.rs` names, written there as `scope("...")` and `resource("...")`.
fn routes() -> Vec<String> {
    let (api, _) = APP.split_once("actix_web::App::new()").expect("the scopes come before the application");
    let mut prefix = "";
    let mut routes = Vec::new();
    for call in api.split("service(").flat_map(|service| service.split('\n')) {
        if let Some(name) = argument(call, "scope(") {
            prefix = if name == "/api" { "/api" } else { "/api/auth" };
        }
        if let Some(name) = argument(call, "resource(") {
            routes.push(format!("{prefix}{name}"));
        }
    }
    routes
}

fn argument<'a>(call: &'a str, function: &str) -> Option<&'a str> {
    call.split_once(&format!("{function}\""))?.1.split('"').next()
}
