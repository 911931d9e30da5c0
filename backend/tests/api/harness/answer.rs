//! The response to a browser.

use reqwest::{Response, StatusCode, header};

/// An answer, with what its cookies said.
pub struct Answer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub set_cookies: Vec<String>,
    pub body: String,
}

impl Answer {
    pub(super) async fn read(response: Response) -> Self {
        Self::try_read(response).await.expect("a body")
    }

    pub(super) async fn try_read(response: Response) -> Option<Self> {
        let (status, headers) = (response.status(), response.headers().clone());
        let set_cookies = headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|value| value.to_str().expect("text").to_owned())
            .collect();
        Some(Self {
            status,
            headers,
            set_cookies,
            body: response.text().await.ok()?,
        })
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.body))
            .to_str()
            .expect("text")
    }

    /// One parameter of the address that this answer redirects to.
    pub fn location_parameter(&self, name: &str) -> Option<String> {
        let base = url::Url::parse("http://app.invalid").expect("url");
        let location = base.join(self.location()).expect("an address");
        location
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The reason, if this response redirects to the error page.
    pub fn login_error(&self) -> Option<String> {
        self.location()
            .starts_with("/login-error?")
            .then(|| self.location_parameter("reason"))
            .flatten()
    }

    /// The names of the cookies that this answer deletes.
    pub fn deleted_cookies(&self) -> Vec<&str> {
        let deleted = self
            .set_cookies
            .iter()
            .filter(|line| line.contains("Max-Age=0"));
        deleted
            .filter_map(|line| line.split_once('='))
            .map(|(name, _)| name)
            .collect()
    }

    /// Returns `true` if this response redirects to the provider, to sign in.
    pub fn asks_for_sign_in(&self) -> bool {
        self.status == 302 && self.location().contains("/api/v1/oauth2/authorize?")
    }

    /// A problem document with this status and code; `/api` has no other errors.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(
            self.headers[header::CONTENT_TYPE],
            "application/problem+json"
        );
        assert_eq!(self.json()["code"], code);
        assert_eq!(
            self.headers.contains_key(header::RETRY_AFTER),
            matches!(status, 429 | 503)
        );
    }
}
