//! The thief's table: whatever is copied or made up, at every route.

use std::time::Duration;

use dbsc::headers;
use jsonwebtoken::Algorithm;
use reqwest::Method;
use sessions::StoreKind;

use super::bound::{
    BOUND_COOKIE, Bound, HTTPS, LIFE, Offer, challenge, refresh, register, with_proof,
};
use crate::{
    event_streams::news::handle_of,
    harness::{dbsc_device::Device, test_app::TestApp},
};

on_every_store! {
    nothing_that_a_thief_has_opens_a_bound_session,
}

const ROUTES: [(Method, &str); 19] = [
    (Method::GET, "/api/session"),
    (Method::HEAD, "/api/session"),
    (Method::GET, "/api/session?slide=false"),
    (Method::GET, "/api/session/events"),
    (Method::GET, "/api/profile"),
    (Method::GET, "/api/auth/token"),
    (Method::GET, "/api/preferences"),
    (Method::PUT, "/api/preferences"),
    (Method::GET, "/api/admin/node"),
    (Method::POST, "/api/payments"),
    (Method::GET, "/api/orders"),
    (Method::POST, "/api/orders"),
    (Method::GET, "/api/orders/events"),
    (Method::GET, "/api/sessions"),
    (Method::DELETE, "/api/sessions?scope=others"),
    (Method::DELETE, "/api/sessions?scope=all"),
    (Method::DELETE, "/api/sessions/{handle}"),
    (Method::POST, "/api/session/device/refresh"),
    (Method::POST, "/api/session/device/register"),
];

async fn nothing_that_a_thief_has_opens_a_bound_session(store: StoreKind) {
    let settings = [
        HTTPS,
        "--session-idle-timeout=2h",
        "--token-endpoint=on",
        // Nothing listens there: no request may get that far.
        "--api-orders-url=http://127.0.0.1:1/orders",
    ];
    let app = TestApp::on(store, &settings).await;
    let browser = app.browser();
    let offer = Offer::of(&app.sign_in(&browser).await).expect("an offer");
    let device = Device::new(Algorithm::ES256);
    let registration = offer.answered_by(&device);
    let copied_before = app.copy_of(&browser);
    assert_eq!(register(&app, &browser, &registration).await.status, 200);
    let id = handle_of(&browser).await;
    let bound = Bound {
        browser,
        device,
        id,
    };

    let thief = Device::new(Algorithm::ES256);
    let asked = challenge(&refresh(&bound.browser, &bound.id, None).await);
    let of_bound = bound.device.proof(&asked);
    let own = Bound::on(&app).await;
    let own_challenge = challenge(&refresh(&own.browser, &own.id, None).await);
    let copied_after = app.copy_of(&bound.browser);
    app.clock.advance(LIFE);
    // Challenges of now, of which the thief can ask for any number.
    let asked = challenge(&refresh(&copied_after, &bound.id, None).await);

    let proofs = [
        None,
        Some(of_bound),
        Some(registration),
        Some(thief.proof(&asked)),
        Some(thief.registration(&asked)),
        Some(offer.answered_by(&thief)),
        Some(own.device.proof(&asked)),
        Some(own.device.proof(&own_challenge)),
        Some(b"\"e30.e30.\"".to_vec()),
    ];
    let named = format!("server_error;session_identifier=\"{}\"", bound.id);
    let skipped = [
        None,
        Some("unreachable"),
        Some("quota_exceeded"),
        Some(&*named),
    ];
    // The session's cookies of one, the bound cookie of the other.
    let foreign = own.browser.cookies().remove(BOUND_COOKIE).expect("it");
    let mut mixed = copied_after.cookies();
    mixed.insert(BOUND_COOKIE.to_owned(), foreign);
    let jars = [copied_before.cookies(), copied_after.cookies(), mixed];

    for (method, path) in &ROUTES {
        let path = path.replace("{handle}", &bound.id);
        for jar in &jars {
            for proof in &proofs {
                for skipped in skipped {
                    let client = app.browser();
                    client.set_cookies(jar.clone());
                    let request = client.request(method.clone(), &path);
                    let id = format!("\"{}\"", bound.id);
                    let request = request.header(headers::SESSION_ID, id);
                    let mut request = with_proof(request, proof.as_deref());
                    if let Some(skipped) = skipped {
                        request = request.header(headers::SKIPPED, skipped);
                    }
                    let answer = client.send(request).await;
                    let status = answer.status.as_u16();
                    let is_refused = matches!(status, 401 | 403)
                        || (status == 503 && skipped.is_some() && !path.contains("device"));
                    assert!(is_refused, "{method} {path} {skipped:?}: {status}");
                    assert!(answer.set_cookies.is_empty(), "{method} {path}");
                }
            }
        }
    }
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(bound.refresh().await.status, 200, "and the user goes on");
    assert_eq!(bound.browser.fetch("/api/session").await.status, 200);
}
