//! Traces: a span for each request, and below it one for each call to the provider and each refresh
//! that it began. They go to a collector by OpenTelemetry (OTLP over HTTP), from a thread that no
//! request waits for.
//!
//! Only with the feature `otlp`. What is never in the log is in no span either, nor is what a
//! client asked for: a span has the pattern of its route. Lines of the log are not exported.

use std::{sync::OnceLock, time::Duration};

use actix_web::{
    Error,
    dev::{Service, ServiceRequest, ServiceResponse},
};
use anyhow::Context as _;
use futures_util::future::Either;
use opentelemetry::{
    Context, KeyValue,
    trace::{FutureExt, Span, SpanKind, SpanRef, Status, TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracer, SdkTracerProvider},
};

use crate::telemetry::{WHERE_TO_SEND_TRACES, first_set};

/// How long a stop waits for a collector to take what is left.
const LAST_EXPORT: Duration = Duration::from_secs(3);
/// Other methods are not named: anybody may make some up.
const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
];
/// What says how spans are written; protobuf, where neither is set.
const PROTOCOLS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
];

/// Empty while nothing is exported.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// The export, until it is stopped.
#[derive(Debug)]
pub struct Export(Option<SdkTracerProvider>);

/// Begins to export, when the standard variables of OpenTelemetry say where to. `node` is what the
/// spans call this process.
///
/// # Errors
/// When one of those variables makes no sense.
pub fn start(node: &str) -> anyhow::Result<Export> {
    let Some(variable) = first_set(&WHERE_TO_SEND_TRACES) else {
        tracing::info!("no traces are exported: OTEL_EXPORTER_OTLP_ENDPOINT is not set");
        return Ok(Export(None));
    };
    let mut exporter = SpanExporter::builder().with_http();
    if first_set(&PROTOCOLS).is_none() {
        exporter = exporter.with_protocol(Protocol::HttpBinary);
    }
    let exporter = exporter.build().context("traces cannot be exported")?;
    let resource = Resource::builder()
        .with_attribute(KeyValue::new("service.instance.id", node.to_owned()))
        .build();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build();
    let _ = TRACER.set(provider.tracer(env!("CARGO_PKG_NAME")));
    tracing::info!("traces are exported, see {variable}");
    Ok(Export(Some(provider)))
}

impl Export {
    /// Exports what is left. A collector that does not take it is not waited for long.
    pub async fn stop(self) {
        if let Some(provider) = self.0 {
            let last = move || provider.shutdown_with_timeout(LAST_EXPORT);
            // A failure is in the log already.
            let _ = tokio::task::spawn_blocking(last).await;
        }
    }
}

/// The middleware: the answer to a request, within a span of its own.
pub fn request<S, B>(
    request: ServiceRequest,
    app: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, Error>> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    let Some(tracer) = TRACER.get() else {
        return Either::Left(app.call(request));
    };
    let method = known_method(request.method().as_str());
    let span = tracer
        .span_builder(method.unwrap_or("HTTP"))
        .with_kind(SpanKind::Server)
        .with_attributes([http_method(method)])
        .start_with_context(tracer, &Context::new());
    let context = Context::new().with_span(span);
    let entered = context.clone().attach();
    let answer = app.call(request);
    drop(entered);
    Either::Right(async move {
        let answer = answer.with_context(context.clone()).await;
        let span = context.span();
        if let Ok(answer) = &answer
            // The single-page app's files have none.
            && let Some(route) = answer.request().match_pattern().filter(|route| !route.is_empty())
        {
            span.update_name(format!("{} {route}", method.unwrap_or("HTTP")));
            span.set_attribute(KeyValue::new("http.route", route));
        }
        let status = match &answer {
            Ok(answer) => answer.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        answered(&span, status.as_u16());
        answer
    })
}

fn answered(span: &SpanRef<'_>, status: u16) {
    span.set_attribute(status_code(status));
    if status >= 500 {
        span.set_attribute(KeyValue::new("error.type", status.to_string()));
        span.set_status(Status::error(""));
    }
    span.end();
}

/// A call to the provider, under way.
#[derive(Debug)]
pub(crate) struct Call(Option<opentelemetry_sdk::trace::Span>);

impl Call {
    /// Begins a span for this call: method and path, which for a provider is one of few.
    pub(crate) fn begin(call: &reqwest::Request) -> Self {
        let begin = |tracer: &SdkTracer| {
            let (method, url) = (known_method(call.method().as_str()), call.url());
            let host = url.host_str().unwrap_or_default().to_owned();
            let port = url.port_or_known_default().unwrap_or_default();
            tracer
                .span_builder(format!("{} {}", method.unwrap_or("HTTP"), url.path()))
                .with_kind(SpanKind::Client)
                .with_attributes([
                    http_method(method),
                    KeyValue::new("server.address", host),
                    KeyValue::new("server.port", i64::from(port)),
                ])
                .start(tracer)
        };
        Self(TRACER.get().map(begin))
    }

    /// Ends the span, with what came of the call.
    pub(crate) fn end(self, outcome: &reqwest::Result<reqwest::Response>) {
        let Some(mut span) = self.0 else { return };
        let error = match outcome {
            Ok(answer) => {
                let status = answer.status();
                span.set_attribute(status_code(status.as_u16()));
                (status.as_u16() >= 400).then(|| status.as_u16().to_string())
            }
            Err(error) if error.is_timeout() => Some("timeout".to_owned()),
            Err(_) => Some("connection".to_owned()),
        };
        if let Some(error) = error {
            span.set_attribute(KeyValue::new("error.type", error));
            span.set_status(Status::error(""));
        }
        span.end();
    }
}

/// A piece of work, within a span of its own.
pub(crate) fn within<T, E>(
    name: &'static str,
    work: impl Future<Output = Result<T, E>>,
) -> impl Future<Output = Result<T, E>> {
    let context = match TRACER.get() {
        Some(tracer) => Context::current_with_span(tracer.start(name)),
        None => Context::current(),
    };
    async move {
        let outcome = work.with_context(context.clone()).await;
        if outcome.is_err() {
            context.span().set_status(Status::error(""));
        }
        // Now, not when the last task that it began is done.
        context.span().end();
        outcome
    }
}

fn known_method(method: &str) -> Option<&'static str> {
    METHODS.into_iter().find(|known| *known == method)
}

fn http_method(method: Option<&'static str>) -> KeyValue {
    KeyValue::new("http.request.method", method.unwrap_or("_OTHER"))
}

fn status_code(status: u16) -> KeyValue {
    KeyValue::new("http.response.status_code", i64::from(status))
}
