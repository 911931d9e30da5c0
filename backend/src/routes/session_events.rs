//! `GET /api/session/events`: what happens to the session of this browser, as it happens
//! (Server-Sent Events, HTML Living Standard section 9.2).

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderName, HeaderValue, RETRY_AFTER},
    web::{Bytes, Data},
};
use futures_util::stream::{self, StreamExt};

use crate::{
    error::{ApiError, GuardProblems, Problem},
    session::{
        Sessions,
        event_streams::{Event, EventStream, Next},
    },
};

/// What a browser is told first: after how many milliseconds to come back when the stream breaks.
const OPENING: &[u8] = b"retry: 2000\n\n";
/// What it is told when newer pages of the same session took its place.
const LATER: &[u8] = b"retry: 60000\n\n";
/// Tells nginx to hand on each piece at once.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What happens to this session: each message is one `SessionEvent`. The stream is closed when the
/// session ends. It is no activity, and needs no access token.
#[utoipa::path(
    get, path = "/api/session/events", operation_id = "followSession",
    responses(
        (
            status = 200, body = Event, content_type = "text/event-stream",
            description = "events until the session ends"
        ),
        GuardProblems,
        (
            status = 429, body = Problem, content_type = "application/problem+json",
            description = "too many streams in all"
        ),
    )
)]
pub async fn events(
    request: HttpRequest,
    sessions: Data<Sessions>,
) -> Result<HttpResponse, ApiError> {
    let live = sessions.find(&request).await?;
    let Ok(events) = sessions.follow(live) else {
        let mut refusal = HttpResponse::from_error(ApiError::RateLimited);
        refusal.headers_mut().insert(RETRY_AFTER, 5.into());
        return Ok(refusal);
    };
    let opening = stream::once(async { Ok::<_, actix_web::Error>(Bytes::from_static(OPENING)) });
    let messages = stream::unfold(events, |mut events: EventStream| async {
        let next = events.next().await?;
        Some((message(&next).map_err(Into::into), events))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((ACCEL_BUFFERING, HeaderValue::from_static("no")))
        .streaming(opening.chain(messages)))
}

fn message(next: &Next) -> serde_json::Result<Bytes> {
    Ok(match next {
        Next::Event(event) => format!("data: {}\n\n", serde_json::to_string(event)?).into(),
        Next::Heartbeat => Bytes::from_static(b":\n\n"),
        Next::GiveWay => Bytes::from_static(LATER),
    })
}
