//! Sessions in actix-session's encrypted cookie that end at once. `cargo run --example
//! cookie_sessions`, then `curl -b jar -c jar localhost:8080/sign-in/ada`, `/who` and `/sign-out`.

use actix_session::{Session as Cookie, SessionMiddleware, storage::CookieSessionStore};
use actix_web::error::{ErrorServiceUnavailable as Unavailable, ErrorUnauthorized};
use actix_web::{App, HttpServer, Result, cookie::Key, get, web};
use jiff::{SignedDuration, Timestamp};
use revocation_list::{Revocation, RevocationList, Scope, Session};
use storage::{Clock, DEFAULT_TIMEOUT, Database};

const LIFETIME: SignedDuration = SignedDuration::from_hours(12);
type List = web::Data<RevocationList>;

#[get("/sign-in/{user}")]
async fn sign_in(user: web::Path<String>, cookie: Cookie, list: List) -> Result<&'static str> {
    let created_at = list.record_sign_in().await.map_err(Unavailable)?;
    cookie.insert("session", (rand::random::<[u8; 16]>(), &*user, created_at))?;
    Ok("signed in")
}

fn session_of(cookie: &Cookie, list: &List) -> Result<([u8; 16], String, Timestamp)> {
    let contents = cookie.get("session")?;
    let contents: (_, String, _) = contents.ok_or_else(|| ErrorUnauthorized("not signed in"))?;
    let session = Session {
        name: contents.0,
        user: &contents.1,
        provider_session: None,
        created_at: contents.2,
    };
    match list.find(&session).map_err(Unavailable)? {
        None if Timestamp::now() < contents.2 + LIFETIME => Ok(contents),
        _ => Err(ErrorUnauthorized("signed out")),
    }
}

#[get("/who")]
async fn who(cookie: Cookie, list: List) -> Result<String> {
    Ok(session_of(&cookie, &list)?.1)
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
    let file = Database::open(&std::env::temp_dir().join("ended.sqlite"), DEFAULT_TIMEOUT).await?;
    let list = List::from(RevocationList::open(file.into(), Clock::default()).await?);
    let key = Key::generate(); // yours outlives restarts, and your file is not temporary
    let app = move || {
        let cookies = SessionMiddleware::new(CookieSessionStore::default(), key.clone());
        let app = App::new().app_data(list.clone()).wrap(cookies);
        app.service((sign_in, who, sign_out))
    };
    Ok(HttpServer::new(app).bind("127.0.0.1:8080")?.run().await?)
}
