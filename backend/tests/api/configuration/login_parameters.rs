//! `LOGIN_PARAMETERS`: names that a link may never set are refused at start.

use backend::config::Config;
use clap::Parser;

#[test]
fn a_reserved_parameter_can_never_be_listed_and_is_named() {
    for reserved in [
        "state",
        "nonce",
        "redirect_uri",
        "client_id",
        "scope",
        "response_type",
        "response_mode",
        "code_challenge",
        "code_challenge_method",
        "request",
        "request_uri",
        "resource",
        "audience",
        "claims",
        "registration",
        "authorization_details",
        "id_token_hint",
        "dpop_jkt",
        "prompt",
        "return_url",
        "tenant_name",
        "Redirect_URI",
    ] {
        let list = format!("--login-parameters=organization,{reserved}");
        let refusal = Config::try_parse_from(["backend", &list]).expect_err(reserved);
        let text = refusal.to_string();
        assert!(
            text.contains(&format!("{reserved} is set by the login itself")),
            "{text}"
        );
    }
}

#[test]
fn a_parameter_has_a_plain_name() {
    for name in ["a[]", "a b", "ä", "a=b", ""] {
        let list = format!("--login-parameters={name}");
        assert!(
            Config::try_parse_from(["backend", &list]).is_err(),
            "{name}"
        );
    }
}
