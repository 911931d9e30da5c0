//! A sign-in does not fail for details that it does not need.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::with;
use crate::harness::{
    provider::KEY_ID,
    signing::{KEY, sign},
};

/// The profile of a user who signs in while userinfo answers so; the reason where that fails.
async fn profile(userinfo: ResponseTemplate, id_token: Value) -> Result<Value, String> {
    let app = with(&json!({}), &[]).await;
    app.provider
        .script(|script| script.id_token_claims = id_token);
    app.provider
        .instead("GET", "/oauth2/userinfo", userinfo)
        .await;
    let browser = app.browser();
    if let Some(reason) = app.sign_in(&browser).await.login_error() {
        assert!(browser.cookies().is_empty());
        return Err(reason);
    }
    Ok(browser.fetch("/api/session").await.json())
}

#[tokio::test]
async fn where_userinfo_does_not_answer_the_id_token_says_who_signed_in() {
    for userinfo in [
        ResponseTemplate::new(401),
        ResponseTemplate::new(403),
        ResponseTemplate::new(404),
        ResponseTemplate::new(500),
        ResponseTemplate::new(302),
        ResponseTemplate::new(200).set_body_string("<html>"),
        ResponseTemplate::new(200).set_body_string(""),
        ResponseTemplate::new(200).set_body_raw("no.token.atall", "application/jwt"),
    ] {
        let claims = json!({ "name": "Ada of the ID token" });
        let session = profile(userinfo, claims).await.expect("signed in");
        assert_eq!(session["userId"], "ada");
        assert_eq!(session["metadata"]["name"], "Ada of the ID token");
    }
}

#[tokio::test]
async fn claims_of_another_type_count_as_absent() {
    for (name, odd) in [
        ("locale", json!({ "language": "en" })),
        ("email", json!(["ada@acme.example"])),
        ("email_verified", json!({})),
        ("name", json!(7)),
        ("picture", json!(null)),
        ("zoneinfo", json!(false)),
    ] {
        let mut userinfo = json!({ "sub": "ada", "name": "Ada", "email": "ada@acme.example" });
        userinfo[name] = odd;
        let answer = ResponseTemplate::new(200).set_body_json(userinfo);
        let session = profile(answer, json!({})).await.expect(name);
        assert_eq!(session["userId"], "ada", "{name}");
        let metadata = &session["metadata"];
        assert_eq!(metadata["name"].is_null(), name == "name", "{metadata}");
        assert_eq!(metadata["email"].is_null(), name == "email", "{metadata}");
    }
}

#[tokio::test]
async fn userinfo_without_the_subject_or_of_another_is_refused() {
    for userinfo in [
        json!({ "name": "Ada" }),
        json!({ "sub": null, "name": "Ada" }),
        json!({ "sub": 7, "name": "Ada" }),
        json!({ "sub": "", "name": "Ada" }),
        json!({ "sub": "alan", "name": "Alan" }),
    ] {
        let answer = ResponseTemplate::new(200).set_body_json(&userinfo);
        let refused = profile(answer, json!({ "name": "Ada" })).await;
        assert_eq!(refused, Err("login_failed".to_owned()), "{userinfo}");
    }
}

#[tokio::test]
async fn signed_userinfo_is_verified() {
    let app = with(&json!({}), &[]).await;
    let issuer = app.provider.issuer();
    let as_type = |sub: &str, audience: &str, content_type: &str| {
        let claims = json!({ "iss": issuer, "aud": audience, "sub": sub, "name": "Signed" });
        let token = sign(&claims, &KEY, Some(KEY_ID));
        ResponseTemplate::new(200).set_body_raw(token, content_type)
    };
    let of = |sub: &str, audience: &str| as_type(sub, audience, "application/jwt");
    let with_charset = as_type("ada", "local-client", "application/jwt; charset=utf-8");
    for (userinfo, name, reason) in [
        (of("ada", "local-client"), json!("Signed"), None),
        (with_charset, json!("Signed"), None),
        (of("ada", "another"), json!("ID token"), None),
        (
            of("alan", "local-client"),
            json!(null),
            Some("login_failed"),
        ),
    ] {
        app.provider
            .script(|script| script.id_token_claims = json!({ "name": "ID token" }));
        app.provider
            .instead("GET", "/oauth2/userinfo", userinfo)
            .await;
        let browser = app.browser();
        assert_eq!(app.sign_in(&browser).await.login_error().as_deref(), reason);
        let session = browser.fetch("/api/session").await.json();
        assert_eq!(session["metadata"]["name"], name);
        app.provider.answer_well().await;
    }
}

#[tokio::test]
async fn without_userinfo_the_claims_that_are_set_by_hand_must_be_in_the_id_token() {
    for setting in [
        "--oidc-tenant-claim=organization",
        "--oidc-roles-claim=organization",
    ] {
        for (claims, reason) in [
            (json!({}), Some("identity_provider_unavailable")),
            (json!({ "organization": "acme" }), None),
        ] {
            let app = with(&json!({}), &[setting]).await;
            app.provider
                .script(|script| script.id_token_claims = claims);
            let fault = ResponseTemplate::new(500);
            app.provider.instead("GET", "/oauth2/userinfo", fault).await;
            let answer = app.sign_in(&app.browser()).await;
            assert_eq!(answer.login_error().as_deref(), reason, "{setting}");
        }
    }
}

#[tokio::test]
async fn odd_token_answers_are_read_and_a_missing_one_is_no_outage() {
    let good = |changes: Value| {
        let mut answer = json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 3600 });
        for (name, value) in changes.as_object().expect("members") {
            answer[name] = value.clone();
        }
        answer
    };
    for (answer, reason) in [
        (good(json!({ "expires_in": "3600" })), None),
        (good(json!({ "token_type": null })), None),
        (good(json!({ "refresh_token": "" })), None),
        (good(json!({ "access_token": null })), Some("login_failed")),
        (good(json!({ "access_token": "" })), Some("login_failed")),
        (good(json!({ "token_type": "DPoP" })), Some("login_failed")),
        (good(json!({ "id_token": "" })), Some("login_failed")),
    ] {
        let app = with(&json!({}), &[]).await;
        let browser = app.browser();
        let login = browser.open("/api/auth/login").await;
        let mut answer = answer;
        if answer.get("id_token").is_none() {
            let now = app.clock.now().as_second();
            let claims = json!({
                "iss": app.provider.issuer(), "aud": "local-client", "sub": "ada", "iat": now,
                "exp": now + 300, "nonce": login.location_parameter("nonce"),
            });
            answer["id_token"] = json!(sign(&claims, &KEY, Some(KEY_ID)));
        }
        let odd = ResponseTemplate::new(200).set_body_json(&answer);
        app.provider.instead("POST", "/oauth2/token", odd).await;
        let end = app.come_back(&browser, &login).await;
        assert_eq!(end.login_error().as_deref(), reason, "{answer}");
    }
}
