//! A session of any size in cookies that only this server can read: no store at all.
//! `cargo run --example sealed_session`, then `curl -b jar -c jar localhost:8080/sign-in/ada`; so
//! `/notes/4000`, which makes the session larger than one cookie, `/who` and `/sign-out`.

use std::time::Duration;

use actix_web::error::{ErrorInternalServerError, ErrorUnauthorized};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Result, web};
use backend::cookies::{Cookies, received};
use backend::sealing::{Purpose, Sealer};
use backend::session::stores::chunks;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use rand::random;

/// User and notes: all that a session is.
type Session = (String, String);
const LIFETIME: Duration = Duration::from_secs(12 * 3600);
const COOKIES: fn(usize) -> String = |index| Cookies::new(false).part(&"example", index);

/// Sets the cookies of this session, or of none, and removes those that it does not need.
fn answer(request: &HttpRequest, sealer: &Sealer, session: &Session) -> Result<HttpResponse> {
    let (version, plain) = (random::<u64>(), serde_json::to_vec(session)?);
    // Sealed for this version, so that parts of two never open together.
    let sealed = sealer.seal(&plain, &version.to_be_bytes());
    let sealed = BASE64.encode(sealed.map_err(ErrorInternalServerError)?);
    let mut parts = chunks::split(&sealed, version);
    if session.0.is_empty() {
        parts.clear(); // signed out
    }
    let (mut response, kept) = (HttpResponse::NoContent(), parts.len());
    for (index, value) in parts.into_iter().enumerate() {
        response.cookie(Cookies::new(false).build(COOKIES(index), value, LIFETIME));
    }
    for index in kept..received(request.headers()).count() {
        response.cookie(Cookies::new(false).removal(COOKIES(index)));
    }
    Ok(response.finish())
}

fn opened(request: &HttpRequest, sealer: &Sealer) -> Result<Session> {
    let part = |index| {
        let mut cookies = received(request.headers());
        cookies.find_map(|(name, value)| (name == COOKIES(index)).then_some(value))
    };
    let session = chunks::join(part).and_then(|joined| {
        let sealed = BASE64.decode(joined.sealed).ok()?;
        let plain = sealer.open(&sealed, &joined.generation.to_be_bytes())?;
        serde_json::from_slice(&plain).ok()
    });
    session.ok_or_else(|| ErrorUnauthorized("not signed in"))
}

async fn route(request: HttpRequest, sealer: web::Data<Sealer>) -> Result<HttpResponse> {
    let argument = request.match_info().query("argument");
    match request.match_info().query("action") {
        "sign-in" => answer(&request, &sealer, &(argument.to_owned(), String::new())),
        "notes" => {
            let (user, _) = opened(&request, &sealer)?;
            let notes = "n".repeat(argument.parse::<usize>().unwrap_or(0).min(4_000));
            answer(&request, &sealer, &(user, notes))
        }
        "sign-out" => answer(&request, &sealer, &Session::default()),
        _ => {
            let (user, notes) = opened(&request, &sealer)?;
            Ok(HttpResponse::Ok().body(format!("{user}, with {} bytes of notes", notes.len())))
        }
    }
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let secret = BASE64.encode(random::<[u8; 32]>()).into();
    let sealer = web::Data::new(Sealer::new(&[secret], Purpose::Session));
    let app = move || {
        let app = App::new().app_data(sealer.clone());
        app.route("/{action}", web::get().to(route))
            .route("/{action}/{argument}", web::get().to(route))
    };
    Ok(HttpServer::new(app).bind("127.0.0.1:8080")?.run().await?)
}
