//! `GET /api/admin/node`: an example of a route for administrators. Counts of this node; nothing
//! about a user.

use actix_web::web::{Data, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    error::{GuardProblems, Problem},
    metrics,
};
use sessions::Sessions;

/// Counts of this node since its start.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NodeCounts {
    /// The name of the node.
    node: String,
    /// Sessions that began here.
    sessions_begun: u64,
    /// Refreshes of access tokens here.
    tokens_refreshed: u64,
    /// Event streams that are open here now.
    event_streams: u64,
}

/// Counts of this node, for administrators.
#[utoipa::path(
    get, path = "/api/admin/node", operation_id = "getNodeCounts",
    responses(
        (status = 200, body = NodeCounts),
        (
            status = 403, description = "not an administrator",
            body = Problem, content_type = "application/problem+json"
        ),
        GuardProblems,
    )
)]
pub async fn node(sessions: Data<Sessions>) -> Json<NodeCounts> {
    let text = metrics::render();
    let value = |series| metrics::value(&text, series);
    Json(NodeCounts {
        node: sessions.node().to_owned(),
        sessions_begun: value("sessions_begun_total"),
        tokens_refreshed: value("session_refreshes_total{outcome=\"renewed\"}"),
        event_streams: value("session_event_streams"),
    })
}
