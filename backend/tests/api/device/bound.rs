//! A browser with Device Bound Session Credentials.

use std::time::Duration;

use dbsc::headers;
use futures_util::future::join_all;
use jsonwebtoken::Algorithm;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::{
    event_streams::news::handle_of,
    harness::{
        browser::{Answer, Browser},
        dbsc_device::Device,
        test_app::TestApp,
    },
};

/// Browsers reach the application over https.
pub const HTTPS: &str = "--public-url=https://localhost:6001";
pub const BOUND_COOKIE: &str = "__Host-session-device";
/// The default life of a bound cookie.
pub const LIFE: Duration = Duration::from_secs(600);

const REGISTER: &str = "/api/session/device/register";
const REFRESH: &str = "/api/session/device/refresh";

/// The offer of a registration, in a response.
pub struct Offer {
    pub challenge: String,
    pub authorization: String,
}

impl Offer {
    pub fn of(answer: &Answer) -> Option<Self> {
        let field = answer.headers.get(headers::REGISTRATION)?;
        let field = field.to_str().expect("text");
        let rest = field.strip_prefix(&format!("(ES256 RS256);path=\"{REGISTER}\";challenge=\""));
        let (challenge, rest) = rest.expect("an offer").split_once('"').expect("its end");
        let rest = rest.strip_prefix(";authorization=\"").expect("a reference");
        Some(Self {
            challenge: challenge.to_owned(),
            authorization: rest.trim_end_matches('"').to_owned(),
        })
    }

    /// The proof of a registration with this key.
    pub fn answered_by(&self, device: &Device) -> Vec<u8> {
        let claims = json!({ "jti": self.challenge, "authorization": self.authorization });
        device.field(&device.header(Some(device.jwk())), &claims)
    }
}

/// A request that the browser itself sends.
fn post(browser: &Browser, path: &str) -> RequestBuilder {
    let request = browser.request(Method::POST, path);
    let request = request.header("sec-fetch-site", "same-origin");
    let request = request.header("sec-fetch-mode", "no-cors");
    request.header("sec-fetch-dest", "empty")
}

/// Registers without the session's cookies, as browsers do after the redirect of another site.
pub async fn register(app: &TestApp, browser: &Browser, proof: &[u8]) -> Answer {
    let request = post(&app.browser(), REGISTER).header(headers::RESPONSE, proof);
    let answer = app.browser().send(request).await;
    browser.keep(&answer);
    answer
}

/// Registers with the session's cookies.
pub async fn register_with_cookies(browser: &Browser, proof: &[u8]) -> Answer {
    let request = post(browser, REGISTER).header(headers::RESPONSE, proof);
    browser.send(request).await
}

/// A refresh of the session with this identifier.
pub async fn refresh(browser: &Browser, id: &str, proof: Option<&[u8]>) -> Answer {
    let request = post(browser, REFRESH).header(headers::SESSION_ID, format!("\"{id}\""));
    browser.send(with_proof(request, proof)).await
}

pub fn with_proof(request: RequestBuilder, proof: Option<&[u8]>) -> RequestBuilder {
    match proof {
        Some(proof) => request.header(headers::RESPONSE, proof),
        None => request,
    }
}

/// The challenge in a response.
pub fn challenge(answer: &Answer) -> String {
    let field = answer.headers[headers::CHALLENGE].to_str().expect("text");
    let (challenge, _) = field[1..].split_once('"').expect("its end");
    challenge.to_owned()
}

/// A browser whose session is bound.
pub struct Bound {
    pub browser: Browser,
    pub device: Device,
    /// The handle of the session, and its identifier in the browser.
    pub id: String,
}

impl Bound {
    /// Signs a browser in and binds its session, as soon as browsers do.
    pub async fn on(app: &TestApp) -> Self {
        let browser = app.browser();
        Self::sign_in(app, browser).await
    }

    pub async fn sign_in(app: &TestApp, browser: Browser) -> Self {
        let device = Device::new(Algorithm::ES256);
        let offer = Offer::of(&app.sign_in(&browser).await).expect("an offer");
        let answer = register(app, &browser, &offer.answered_by(&device)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let id = handle_of(&browser).await;
        Self {
            browser,
            device,
            id,
        }
    }

    /// Renews the bound cookie, as the browser does before a request: asks for a challenge, and
    /// signs it.
    pub async fn refresh(&self) -> Answer {
        let asked = refresh(&self.browser, &self.id, None).await;
        if asked.status != 403 {
            return asked;
        }
        let proof = self.device.proof(&challenge(&asked));
        refresh(&self.browser, &self.id, Some(&proof)).await
    }

    /// The cookies of a browser that has lost the bound one, which has expired.
    pub fn without_bound_cookie(&self, app: &TestApp) -> Browser {
        let copy = app.copy_of(&self.browser);
        let mut cookies = copy.cookies();
        cookies.remove(BOUND_COOKIE);
        copy.set_cookies(cookies);
        copy
    }
}

/// Registers several devices for one session at the same moment, with these nodes in turn: one of
/// them is bound.
pub async fn one_of_many_registrations_counts(nodes: &[&TestApp]) {
    let browser = nodes[0].browser();
    let offer = Offer::of(&nodes[0].sign_in(&browser).await).expect("an offer");
    let devices: Vec<_> = (0..8).map(|_| Device::new(Algorithm::ES256)).collect();
    let browsers: Vec<_> = (0..8).map(|_| nodes[0].copy_of(&browser)).collect();
    let proofs: Vec<_> = devices.iter().map(|one| offer.answered_by(one)).collect();
    let registrations = nodes
        .iter()
        .cycle()
        .zip(browsers.iter().zip(&proofs))
        .map(|(node, (browser, proof))| register(node, browser, proof));
    let answers = join_all(registrations).await;
    let mut counted = 0;
    for (answer, (browser, device)) in answers.iter().zip(browsers.into_iter().zip(devices)) {
        if answer.status != 200 {
            assert_unproven(answer);
            continue;
        }
        counted += 1;
        let id = handle_of(&browser).await;
        let bound = Bound {
            browser,
            device,
            id,
        };
        assert_eq!(bound.refresh().await.status, 200);
    }
    assert_eq!(counted, 1);
}

/// A session's cookies without a proof of its device: refused, and left as they are.
#[track_caller]
pub fn assert_unproven(answer: &Answer) {
    answer.assert_problem(401, "device_proof_required");
    assert!(answer.set_cookies.is_empty(), "{:?}", answer.set_cookies);
}
