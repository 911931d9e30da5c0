//! `POST /api/payments`: an example of an action that requires a second factor. No money moves.

use actix_web::{
    Error,
    web::{Data, Json},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::Clock;
use utoipa::ToSchema;

use crate::error::{ApiError, GuardProblems, Problem};

/// Characters of the longest name of a recipient.
const MAX_RECIPIENT: usize = 80;
/// The largest amount.
const MAX_AMOUNT: u32 = 1_000_000;

/// A payment.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Payment {
    /// The recipient.
    #[schema(min_length = 1, max_length = 80)]
    recipient: String,
    /// Cents.
    #[schema(minimum = 1, maximum = 1_000_000)]
    amount: u32,
}

/// The receipt of a payment.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The recipient.
    recipient: String,
    /// Cents.
    amount: u32,
    /// RFC 3339 UTC.
    #[schema(value_type = String, format = DateTime)]
    paid_at: Timestamp,
}

/// Pays, after a sign-in with a second factor.
#[utoipa::path(
    post, path = "/api/payments", operation_id = "pay",
    request_body = Payment,
    responses(
        (status = 200, body = Receipt),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "no recipient, or an amount that is not allowed"),
        (status = 403, body = Problem, content_type = "application/problem+json",
            description = "the sign-in had no second factor: sign in again with `acr_values`"),
        GuardProblems,
    )
)]
pub async fn pay(
    payment: Result<Json<Payment>, Error>,
    clock: Data<Clock>,
) -> Result<Json<Receipt>, ApiError> {
    let Payment { recipient, amount } = payment.map_err(|_| ApiError::InvalidRequest)?.into_inner();
    let length = recipient.trim().chars().count();
    if !(1..=MAX_RECIPIENT).contains(&length) || !(1..=MAX_AMOUNT).contains(&amount) {
        return Err(ApiError::InvalidRequest);
    }
    Ok(Json(Receipt {
        recipient,
        amount,
        paid_at: clock.now(),
    }))
}
