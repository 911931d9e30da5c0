//! The JSON body with which a server tells the browser about a bound session.

use serde_json::json;

/// The body that ends the bound session in the browser. The status is 200.
pub const END: &str = r#"{"continue":false}"#;

/// Session instructions: the body of a successful registration. A refresh may repeat them.
#[derive(Clone, Copy, Debug)]
pub struct Instructions<'a> {
    /// The name of the session, unique within the site.
    pub session_identifier: &'a str,
    /// The address to which the browser sends refreshes: a URL or a path.
    pub refresh_url: &'a str,
    /// The name of the bound cookie.
    pub cookie: &'a str,
    /// Its attributes as in `Set-Cookie`, without `Max-Age` and `Expires`. If others differ, the
    /// browser does not recognise the cookie.
    pub attributes: &'a str,
    /// Paths (with all below them) whose requests do not wait for a refresh, such as `/assets`.
    pub exclude: &'a [&'a str],
}

impl Instructions<'_> {
    /// The body, as JSON. The scope is the origin that serves it.
    pub fn to_json(&self) -> String {
        let rule = |path| json!({ "type": "exclude", "domain": "*", "path": path });
        let rules: Vec<_> = self.exclude.iter().map(rule).collect();
        json!({
            "session_identifier": self.session_identifier,
            "refresh_url": self.refresh_url,
            "scope": { "include_site": false, "scope_specification": rules },
            "credentials": [
                { "type": "cookie", "name": self.cookie, "attributes": self.attributes }
            ],
        })
        .to_string()
    }
}
