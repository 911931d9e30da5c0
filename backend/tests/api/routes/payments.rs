//! `POST /api/payments`, and the response to a request whose sign-in does not suffice (RFC 9470).

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    contract::step_up::{claims, pay},
    harness::{browser::Browser, test_app::TestApp},
};

const MULTI_FACTOR: &str = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";

fn by_a_page(request: RequestBuilder) -> RequestBuilder {
    request
        .header("sec-fetch-site", "same-origin")
        .header("sec-fetch-mode", "cors")
        .header("sec-fetch-dest", "empty")
}

fn payment(browser: &Browser, body: &Value) -> RequestBuilder {
    let request = browser.request(Method::POST, "/api/payments");
    request
        .header("content-type", "application/json")
        .body(body.to_string())
}

#[tokio::test]
async fn the_refusal_names_what_a_new_sign_in_must_ask_for() {
    let app = TestApp::with(&["--recent-sign-in=5m"]).await;
    claims(&app, json!({ "acr": "pwd", "auth_time": 0 }));
    let browser = app.signed_in().await;
    let by_age = (
        "Bearer error=\"insufficient_user_authentication\", max_age=\"300\"",
        "max_age",
    );
    let by_acr =
        format!("Bearer error=\"insufficient_user_authentication\", acr_values=\"{MULTI_FACTOR}\"");
    let delete = |path: &str| browser.request(Method::DELETE, path);
    let good = json!({ "recipient": "Grace", "amount": 1 });
    let unknown = "/api/sessions/AAAAAAAAAAAAAAAAAAAAAA";
    for (request, challenge, member, value) in [
        (
            delete("/api/sessions?scope=others"),
            by_age.0,
            by_age.1,
            json!(300),
        ),
        (
            delete("/api/sessions?scope=all"),
            by_age.0,
            by_age.1,
            json!(300),
        ),
        (delete(unknown), by_age.0, by_age.1, json!(300)),
        (
            payment(&browser, &good),
            &by_acr,
            "acr_values",
            json!(MULTI_FACTOR),
        ),
    ] {
        let of_page = by_a_page(request.try_clone().expect("a request"));
        let of_program = browser.send(request).await;
        let of_page = browser.send(of_page).await;
        for answer in [&of_program, &of_page] {
            answer.assert_problem(403, "reauthentication_required");
            let problem = answer.json();
            assert_eq!(problem[member], value);
            let members = problem.as_object().expect("an object").len();
            assert_eq!(members, 6, "{problem}");
            assert!(!answer.headers.contains_key("location"));
        }
        // Only programs are challenged; pages read the problem.
        assert_eq!(of_program.headers["www-authenticate"], challenge);
        assert!(!of_page.headers.contains_key("www-authenticate"));
    }
    assert_eq!(browser.fetch("/api/session").await.status, 200);
}

#[tokio::test]
async fn a_payment_that_makes_no_sense_is_refused() {
    let app = TestApp::start().await;
    claims(&app, json!({ "acr": MULTI_FACTOR }));
    let browser = app.signed_in().await;
    for body in [
        json!({}),
        json!(null),
        json!({ "recipient": "", "amount": 1 }),
        json!({ "recipient": "   ", "amount": 1 }),
        json!({ "recipient": "x".repeat(81), "amount": 1 }),
        json!({ "recipient": "Grace", "amount": 0 }),
        json!({ "recipient": "Grace", "amount": -1 }),
        json!({ "recipient": "Grace", "amount": 1.5 }),
        json!({ "recipient": "Grace", "amount": 1_000_001 }),
    ] {
        let answer = browser.send(by_a_page(payment(&browser, &body))).await;
        assert_eq!(answer.status, 400, "{body}");
        answer.assert_problem(400, "invalid_request");
    }
    assert_eq!(pay(&browser).await.status, 200);
}

#[tokio::test]
async fn only_the_very_class_opens_the_route() {
    let app = TestApp::start().await;
    for acr in [
        json!(null),
        json!(""),
        json!("pwd"),
        json!([MULTI_FACTOR]),
        json!(format!("{MULTI_FACTOR} ")),
        json!(format!("{MULTI_FACTOR} pwd")),
        json!(MULTI_FACTOR.to_uppercase()),
    ] {
        claims(&app, json!({ "acr": acr }));
        let refused = pay(&app.signed_in().await).await;
        assert_eq!(refused.status, 403, "{acr}");
    }
}
