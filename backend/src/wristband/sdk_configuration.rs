//! What Wristband says of the application (`GET /clients/{id}/sdk-configuration`), unless it was
//! set by hand.

use serde::Deserialize;
use url::Url;

use super::Wristband;
use crate::oidc::ProviderError;

/// The part of the SDK configuration that a backend needs beside its own settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SdkConfiguration {
    #[serde(default)]
    pub(super) is_application_custom_domain_active: bool,
    pub(super) custom_application_login_page_url: Option<Url>,
    redirect_uri: Option<String>,
}

impl Wristband {
    /// The configuration, asked for once. While the provider does not answer, each call asks again.
    pub(super) async fn sdk_configuration(&self) -> Result<&SdkConfiguration, ProviderError> {
        self.sdk_configuration
            .get_or_try_init(|| async {
                let client = self.oidc.client_id();
                let address = self.api(&format!("/clients/{client}/sdk-configuration"));
                let answer = self.http.send(self.http.get(address)).await?.ok()?;
                let configuration: SdkConfiguration = answer.json()?;
                self.compare(&configuration);
                Ok(configuration)
            })
            .await
    }

    /// Says early what would otherwise show as a puzzling refusal at sign-in.
    fn compare(&self, configuration: &SdkConfiguration) {
        let ours = self.settings.public_url.origin().ascii_serialization();
        if let Some(registered) = &configuration.redirect_uri
            && !registered.starts_with(&ours)
            && self.settings.parse_tenant_from_root_domain.is_none()
        {
            tracing::warn!(
                registered,
                public_url = ours,
                see = "docs/troubleshooting.md#login_failed",
                "the redirect URI registered with Wristband is not below PUBLIC_URL"
            );
        }
    }
}
