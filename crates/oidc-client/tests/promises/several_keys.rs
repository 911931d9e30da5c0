//! Several keys that fit a token, new keys under known names, and claims of unexpected types.

use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use oidc_client::Token;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::{
    algorithms::key_for,
    publisher::{Publisher, changed},
};

/// A publisher of these keys, and a token that this key signed.
async fn publisher_of(
    keys: &[Value],
    key: &EncodingKey,
    key_id: Option<&str>,
) -> (Publisher, Token) {
    let publisher = Publisher::start().await;
    publishes_keys(&publisher, keys).await;
    let mut header = Header::new(Algorithm::RS256);
    header.kid = key_id.map(str::to_owned);
    let token = encode(&header, &claims_of(&publisher), key).expect("a token");
    (publisher, Token::new(token))
}

fn claims_of(publisher: &Publisher) -> Value {
    let now = publisher.clock.now().as_second();
    json!({
        "iss": publisher.issuer(), "aud": "client:1", "sub": "ada", "iat": now, "exp": now + 60,
        "nonce": "n",
    })
}

async fn publishes_keys(publisher: &Publisher, keys: &[Value]) {
    publisher.publishes(&json!({})).await;
    let keys = ResponseTemplate::new(200).set_body_json(json!({ "keys": keys }));
    publisher.answers("GET", "/tenant/keys", keys).await;
}

#[tokio::test]
async fn of_several_keys_that_fit_the_one_that_signed_is_found() {
    let [(one, first), (two, second)] = [key_for(Algorithm::RS256), key_for(Algorithm::RS256)];
    let no_name = json!({ "kid": null, "alg": null });
    let unnamed = [
        changed(first.clone(), &no_name),
        changed(second.clone(), &no_name),
    ];
    let name = json!({ "kid": "same", "alg": null });
    let same_name = [changed(first, &name), changed(second, &name)];
    for key in [&one, &two] {
        for (keys, key_id) in [
            (&unnamed, None),
            (&same_name, None),
            (&same_name, Some("same")),
        ] {
            let (publisher, token) = publisher_of(keys, key, key_id).await;
            let client = publisher.client(None);
            let verified = client.verify_id_token(Some(&token), "n").await;
            assert!(verified.is_ok(), "{key_id:?}: {verified:?}");
        }
    }
    let (stranger, _) = key_for(Algorithm::RS256);
    let (publisher, token) = publisher_of(&unnamed, &stranger, None).await;
    let client = publisher.client(None);
    assert!(client.verify_id_token(Some(&token), "n").await.is_err());
}

#[tokio::test]
async fn eight_keys_that_fit_are_tried_and_no_more() {
    let [(key, good), (_, stranger)] = [key_for(Algorithm::RS256), key_for(Algorithm::RS256)];
    let unnamed = |jwk| changed(jwk, &json!({ "kid": null }));
    for (strangers, accepted) in [(7, true), (8, false)] {
        let mut keys = vec![unnamed(stranger.clone()); strangers];
        keys.push(unnamed(good.clone()));
        let (publisher, token) = publisher_of(&keys, &key, None).await;
        let client = publisher.client(None);
        let verified = client.verify_id_token(Some(&token), "n").await;
        assert_eq!(verified.is_ok(), accepted, "after {strangers}");
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_read_does_not_hide_the_others_and_never_verifies() {
    let (key, good) = key_for(Algorithm::RS256);
    for odd in [
        json!({ "kid": 7 }),
        json!({ "use": 7 }),
        json!({ "use": ["sig"] }),
        json!({ "key_ops": "verify" }),
        json!({ "key_ops": [7] }),
        json!({ "alg": {} }),
        json!({ "x5c": "one" }),
        json!({ "n": 7 }),
        json!({ "n": "?" }),
        json!({ "e": null }),
        json!({ "kty": null }),
        json!({ "kty": "oct", "k": "c2VjcmV0" }),
    ] {
        let bad = changed(good.clone(), &odd);
        for (keys, accepted) in [
            (vec![bad.clone(), good.clone()], true),
            (vec![good.clone(), bad.clone()], true),
            (vec![bad], false),
        ] {
            let (publisher, token) = publisher_of(&keys, &key, None).await;
            let client = publisher.client(None);
            let verified = client.verify_id_token(Some(&token), "n").await;
            assert_eq!(verified.is_ok(), accepted, "{odd}: {verified:?}");
        }
    }
    for odd in [json!("key"), json!(null), json!(7), json!([])] {
        let (publisher, token) = publisher_of(&[odd.clone(), good.clone()], &key, None).await;
        let client = publisher.client(None);
        let verified = client.verify_id_token(Some(&token), "n").await;
        assert!(verified.is_ok(), "{odd}: {verified:?}");
    }
}

#[tokio::test]
async fn a_new_key_under_a_known_name_is_read_once_more_and_not_more_often() {
    let [(_, old), (new_key, new)] = [key_for(Algorithm::RS256), key_for(Algorithm::RS256)];
    let name = json!({ "kid": "same", "alg": null });
    let (publisher, token) = publisher_of(&[changed(old, &name)], &new_key, Some("same")).await;
    let client = publisher.client(None);
    for _ in 0..3 {
        assert!(client.verify_id_token(Some(&token), "n").await.is_err());
    }
    assert_eq!(
        publisher.calls("/tenant/keys").await.len(),
        1,
        "a moment ago"
    );
    publishes_keys(&publisher, &[changed(new, &name)]).await;
    publisher.clock.advance(Duration::from_secs(5));
    let verified = client.verify_id_token(Some(&token), "n").await;
    assert!(verified.is_ok(), "{verified:?}");
}

#[tokio::test]
async fn claims_that_are_not_needed_are_read_tolerantly_and_the_others_to_the_letter() {
    let (key, jwk) = key_for(Algorithm::RS256);
    for (changes, accepted) in [
        (json!({ "auth_time": "1700000000" }), true),
        (json!({ "auth_time": "yesterday" }), true),
        (json!({ "auth_time": {} }), true),
        (json!({ "sid": 7 }), true),
        (json!({ "sub": 7 }), false),
        (json!({ "iss": ["ISSUER"] }), false),
        (
            json!({ "iss": ["ISSUER", "https://elsewhere.example"] }),
            false,
        ),
        (json!({ "exp": "4000000000" }), false),
        (json!({ "nonce": ["n"] }), false),
    ] {
        let (publisher, _) = publisher_of(&[changed(jwk.clone(), &json!({}))], &key, None).await;
        let issuer = publisher.issuer();
        let changes = changes.to_string().replace("ISSUER", &issuer);
        let changes: Value = serde_json::from_str(&changes).expect("json");
        let claims = changed(claims_of(&publisher), &changes);
        let token = encode(&Header::new(Algorithm::RS256), &claims, &key).expect("a token");
        let client = publisher.client(None);
        let verified = client.verify_id_token(Some(&Token::new(token)), "n").await;
        assert_eq!(verified.is_ok(), accepted, "{changes}: {verified:?}");
        if let Ok(claims) = verified {
            assert_eq!(claims.sid, None, "{changes}");
            let read = changes["auth_time"] == "1700000000";
            assert_eq!(claims.auth_time.is_some(), read, "{changes}");
        }
    }
}
