//! Revocation of refresh tokens (RFC 7009).

use std::{sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use tokio::task::JoinHandle;

use crate::{
    Error, Token, client_authentication::post_form, context::Context, http::RESPONSE_TIMEOUT,
};

const FIRST_RETRY_DELAY: Duration = Duration::from_millis(500);
const MAX_RETRIES: usize = 5;

pub(crate) async fn revoke(context: &Context, refresh_token: &Token) -> Result<(), Error> {
    let Some(endpoint) = context.metadata().await?.revocation_endpoint.clone() else {
        return Ok(());
    };
    let form = [
        ("token", refresh_token.expose()),
        ("token_type_hint", "refresh_token"),
    ];
    post_form(context, endpoint, &form, RESPONSE_TIMEOUT)
        .await?
        .ok()?;
    Ok(())
}

pub(crate) fn revoke_in_background(
    context: Arc<Context>,
    refresh_token: Token,
) -> JoinHandle<bool> {
    let retries = ExponentialBuilder::default()
        .with_min_delay(FIRST_RETRY_DELAY)
        .with_max_times(MAX_RETRIES)
        .with_jitter();
    let background = context.http.background.clone();
    background.spawn(async move {
        let revoked = (|| revoke(&context, &refresh_token))
            .retry(retries)
            .notify(|error, pause| tracing::warn!(%error, ?pause, "refresh token not revoked yet"))
            .await;
        if let Err(error) = &revoked {
            tracing::error!(%error, "refresh token not revoked; it ends with its own lifetime");
        }
        revoked.is_ok()
    })
}
