//! `GET /api/session`: who is signed in. The single-page app fills its auth context from it.

use actix_web::web::{Data, Json, ReqData};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    error::Problem,
    session::{Handle, Sessions, StoreKind, guard::Authenticated, session_cookies},
    user::Role,
};

/// The session as Wristband's React SDK expects it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionResponse {
    /// The user's id at the provider.
    user_id: String,
    /// The id of the user's tenant.
    tenant_id: String,
    metadata: SessionMetadata,
}

/// What a page wants to know beyond the ids.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionMetadata {
    name: Option<String>,
    email: Option<String>,
    email_verified: Option<bool>,
    tenant_name: Option<String>,
    identity_provider: Option<String>,
    roles: Vec<Role>,
    session: SessionFacts,
}

/// The session's own facts. Times are RFC 3339 UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionFacts {
    /// The session's public name.
    #[schema(value_type = String)]
    handle: Handle,
    /// Where it is kept.
    store: StoreKind,
    /// When the user signed in.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last used, to the minute.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    /// When it ends if it is not used again.
    #[schema(value_type = String, format = DateTime)]
    idle_expires_at: Timestamp,
    /// When it ends, used or not.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// When its access token expires; it is renewed by itself.
    #[schema(value_type = String, format = DateTime)]
    access_token_expires_at: Timestamp,
    /// When the access token was last renewed; null: not since the sign-in.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    token_refreshed_at: Option<Timestamp>,
    /// The request that renewed it, e.g. `GET /api/profile`.
    #[schema(required)]
    token_refreshed_by: Option<String>,
    /// The session's cookies, as they came with this request.
    cookies: Vec<CookieFacts>,
}

/// One cookie. Its value is nobody's business.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CookieFacts {
    /// Its name.
    name: String,
    /// Bytes of name and value; browsers drop a cookie with more than 4,096.
    bytes: usize,
    /// What it was set with.
    attributes: &'static str,
}

/// The session of this browser. With `?slide=false` the request does not count as activity.
#[utoipa::path(
    get, path = "/api/session", operation_id = "getSession",
    params(("slide" = Option<bool>, Query, description = "`false`: this request does not count as activity")),
    responses(
        (status = 200, body = SessionResponse),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "not signed in"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "temporarily unavailable; still signed in"),
    )
)]
pub async fn session(
    current: ReqData<Authenticated>,
    sessions: Data<Sessions>,
) -> Json<SessionResponse> {
    let Authenticated { handle, session } = current.into_inner();
    let (timeouts, attributes) = (sessions.timeouts(), sessions.cookies().attributes());
    let facts = SessionFacts {
        handle,
        store: sessions.kind(),
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
        idle_expires_at: session.idle_expires_at(timeouts),
        expires_at: session.expires_at(timeouts),
        access_token_expires_at: session.tokens.access_token_expires_at,
        token_refreshed_at: (session.tokens.renewals > 0).then_some(session.tokens.issued_at),
        token_refreshed_by: session.tokens.renewed_by,
        cookies: session_cookies()
            .into_iter()
            .map(|cookie| CookieFacts {
                name: cookie.name,
                bytes: cookie.bytes,
                attributes,
            })
            .collect(),
    };
    let user = session.user;
    Json(SessionResponse {
        user_id: user.id,
        tenant_id: user.tenant_id,
        metadata: SessionMetadata {
            name: user.name,
            email: user.email,
            email_verified: user.email_verified,
            tenant_name: user.tenant_name,
            identity_provider: user.identity_provider,
            roles: user.roles,
            session: facts,
        },
    })
}
