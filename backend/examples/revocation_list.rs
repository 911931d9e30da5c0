//! Sessions in an encrypted cookie alone that still end at once: the revocation list by itself.
//! `cargo run --example revocation_list`, then `curl -b jar -c jar localhost:8080/sign-in/ada`; so
//! `/who`, `/sign-out/here` or `/sign-out/everywhere`, and `/who` with a copy of the jar.

use std::{sync::Arc, time::Duration};

use actix_web::cookie::{CookieBuilder, CookieJar, Key};
use actix_web::error::{ErrorServiceUnavailable, ErrorUnauthorized};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Result, web};
use backend::clock::Clock;
use backend::session::revocation::{Revocation, Revocations, Session, Subject};
use backend::storage::sqlite::Database;
use jiff::Timestamp;

/// Handle, user, beginning: all that a session is.
type Signed = ([u8; 16], String, Timestamp);
type Shared = web::Data<(Arc<Revocations>, Key)>;
const LIFETIME: Duration = Duration::from_secs(12 * 3600);

async fn sign_in(user: web::Path<String>, shared: Shared) -> Result<HttpResponse> {
    let began = shared.0.beginning(&user, None);
    let session: Signed = (rand::random(), user.into_inner(), began);
    let cookie = CookieBuilder::new("session", serde_json::to_string(&session)?).path("/");
    let (mut jar, mut response) = (CookieJar::new(), HttpResponse::NoContent());
    jar.private_mut(&shared.1)
        .add(cookie.http_only(true).finish());
    for cookie in jar.delta() {
        response.cookie(cookie.clone());
    }
    Ok(response.finish())
}

fn signed_in(request: &HttpRequest, shared: &Shared) -> Result<Signed> {
    let cookie = request.cookie("session");
    let opened = cookie.and_then(|cookie| CookieJar::new().private(&shared.1).decrypt(cookie));
    let read = opened.and_then(|cookie| serde_json::from_str(cookie.value()).ok());
    let signed: Signed = read.ok_or_else(|| ErrorUnauthorized("not signed in"))?;
    let session = Session {
        handle: signed.0,
        user: &signed.1,
        provider_session: None,
        created_at: signed.2,
    };
    // Who does not know what has ended must not guess: 503.
    let ended = (shared.0.reason(&session).map_err(ErrorServiceUnavailable)?).is_some();
    if ended || signed.2 + LIFETIME < Timestamp::now() {
        return Err(ErrorUnauthorized("signed out"));
    }
    Ok(signed)
}

async fn who(request: HttpRequest, shared: Shared) -> Result<String> {
    signed_in(&request, &shared).map(|(_, user, _)| user)
}

async fn sign_out(request: HttpRequest, shared: Shared) -> Result<String> {
    let (handle, user, _) = signed_in(&request, &shared)?;
    let subject = match request.match_info().query("scope") {
        "everywhere" => Subject::user(&user),
        _ => Subject::session(handle),
    };
    let end = Revocation::of(subject, Timestamp::now() + LIFETIME);
    let _ = shared.0.add(end).await.map_err(ErrorServiceUnavailable)?;
    Ok("signed out".to_owned())
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let file = Database::open(&std::env::temp_dir().join("revocations.sqlite")).await?;
    let list = Revocations::open(Arc::new(file), Clock::default()).await?;
    let shared = Shared::new((list, Key::generate()));
    let app = move || App::new().app_data(shared.clone()).configure(routes);
    Ok(HttpServer::new(app).bind("127.0.0.1:8080")?.run().await?)
}

fn routes(app: &mut web::ServiceConfig) {
    app.route("/sign-in/{user}", web::get().to(sign_in))
        .route("/who", web::get().to(who))
        .route("/sign-out/{scope}", web::get().to(sign_out));
}
