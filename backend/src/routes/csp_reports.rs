//! `POST /api/csp-reports`: a browser tells that a page of ours wanted what the content security
//! policy forbids (`report-uri` of CSP level 3, ASVS 3.4.7). It may be an attack, or a mistake.

use actix_web::{HttpResponse, web::Bytes};
use serde::Deserialize;

use crate::{error::ApiError, events};

/// Characters of a value that reach the log.
const LONGEST: usize = 200;

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "csp-report")]
    report: Report,
}

/// What the log is told of a report.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    effective_directive: Option<String>,
    violated_directive: Option<String>,
    blocked_uri: Option<String>,
    document_uri: Option<String>,
}

/// Writes the report to the log: no query, which may hold a code.
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

/// The value without query and fragment, cut short.
fn place(value: Option<String>) -> String {
    let value = value.unwrap_or_default();
    let place = value.split(['?', '#']).next().unwrap_or_default();
    place.chars().take(LONGEST).collect()
}
