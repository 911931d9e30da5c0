//! A session of any size in cookies that only this server can read: `cargo run --example actix`,
//! then `curl -b jar -c jar localhost:8080/keep/ada`, `/keep/$(seq -s, 1000)` (two cookies),
//! `/show` and `/forget`.

use std::{collections::HashMap, time::Duration};

use actix_web::error::{ErrorInternalServerError, ErrorUnauthorized};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Result, web};
use sealed_cookies::{CookieNames, Keyring, Purpose, parse_cookies};

const NAMES: CookieNames = CookieNames::new("example", false); // true on https
const ID: &str = "session";

fn cookies(request: &HttpRequest) -> HashMap<&str, &str> {
    let lines = request.headers().get_all("cookie");
    parse_cookies(lines.map(|line| line.as_bytes())).collect()
}

/// Sets the cookies of this session, and removes those that it does not need.
fn keep(request: &HttpRequest, keyring: &Keyring, session: &str) -> Result<HttpResponse> {
    let parts = keyring.seal_parts(session.as_bytes(), ID, rand::random());
    let parts = parts.map_err(ErrorInternalServerError)?;
    let kept = if session.is_empty() { 0 } else { parts.len() };
    let mut response = HttpResponse::NoContent();
    for (index, value) in parts.into_iter().take(kept).enumerate() {
        let lifetime = Duration::from_secs(12 * 3600);
        response.cookie(NAMES.build(NAMES.part(&ID, index), value, lifetime));
    }
    for index in kept..cookies(request).len() {
        response.cookie(NAMES.removal(NAMES.part(&ID, index)));
    }
    Ok(response.finish())
}

fn open(request: &HttpRequest, keyring: &Keyring) -> Result<String> {
    let cookies = cookies(request);
    let part = |index| cookies.get(&*NAMES.part(&ID, index)).copied();
    let opened = keyring.open_parts(ID, part);
    let session = opened.and_then(|opened| String::from_utf8(opened.plaintext).ok());
    session.ok_or_else(|| ErrorUnauthorized("no session"))
}

async fn route(request: HttpRequest, keyring: web::Data<Keyring>) -> Result<HttpResponse> {
    match request.match_info().query("action") {
        "keep" => keep(&request, &keyring, request.match_info().query("text")),
        "forget" => keep(&request, &keyring, ""),
        _ => Ok(HttpResponse::Ok().body(open(&request, &keyring)?)),
    }
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let secret = format!("{:x?}", rand::random::<[u128; 2]>());
    let keyring = web::Data::new(Keyring::new(&[secret.into()], Purpose::new("session")));
    let app = move || {
        let app = App::new().app_data(keyring.clone());
        app.route("/{action}{_:/?}{text:.*}", web::get().to(route))
    };
    HttpServer::new(app).bind("127.0.0.1:8080")?.run().await
}
