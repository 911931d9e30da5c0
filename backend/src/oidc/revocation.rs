//! Revocation of refresh tokens (RFC 7009).

use std::{sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use tokio::task::JoinHandle;

use super::{Client, ProviderError, Token};

impl Client {
    /// Revokes a refresh token, and with it what it led to. A provider without the endpoint revokes
    /// nothing.
    ///
    /// # Errors
    /// When the provider does not confirm.
    pub async fn revoke(&self, refresh_token: &Token) -> Result<(), ProviderError> {
        let Some(endpoint) = self.provider().await?.revocation_endpoint.clone() else {
            return Ok(());
        };
        let form = [
            ("token", refresh_token.expose()),
            ("token_type_hint", "refresh_token"),
        ];
        self.post_form(endpoint, &form).await?.ok()?;
        Ok(())
    }

    /// Revokes a refresh token that nobody uses any more, and gives back whether that succeeded.
    /// Nobody has to wait for it: a provider that does not answer must not keep anybody signed in.
    pub fn revoke_in_background(
        self: &Arc<Self>,
        refresh_token: Option<Token>,
    ) -> Option<JoinHandle<bool>> {
        let refresh_token = refresh_token?;
        let client = Arc::clone(self);
        let retries = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(500))
            .with_max_times(5)
            .with_jitter();
        Some(self.http.background.spawn(async move {
            let revoked = (|| client.revoke(&refresh_token))
                .retry(retries)
                .notify(
                    |error, pause| tracing::warn!(%error, ?pause, "refresh token not revoked yet"),
                )
                .await;
            if let Err(error) = &revoked {
                tracing::error!(%error, "refresh token not revoked; it ends with its own lifetime");
            }
            revoked.is_ok()
        }))
    }
}
