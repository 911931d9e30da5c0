//! `POST /api/csp-reports`: reports of browsers about violations of the content security policy
//! (`report-uri` of CSP level 3, ASVS 3.4.7): attacks, or our own mistakes.

use actix_web::{HttpResponse, web::Bytes};
use serde::Deserialize;

use crate::{error::ApiError, events};

/// Characters of a value in the log.
const MAX_LOGGED: usize = 200;

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "csp-report")]
    report: Report,
}

/// The fields of a report that are logged.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    effective_directive: Option<String>,
    violated_directive: Option<String>,
    blocked_uri: Option<String>,
    document_uri: Option<String>,
}

/// Logs a report, without queries, which may contain an authorization code.
pub async fn csp_reports(body: Result<Bytes, actix_web::Error>) -> Result<HttpResponse, ApiError> {
    let body = body.map_err(|_| ApiError::InvalidRequest)?;
    let message: Message = serde_json::from_slice(&body).map_err(|_| ApiError::InvalidRequest)?;
    let report = message.report;
    let directive = report.effective_directive.or(report.violated_directive);
    events::policy_violated(
        &place(directive),
        &place(report.blocked_uri),
        &place(report.document_uri),
    );
    Ok(HttpResponse::NoContent().finish())
}

/// A URL without query and fragment, cut to [`MAX_LOGGED`] characters.
fn place(value: Option<String>) -> String {
    let value = value.unwrap_or_default();
    let place = value.split(['?', '#']).next().unwrap_or_default();
    place.chars().take(MAX_LOGGED).collect()
}
