//! A collector that does not do its part costs spans, and nothing else.

use std::net::TcpListener;

use wiremock::ResponseTemplate;

use crate::{collector::Collector, harness::process::free_port, node::Node};

/// So few that the queue is full after the first requests.
const QUEUE: &str = "8";
/// An hour, in milliseconds: longer than anything here is waited for.
const HOUR: &str = "3600000";

fn settings(address: &str) -> [(&str, &str); 4] {
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", address),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", HOUR),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", QUEUE),
    ]
}

async fn serve_and_stop(node: Node) -> String {
    for _ in 0..50 {
        assert_eq!(node.browser.fetch("/api/session").await.status, 401);
    }
    let (code, log) = node.stop();
    assert_eq!(code, Some(0), "{log}");
    log
}

#[tokio::test]
async fn a_collector_that_hangs_delays_no_request_and_no_stop() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let node = Node::start(&settings(&address)).await;
    node.browser.fetch("/api/session").await;
    let held = tokio::task::spawn_blocking(move || listener.accept().expect("an export"));
    let _held = held.await.expect("it is under way");
    serve_and_stop(node).await;
}

#[tokio::test]
async fn a_collector_that_is_away_costs_no_request_anything() {
    let node = Node::start(&settings(&format!("http://127.0.0.1:{}", free_port()))).await;
    serve_and_stop(node).await;
}

#[tokio::test]
async fn a_collector_that_answers_rubbish_costs_no_request_anything() {
    for status in [200, 400, 503] {
        let rubbish = ResponseTemplate::new(status).set_body_string("rubbish");
        let collector = Collector::answering(rubbish).await;
        let node = Node::start(&settings(&collector.address())).await;
        node.browser.fetch("/api/session").await;
        collector.await_export().await;
        serve_and_stop(node).await;
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_at_the_start() {
    use crate::harness::process::Process;
    let address = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://not an address");
    let settings = [
        ("PORT", "0"),
        ("APPLICATION_VANITY_DOMAIN", "localhost:1"),
        address,
    ];
    let (code, output) = Process::start(&settings, &[]).ended();
    assert_eq!(code, Some(2), "{output}");
    assert!(output.contains("traces cannot be exported"), "{output}");
    assert!(output.contains("OTEL_EXPORTER_OTLP_ENDPOINT"), "{output}");
}
