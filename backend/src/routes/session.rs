//! `GET /api/session`: the signed-in user, for the auth context of the single-page app.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::header::ContentType,
    web::{Bytes, Data, ReqData},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{ApiError, GuardProblems};
use sessions::Role;
use sessions::{DeviceProof, Handle, LiveSession, Sessions, StoreKind, actix::SessionCookies};

/// The session as Wristband's React SDK expects it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionResponse<'a> {
    /// The user's id at the provider.
    user_id: &'a str,
    /// The id of the user's tenant.
    tenant_id: &'a str,
    metadata: SessionMetadata<'a>,
}

/// Claims of the user and facts about the session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionMetadata<'a> {
    name: Option<&'a str>,
    email: Option<&'a str>,
    email_verified: Option<bool>,
    tenant_name: Option<&'a str>,
    identity_provider: Option<&'a str>,
    roles: &'a [Role],
    session: SessionFacts<'a>,
}

/// The session's own facts. Times are RFC 3339 UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionFacts<'a> {
    /// The session's public name.
    #[schema(value_type = String)]
    handle: Handle,
    /// The store that keeps it.
    store: StoreKind,
    /// Time of the sign-in.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Time of the last use, to the minute.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    /// End if it is not used again.
    #[schema(value_type = String, format = DateTime)]
    idle_expires_at: Timestamp,
    /// End, used or not.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Time of the user's authentication; null: the provider does not say.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    authenticated_at: Option<Timestamp>,
    /// The class of the user's authentication; null: the provider does not say.
    #[schema(required)]
    acr: Option<&'a str>,
    /// The methods of the user's authentication (RFC 8176).
    amr: &'a [String],
    /// Expiry of the access token, which is refreshed automatically.
    #[schema(value_type = String, format = DateTime)]
    access_token_expires_at: Timestamp,
    /// Time since which the session works only on this device; absent: it works anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    device_bound_at: Option<Timestamp>,
    /// The last proof of the device, and the end of its bound cookie; absent: not bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_proof: Option<DeviceProof>,
    /// Time since which the identity provider could not confirm the session; null: confirmed. In an
    /// outage this route works for 15 minutes; besides it, only the events and the sign-out do.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    unverified_since: Option<Timestamp>,
    /// Time of the last refresh of the access token; null: none since the sign-in.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    token_refreshed_at: Option<Timestamp>,
    /// The request that refreshed it, e.g. `GET /api/profile`.
    #[schema(required)]
    token_refreshed_by: Option<&'a str>,
    /// The session's cookies in this request.
    cookies: Vec<CookieFacts<'a>>,
}

/// One cookie, without its value.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CookieFacts<'a> {
    /// Its name.
    name: &'a str,
    /// Bytes of name and value; browsers drop a cookie with more than 4,096.
    bytes: usize,
    /// The attributes with which it was set.
    attributes: &'static str,
}

/// The session of this browser. With `?slide=false` the request does not count as activity.
#[utoipa::path(
    get, path = "/api/session", operation_id = "getSession",
    params((
        "slide" = Option<bool>,
        Query,
        description = "`false`: this request does not count as activity"
    )),
    responses(
        (status = 200, body = SessionResponse),
        GuardProblems,
    )
)]
pub async fn session(
    request: HttpRequest,
    current: ReqData<LiveSession>,
    sessions: Data<Sessions>,
) -> Result<HttpResponse, ApiError> {
    let session = &current.session;
    let extensions = request.extensions();
    let cookies = extensions.get::<SessionCookies>();
    let cookies: Vec<_> = cookies
        .into_iter()
        .flat_map(SessionCookies::arrived)
        .collect();
    let unverified_since = sessions.unverified_since(session);
    let proof = sessions.device_proof(&request);
    let make = || {
        let body = response(&current, &sessions, &cookies, proof, unverified_since);
        serde_json::to_vec(&body).map(Bytes::from)
    };
    // Most requests get the same response as the last one.
    let json = match unverified_since {
        Some(_) => make(),
        None => {
            let room = session.max_cached_response();
            session
                .cached_response
                .get_or_make(&cookies, proof, room, make)
        }
    };
    Ok(HttpResponse::Ok()
        .insert_header(ContentType::json())
        .body(json.map_err(ApiError::internal)?))
}

fn response<'a>(
    LiveSession { handle, session }: &'a LiveSession,
    sessions: &Sessions,
    cookies: &[(&'a str, usize)],
    device_proof: Option<DeviceProof>,
    unverified_since: Option<Timestamp>,
) -> SessionResponse<'a> {
    let (timeouts, user, tokens) = (sessions.timeouts(), &session.user, &session.tokens);
    let attributes = sessions.cookies().attributes();
    let cookies = cookies.iter().map(|&(name, bytes)| CookieFacts {
        name,
        bytes,
        attributes,
    });
    let facts = SessionFacts {
        handle: *handle,
        store: sessions.kind(),
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
        idle_expires_at: session.idle_expires_at(timeouts),
        expires_at: session.expires_at(timeouts),
        authenticated_at: session.authenticated_at,
        acr: session.acr.as_deref(),
        amr: &session.amr,
        access_token_expires_at: tokens.access_token_expires_at,
        device_bound_at: session.device.as_ref().map(|device| device.bound_at),
        device_proof,
        unverified_since,
        token_refreshed_at: (tokens.own_refresh_count() > 0).then_some(tokens.issued_at),
        token_refreshed_by: tokens.refreshed_by.as_deref(),
        cookies: cookies.collect(),
    };
    SessionResponse {
        user_id: &user.id,
        tenant_id: &user.tenant_id,
        metadata: SessionMetadata {
            name: user.name.as_deref(),
            email: user.email.as_deref(),
            email_verified: user.email_verified,
            tenant_name: user.tenant_name.as_deref(),
            identity_provider: user.identity_provider.as_deref(),
            roles: &user.roles,
            session: facts,
        },
    }
}
