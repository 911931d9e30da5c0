//! A session of any size in cookies that only this server can read: no store at all.
//! `cargo run --example actix`, then `curl -b jar -c jar localhost:8080/sign-in/ada`; so
//! `/notes/4000`, which makes the session larger than one cookie, `/who` and `/sign-out`.

use std::time::Duration;

use actix_web::error::{ErrorInternalServerError, ErrorUnauthorized};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Result, web};
use sealed_cookies::{CookieNames, Keyring, Purpose, parse_cookies};

const NAMES: CookieNames = CookieNames::new("example", false); // true on https
const ID: &str = "session";

fn cookies(request: &HttpRequest) -> Vec<(&str, &str)> {
    let lines = request.headers().get_all("cookie");
    parse_cookies(lines.map(|line| line.as_bytes())).collect()
}

/// Sets the cookies of this user's notes, and removes those that they do not need.
fn answer(request: &HttpRequest, keyring: &Keyring, session: &str) -> Result<HttpResponse> {
    let parts = keyring.seal_parts(session.as_bytes(), ID, rand::random());
    let mut parts = parts.map_err(ErrorInternalServerError)?;
    if session.is_empty() {
        parts.clear(); // signed out
    }
    let (mut response, kept) = (HttpResponse::NoContent(), parts.len());
    for (index, value) in parts.into_iter().enumerate() {
        let lifetime = Duration::from_secs(12 * 3600);
        response.cookie(NAMES.build(NAMES.part(&ID, index), value, lifetime));
    }
    for index in kept..cookies(request).len() {
        response.cookie(NAMES.removal(NAMES.part(&ID, index)));
    }
    Ok(response.finish())
}

fn opened(request: &HttpRequest, keyring: &Keyring) -> Result<String> {
    let cookies = cookies(request);
    let cookie = |index| {
        cookies
            .iter()
            .find(|(name, _)| *name == NAMES.part(&ID, index))
    };
    let opened = keyring.open_parts(ID, |index| Some(cookie(index)?.1));
    let session = opened.and_then(|opened| String::from_utf8(opened.plaintext).ok());
    session.ok_or_else(|| ErrorUnauthorized("not signed in"))
}

async fn route(request: HttpRequest, keyring: web::Data<Keyring>) -> Result<HttpResponse> {
    let argument = request.match_info().query("argument");
    match request.match_info().query("action") {
        "sign-in" => answer(&request, &keyring, argument),
        "notes" => {
            let notes = "n".repeat(argument.parse::<usize>().unwrap_or(0).min(4_000));
            answer(&request, &keyring, &(opened(&request, &keyring)? + &notes))
        }
        "sign-out" => answer(&request, &keyring, ""),
        _ => Ok(HttpResponse::Ok().body(opened(&request, &keyring)?)),
    }
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let secret = format!(
        "{:032x}{:032x}",
        rand::random::<u128>(),
        rand::random::<u128>()
    );
    let keyring = web::Data::new(Keyring::new(&[secret.into()], Purpose::new("session")));
    let app = move || {
        let app = App::new().app_data(keyring.clone());
        app.route("/{action}", web::get().to(route))
            .route("/{action}/{argument}", web::get().to(route))
    };
    HttpServer::new(app).bind("127.0.0.1:8080")?.run().await
}
