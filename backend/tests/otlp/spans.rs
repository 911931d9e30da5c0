//! What a span says, and when it comes.

use std::time::Duration;

use crate::{collector::Collector, node::Node};

#[tokio::test]
async fn a_request_is_one_span_with_its_route_its_status_and_no_query() {
    let collector = Collector::start().await;
    let node = Node::exporting_to(&collector.address()).await;
    node.browser.fetch("/api/session?code=canary").await;
    node.browser.fetch("/api/sessions/canary").await;
    node.browser.fetch("/canary.html?code=canary").await;

    let [span] = &collector.await_spans("GET /api/session", 1).await[..] else {
        panic!("not one span")
    };
    assert_eq!(span.kind(), 2);
    assert_eq!(span.parent().1, "");
    let said = [
        "http.request.method=GET",
        "http.response.status_code=401",
        "http.route=/api/session",
    ];
    assert_eq!(span.attributes(), said);
    let process = span.of_process();
    for attribute in ["service.name=sign-in", "service.instance.id=node-a"] {
        assert!(process.iter().any(|one| one == attribute), "{process:?}");
    }
    collector.await_spans("GET /api/sessions/{handle}", 1).await;
    node.stop();
    let spans = collector.spans().await;
    assert_eq!(spans.len(), 3, "{spans:?}");
    assert!(!format!("{spans:?}").contains("canary"), "{spans:?}");
    let [file] = &collector.await_spans("GET", 1).await[..] else {
        panic!("not one span")
    };
    assert_eq!(file.attributes().len(), 2, "and no route: {file:?}");
}

#[tokio::test]
async fn an_answer_of_500_or_more_is_an_error_and_a_made_up_method_is_not_named() {
    let collector = Collector::start().await;
    let node = Node::exporting_to(&collector.address()).await;
    node.sign_in().await;
    node.provider
        .script(|script| script.access_token_lifetime = 0);
    node.sign_in().await;
    node.provider.hang_up("POST", "/oauth2/token").await;
    assert_eq!(node.browser.fetch("/api/profile").await.status, 503);
    let canary = reqwest::Method::from_bytes(b"CANARY").expect("a method");
    node.browser
        .send(node.browser.request(canary, "/api/config"))
        .await;

    let failed = &collector.await_spans("GET /api/profile", 1).await[0];
    assert!(failed.is_error());
    assert!(failed.attributes().contains(&"error.type=503".to_owned()));
    let refused = &collector.await_spans("HTTP /api/config", 1).await[0];
    assert!(!refused.is_error());
    assert!(
        refused
            .attributes()
            .contains(&"http.request.method=_OTHER".to_owned())
    );
}

#[tokio::test]
async fn refreshes_and_calls_to_the_provider_are_below_the_request_that_began_them() {
    let collector = Collector::start().await;
    let node = Node::exporting_to(&collector.address()).await;
    node.provider
        .script(|script| script.access_token_lifetime = 0);
    node.sign_in().await;
    node.provider
        .script(|script| script.access_token_lifetime = 3600);
    assert_eq!(node.browser.fetch("/api/profile").await.status, 200);

    let request = &collector.await_spans("GET /api/profile", 1).await[0];
    let refresh = &collector.await_spans("refresh tokens", 1).await[0];
    assert_eq!(refresh.parent(), request.id());
    let calls = collector.await_spans("POST /api/v1/oauth2/token", 2).await;
    let of_refresh = calls.iter().filter(|call| call.parent() == refresh.id());
    assert_eq!(of_refresh.count(), 1, "{calls:?}");
    let calls = collector
        .await_spans("GET /api/v1/oauth2/userinfo", 2)
        .await;
    let call = calls.iter().find(|call| call.parent() == request.id());
    let call = call.expect("that of the request");
    assert_eq!(call.kind(), 3);
    let port = node.provider.server.address().port();
    let said = [
        "http.request.method=GET".to_owned(),
        "http.response.status_code=200".to_owned(),
        "server.address=localhost".to_owned(),
        format!("server.port={port}"),
    ];
    assert_eq!(call.attributes(), said);
}

#[tokio::test]
async fn spans_of_before_a_stop_arrive() {
    let collector = Collector::start().await;
    let hour = Duration::from_secs(3600).as_millis().to_string();
    let environment = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.address()),
        ("OTEL_BSP_SCHEDULE_DELAY", &hour),
    ];
    let node = Node::start(&environment).await;
    for _ in 0..20 {
        node.browser.fetch("/api/session").await;
    }
    assert!(collector.received().await.is_empty());
    let (code, log) = node.stop();
    assert_eq!(code, Some(0), "{log}");
    assert_eq!(collector.spans().await.len(), 20, "{log}");
}

#[tokio::test]
async fn nothing_is_exported_where_no_address_is_set_and_the_log_says_so() {
    let collector = Collector::start().await;
    for (address, said) in [
        (
            "",
            "no traces are exported: OTEL_EXPORTER_OTLP_ENDPOINT is not set",
        ),
        (
            &*collector.address(),
            "traces are exported, see OTEL_EXPORTER_OTLP_ENDPOINT",
        ),
    ] {
        let node = Node::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", address)]).await;
        assert_eq!(node.browser.fetch("/api/session").await.status, 401);
        let (code, log) = node.stop();
        assert_eq!(code, Some(0), "{log}");
        assert!(log.contains(said), "{log}");
        assert_eq!(collector.received().await.is_empty(), address.is_empty());
    }
}

#[tokio::test]
async fn spans_are_protobuf_unless_json_is_asked_for() {
    let collector = Collector::start().await;
    for (protocol, kind) in [
        ("", "application/x-protobuf"),
        ("http/protobuf", "application/x-protobuf"),
        ("http/json", "application/json"),
    ] {
        let environment = [
            (
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                &*format!("{}/v1/traces", collector.address()),
            ),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ];
        let node = Node::start(&environment).await;
        node.browser.fetch("/api/session").await;
        node.stop();
        let exports = collector.received().await;
        let last = exports.last().expect("an export");
        assert_eq!(last.headers["content-type"], kind, "{protocol:?}");
    }
}
