//! Sessions in actix-session's encrypted cookie that end at once. `cargo run --example
//! cookie_sessions`, then `curl -b jar -c jar localhost:8080/sign-in/ada`, `/who` and `/sign-out`.

use std::{sync::Arc, time::Duration};

use actix_session::{Session as Cookie, SessionMiddleware, storage::CookieSessionStore};
use actix_web::error::{ErrorServiceUnavailable as Unavailable, ErrorUnauthorized};
use actix_web::{App, HttpServer, Result, cookie::Key, get, web};
use jiff::Timestamp;
use revocation_list::{Revocation, RevocationList, Scope, Session};
use storage::{Clock, Database};

const LIFETIME: Duration = Duration::from_secs(12 * 3600);
type List = web::Data<Arc<RevocationList>>;
/// The whole session: its name, its user and its start.
type Contents = ([u8; 16], String, Timestamp);

#[get("/sign-in/{user}")]
async fn sign_in(user: web::Path<String>, cookie: Cookie, list: List) -> Result<&'static str> {
    let created_at = list.record_sign_in().await.map_err(Unavailable)?;
    let session: Contents = (rand::random(), user.into_inner(), created_at);
    cookie.insert("session", session)?;
    Ok("signed in")
}

fn session_of(cookie: &Cookie, list: &List) -> Result<Contents> {
    let contents = cookie.get("session")?;
    let contents: Contents = contents.ok_or_else(|| ErrorUnauthorized("not signed in"))?;
    let session = Session {
        name: contents.0,
        user: &contents.1,
        provider_session: None,
        created_at: contents.2,
    };
    let is_revoked = list.find(&session).map_err(Unavailable)?.is_some();
    if is_revoked || contents.2 + LIFETIME < Timestamp::now() {
        return Err(ErrorUnauthorized("signed out"));
    }
    Ok(contents)
}

#[get("/who")]
async fn who(cookie: Cookie, list: List) -> Result<String> {
    session_of(&cookie, &list).map(|(_, user, _)| user)
}

#[get("/sign-out")]
async fn sign_out(cookie: Cookie, list: List) -> Result<&'static str> {
    let (name, ..) = session_of(&cookie, &list)?;
    let revocation = Revocation::new(Scope::session(name), 1, Timestamp::now() + LIFETIME);
    let _ = list.add(revocation).await.map_err(Unavailable)?;
    Ok("signed out")
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let file = Database::open(&std::env::temp_dir().join("revoked.sqlite")).await?;
    let list = List::new(RevocationList::open(Arc::new(file), Clock::default()).await?);
    let key = Key::generate();
    let app = move || {
        let cookies = SessionMiddleware::new(CookieSessionStore::default(), key.clone());
        App::new()
            .app_data(list.clone())
            .wrap(cookies)
            .service((sign_in, who, sign_out))
    };
    Ok(HttpServer::new(app).bind("127.0.0.1:8080")?.run().await?)
}
