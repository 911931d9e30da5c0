//! `GET /api/session/events`: a stream of the events of this browser's session (Server-Sent Events,
//! HTML Living Standard section 9.2).

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{
        Method,
        header::{HeaderName, HeaderValue, RETRY_AFTER},
    },
    web::{Bytes, Data},
};
use futures_util::stream::{self, StreamExt};

use crate::error::{ApiError, GuardProblems, Problem};
use sessions::{
    Sessions,
    actix::SessionCookies,
    event_streams::{Event, EventStream, Next},
};

/// The first line of a stream: the browser reconnects 2 s after it breaks.
const OPENING: &[u8] = b"retry: 2000\n\n";
/// The last line of an evicted stream: the browser reconnects after 60 s.
const RECONNECT_LATER: &[u8] = b"retry: 60000\n\n";
/// Turns off the buffering of nginx.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Events of this session: each message is one `SessionEvent`. The stream ends with the session. It
/// does not count as activity, and needs no access token.
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
    let live = sessions.find(&request).await.inspect_err(|_| {
        // `EventSource` hides the status of a refused stream. Keep the cookies, so that the page's
        // next `GET /api/session` can report the end reason.
        request.extensions_mut().remove::<SessionCookies>();
    })?;
    let mut answer = HttpResponse::Ok();
    answer
        .content_type("text/event-stream")
        .insert_header((ACCEL_BUFFERING, HeaderValue::from_static("no")));
    if request.method() == Method::HEAD {
        return Ok(answer.streaming(stream::empty::<actix_web::Result<Bytes>>()));
    }
    let until = sessions.proven_until(&request, &live);
    let Ok(events) = sessions.follow(live).map(|events| events.until(until)) else {
        let mut refusal = HttpResponse::from_error(ApiError::RateLimited);
        refusal.headers_mut().insert(RETRY_AFTER, 5.into());
        return Ok(refusal);
    };
    let opening = stream::once(async { Ok::<_, actix_web::Error>(Bytes::from_static(OPENING)) });
    let messages = stream::unfold(events, |mut events: EventStream| async {
        let next = events.next().await?;
        Some((message(&next).map_err(Into::into), events))
    });
    Ok(answer.streaming(opening.chain(messages)))
}

fn message(next: &Next) -> serde_json::Result<Bytes> {
    Ok(match next {
        Next::Event(event) => format!("data: {}\n\n", serde_json::to_string(event)?).into(),
        Next::Heartbeat => Bytes::from_static(b":\n\n"),
        Next::Evicted => Bytes::from_static(RECONNECT_LATER),
    })
}
