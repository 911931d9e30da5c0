//! Wristband's configuration of the application (`GET /clients/{id}/sdk-configuration`), for
//! settings that are not given.

use oidc_client::Error;

use super::application::{SdkConfiguration, Wristband};

impl Wristband {
    /// The configuration, requested until the first response and then kept.
    pub(super) async fn sdk_configuration(&self) -> Result<&SdkConfiguration, Error> {
        self.sdk_configuration
            .get_or_try_init(|| async {
                let client = self.oidc.client_id();
                let address = self.api(&format!("/clients/{client}/sdk-configuration"))?;
                let request = self.http.get(address);
                let configuration: SdkConfiguration = self.http.json(request).await?;
                self.compare(&configuration);
                Ok(configuration)
            })
            .await
    }

    /// Warns of differences that would make Wristband refuse a sign-in.
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
