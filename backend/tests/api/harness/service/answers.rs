//! The answers of the service, by the path.

use std::{io, sync::atomic::Ordering, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{self, Bytes, Data},
};
use futures_util::{Stream, StreamExt, stream};
use tokio::time::sleep;

use super::{PART, Received, State};

/// Counts what is dropped before its end.
struct Guard(Data<State>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.cut_off.fetch_add(1, Ordering::SeqCst);
    }
}

pub(super) async fn answer(
    request: HttpRequest,
    mut body: web::Payload,
    state: Data<State>,
) -> HttpResponse {
    state.begun.fetch_add(1, Ordering::SeqCst);
    let path = request.path().trim_start_matches("/orders/").to_owned();
    if path == "attachments/unread" {
        let _guard = Guard(state.clone());
        sleep(Duration::from_secs(3600)).await;
    }
    let (mut length, mut is_complete) = (0, true);
    while let Some(part) = body.next().await {
        match part {
            Ok(part) => length += part.len(),
            Err(_) => {
                is_complete = false;
                break;
            }
        }
    }
    let mut headers: Vec<_> = request.headers().iter().map(text).collect();
    headers.sort();
    let received = Received {
        method: request.method().to_string(),
        target: request.uri().to_string(),
        headers,
        length,
        is_complete,
    };
    let bearer = received.header("authorization").unwrap_or_default();
    let token = bearer.trim_start_matches("Bearer ").to_owned();
    state.received.lock().expect("requests").push(received);
    let refused = state.refused.lock().expect("tokens").clone();
    if refused.iter().any(|refused| token.starts_with(refused)) {
        let mut answer = HttpResponse::Unauthorized();
        if let Some(challenge) = &*state.challenge.lock().expect("a header") {
            answer.insert_header((header::WWW_AUTHENTICATE, challenge.as_str()));
        }
        return answer.finish();
    }
    respond(&path, state).await
}

async fn respond(path: &str, state: Data<State>) -> HttpResponse {
    if let Some(status) = path.strip_prefix("redirects/") {
        let status = StatusCode::from_bytes(status.as_bytes()).expect("a status");
        return HttpResponse::build(status)
            .insert_header((header::LOCATION, "/orders/elsewhere"))
            .finish();
    }
    match path {
        "headers" => all_headers(),
        "missing" => HttpResponse::NotFound().json(serde_json::json!({ "error": "no order" })),
        "failing" => HttpResponse::InternalServerError().body("its own words"),
        "nothing" => HttpResponse::NoContent().finish(),
        "silent" => {
            let _guard = Guard(state);
            sleep(Duration::from_secs(3600)).await;
            HttpResponse::Ok().finish()
        }
        "held" => {
            state.release.notified().await;
            HttpResponse::Ok().finish()
        }
        "endless" => HttpResponse::Ok().streaming(endless(state)),
        "broken" => {
            let half = stream::iter([Ok(Bytes::from_static(b"half"))]);
            let end = stream::once(Box::pin(async {
                sleep(Duration::from_millis(50)).await;
                Err(io::Error::other("it breaks off"))
            }));
            HttpResponse::Ok().streaming(half.chain(end))
        }
        "events" => {
            let event = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"data: 1\n\n"))]);
            let guard = Guard(state);
            let silence = stream::pending().map(move |part| {
                let _ = &guard;
                part
            });
            HttpResponse::Ok()
                .content_type("text/event-stream")
                .streaming(event.chain(silence))
        }
        _ => HttpResponse::Ok().json(serde_json::json!({ "order": 7 })),
    }
}

fn endless(state: Data<State>) -> impl Stream<Item = io::Result<Bytes>> {
    let guard = Guard(state.clone());
    stream::repeat(Bytes::from_static(&[b'x'; PART])).map(move |part| {
        let _ = &guard;
        state.parts.fetch_add(1, Ordering::SeqCst);
        Ok(part)
    })
}

/// A response with every header that means something to a browser.
fn all_headers() -> HttpResponse {
    let mut answer = HttpResponse::Created();
    for (name, value) in [
        ("accept-ranges", "bytes"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-origin", "*"),
        ("alt-svc", "h3=\":443\""),
        ("clear-site-data", "\"cookies\""),
        ("content-disposition", "attachment"),
        ("content-language", "en"),
        ("content-security-policy", "script-src *"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("etag", "\"1\""),
        ("last-modified", "Mon, 30 Nov 2026 10:00:00 GMT"),
        ("link", "</x.js>; rel=preload; as=script"),
        ("location", "http://internal.example/orders/8"),
        ("permissions-policy", "camera=*"),
        ("refresh", "0; url=http://evil.example"),
        ("secure-session-registration", "(ES256); path=\"/x\""),
        ("server", "internal/1.0"),
        ("service-worker-allowed", "/"),
        ("set-cookie", "__Host-Http-session=stolen; Path=/; Secure"),
        ("set-cookie", "other=1"),
        ("sourcemap", "/x.map"),
        ("strict-transport-security", "max-age=0"),
        ("www-authenticate", "Basic realm=\"x\""),
        ("x-content-type-options", "off"),
        ("x-frame-options", "ALLOWALL"),
        ("x-internal", "10.0.0.7"),
    ] {
        answer.append_header((name, value));
    }
    answer
        .content_type("text/html")
        .body("<script src=x.js></script>")
}

fn text((name, value): (&header::HeaderName, &header::HeaderValue)) -> (String, String) {
    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
    (name.as_str().to_owned(), value)
}
