//! Pages of the backend, where the single-page app cannot be shown: constant text without scripts,
//! in dark and light mode.

use std::sync::LazyLock;

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY},
    },
};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

const STYLE: &str = "\
    :root{color-scheme:light dark;font:1rem/1.6 system-ui,sans-serif;\
    background:light-dark(#f6f7f4,#0e1312);color:light-dark(#14201d,#e9f0ed)}\
    main{max-width:34rem;margin:12vh auto;padding:0 1.5rem}h1{line-height:1.2}\
    a{color:light-dark(#0f6b5c,#5fd3bb)}\
    button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:.625rem;cursor:pointer;\
    background:light-dark(#0f6b5c,#5fd3bb);color:light-dark(#fff,#06231d)}\
    :focus-visible{outline:3px solid currentcolor;outline-offset:3px}";

/// Content security policy of these pages: their style, by its hash, and nothing else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; \
         frame-ancestors 'none'; report-uri /api/csp-reports"
    )
});

/// A page with a message and a link to the start page. Both texts are HTML: never pass a value from
/// a request.
pub fn notice(status: StatusCode, title: &str, text: &str) -> HttpResponse {
    let body = format!("<p>{text}</p><p><a href=\"/\">Go to the start page</a></p>");
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            format!("{}; form-action 'none'", *POLICY),
        ))
        .body(page(title, &body))
}

/// A page that asks for confirmation. "Yes" sends a POST to the same address.
pub fn question(title: &str, text: &str, yes: &str, no: &str) -> HttpResponse {
    let body = format!(
        "<p>{text}</p><form method=\"post\"><button>{yes}</button></form><p><a \
         href=\"/\">{no}</a></p>"
    );
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        // No `form-action`: browsers apply it to the following redirects, too, which lead to the
        // provider.
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        // With `no-referrer` the form's POST would come with `Origin: null`.
        .insert_header((REFERRER_POLICY, "same-origin"))
        .body(page(title, &body))
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>"
    )
}
