//! A browser as the server sees it: it keeps cookies, says where requests come from, and follows
//! nothing by itself.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use reqwest::{Method, RequestBuilder, header};

pub use super::answer::Answer;

/// One browser with its own cookie jar.
pub struct Browser {
    http: reqwest::Client,
    origin: String,
    /// True if cookies must be `Secure`, with the prefix `__Host-Http-`.
    secure: bool,
    jar: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    pub fn new(origin: &str) -> Self {
        let http = reqwest::Client::builder()
            // Less than the 5 s after which the server closes it, perhaps during the next request.
            .pool_idle_timeout(Duration::from_secs(1))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        Self {
            http: http.expect("client"),
            origin: origin.to_owned(),
            secure: true,
            jar: Mutex::default(),
        }
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The same connection with other cookies.
    pub fn with_cookies(&self, cookies: BTreeMap<String, String>) -> Self {
        Self {
            http: self.http.clone(),
            origin: self.origin.clone(),
            secure: self.secure,
            jar: Mutex::new(cookies),
        }
    }

    /// For an application whose cookies are not `Secure`.
    pub fn with_plain_cookies(origin: &str) -> Self {
        Self {
            secure: false,
            ..Self::new(origin)
        }
    }

    /// Opens an address in a tab.
    pub async fn open(&self, path: &str) -> Answer {
        self.navigate(path, "none").await
    }

    /// Follows a link of another site.
    pub async fn open_from_another_site(&self, path: &str) -> Answer {
        self.navigate(path, "cross-site").await
    }

    /// Comes back from the provider, twice where the application asks whether this browser keeps
    /// cookies.
    pub async fn come_back(&self, path: &str) -> Answer {
        let answer = self.open_from_another_site(path).await;
        let asked = format!("{path}&cookies=asked");
        if answer
            .headers
            .get(header::LOCATION)
            .is_some_and(|to| *to == asked)
        {
            return self.open_from_another_site(&asked).await;
        }
        answer
    }

    async fn navigate(&self, path: &str, site: &str) -> Answer {
        let request = match site {
            "cross-site" => self.request_of_another_site(path),
            _ => self.request(Method::GET, path),
        };
        let request = request
            .header("sec-fetch-site", site)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document");
        self.send(request).await
    }

    /// Opens an address of a server that may be gone.
    pub async fn try_open(&self, path: &str) -> Option<Answer> {
        let request = self
            .request(Method::GET, path)
            .header("sec-fetch-site", "none");
        let response = request
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document")
            .send()
            .await;
        let answer = Answer::try_read(response.ok()?).await?;
        self.keep(&answer);
        Some(answer)
    }

    /// Sends a form of a page of the application.
    pub async fn submit(&self, path: &str) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(header::ORIGIN, &self.origin);
        let request = request
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document");
        self.send(request).await
    }

    /// `fetch` by a page of the application.
    pub async fn fetch(&self, path: &str) -> Answer {
        let request = self.request(Method::GET, path);
        let request = request
            .header("sec-fetch-site", "same-origin")
            .header("sec-fetch-mode", "cors")
            .header("sec-fetch-dest", "empty");
        self.send(request).await
    }

    /// A request without any headers of a browser, but with its cookies.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies = self.cookie_header();
        self.request_with(method, path, cookies)
    }

    /// The same, led here by another site: without what is `SameSite=Strict`.
    fn request_of_another_site(&self, path: &str) -> RequestBuilder {
        let cookies = joined(self.cookies().iter().filter(|(name, _)| is_lax(name)));
        self.request_with(Method::GET, path, cookies)
    }

    fn request_with(&self, method: Method, path: &str, cookies: String) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.origin));
        if cookies.is_empty() {
            request
        } else {
            request.header(header::COOKIE, cookies)
        }
    }

    /// Sends a request and keeps the cookies of the answer.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = Answer::read(request.send().await.expect("the backend answers")).await;
        self.keep(&answer);
        answer
    }

    /// Applies `Set-Cookie` as a browser does; checks what every cookie of ours must carry (ASVS
    /// 3.3).
    pub fn keep(&self, answer: &Answer) {
        let mut jar = self.jar.lock().expect("jar");
        for line in &answer.set_cookies {
            let (pair, attributes) = line.split_once(';').expect("a cookie has attributes");
            let (name, value) = pair.split_once('=').expect("a cookie has a value");
            let deleted = attributes.contains("Max-Age=0");
            let previous = deleted && name.starts_with("__Host-");
            let same_site = match (previous, is_lax(name)) {
                (true, _) => "SameSite=",
                (false, true) => "SameSite=Lax",
                (false, false) => "SameSite=Strict",
            };
            for attribute in ["HttpOnly", same_site, "Path=/", "Max-Age="] {
                assert!(
                    attributes.contains(attribute),
                    "{name} lacks {attribute}: {attributes}"
                );
            }
            let secure = name.starts_with("__Host-Http-") || name == "__Host-session-device";
            assert!(previous || secure == self.secure, "{line}");
            let secure = name.starts_with("__Host-");
            assert_eq!(attributes.contains("Secure"), secure, "{line}");
            assert!(!attributes.contains("Domain"), "{line}");
            assert!(pair.len() <= 4096, "{name} takes {} bytes", pair.len());
            if deleted {
                assert_eq!(value, "", "a deleted cookie is empty");
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub fn cookie_header(&self) -> String {
        joined(self.cookies().iter())
    }

    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.jar.lock().expect("jar").clone()
    }

    pub fn set_cookies(&self, cookies: BTreeMap<String, String>) {
        *self.jar.lock().expect("jar") = cookies;
    }

    /// The names of the cookies that hold the sealed session, in their order; none in server-side
    /// modes.
    pub fn session_parts(&self) -> Vec<String> {
        let mut parts = self.session_cookies();
        parts.retain(|name| name != "__Host-Http-session" && name != "app-session");
        parts.sort_by_key(|name| {
            name.rsplit('.')
                .next()
                .and_then(|n| n.parse::<usize>().ok())
        });
        parts
    }

    /// The names of the cookies that hold the session, without the login attempts'.
    pub fn session_cookies(&self) -> Vec<String> {
        self.cookies()
            .into_keys()
            .filter(|name| name.starts_with("__Host-Http-session"))
            .collect()
    }
}

/// Login attempts come along when another site leads here; nothing else does.
fn is_lax(name: &str) -> bool {
    name.contains("login.")
}

fn joined<'a>(cookies: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    let pairs = cookies.map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("; ")
}

/// The text in a cookie's value.
pub fn percent_decoded(value: &str) -> String {
    url::form_urlencoded::parse(format!("v={}", value.replace('+', "%2B")).as_bytes())
        .next()
        .expect("it")
        .1
        .into()
}
