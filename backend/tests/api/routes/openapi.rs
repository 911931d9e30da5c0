//! The OpenAPI document: what is committed is what the code says, and no route is missing.

use std::collections::BTreeSet;

use backend::routes::openapi;
use serde_json::Value;

use crate::configuration::documents::routed_paths;
use crate::harness::{process::Process, test_app::TestApp};

const COMMITTED: &str = include_str!("../../../openapi.json");

#[tokio::test]
async fn the_committed_document_is_what_the_code_says() {
    assert_eq!(
        COMMITTED.trim_end(),
        openapi::document(),
        "write it anew: backend --openapi > backend/openapi.json"
    );
    let (code, printed) = Process::start(&[], &["--openapi"]).ended();
    assert_eq!((code, printed.trim_end()), (Some(0), COMMITTED.trim_end()));
    let served = TestApp::start()
        .await
        .browser()
        .fetch("/api/openapi.json")
        .await;
    assert_eq!(served.headers["content-type"], "application/json");
    assert_eq!(served.body, COMMITTED.trim_end());
}

#[test]
fn the_document_is_built_once() {
    assert!(std::ptr::eq(openapi::document(), openapi::document()));
}

#[test]
fn every_route_that_answers_json_is_in_the_document() {
    let document: Value = serde_json::from_str(COMMITTED).expect("json");
    let documented: BTreeSet<_> = document["paths"]
        .as_object()
        .expect("paths")
        .keys()
        .cloned()
        .collect();
    // Navigations, routes for the provider and the document itself are not for pages.
    let others = [
        "/api/auth/login",
        "/api/auth/callback",
        "/api/auth/logout",
        "/api/auth/backchannel-logout",
        "/api/csp-reports",
        "/api/openapi.json",
    ];
    let answers_json = |path: &String| path.starts_with("/api") && !others.contains(&path.as_str());
    let served: BTreeSet<_> = routed_paths().into_iter().filter(answers_json).collect();
    assert!(
        served.contains("/api/session") && served.contains("/api/auth/token"),
        "{served:?}"
    );
    assert_eq!(documented, served);
}
