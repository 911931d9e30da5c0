//! Sessions in PostgreSQL, on any number of nodes. It signs in anybody: put your callback there.
//! `DATABASE_URL=postgres://… cargo run --example postgres`, then
//! `curl -b jar -c jar localhost:8080/sign-in/ada`, `/who` and `/sign-out`.

pub(crate) mod shared;
pub(crate) mod store;

use std::{env, sync::Arc, time::Duration};

use actix_web::web::{Data, Path, ReqData, get, resource};
use actix_web::{App, HttpRequest, HttpServer, Result, error, middleware::from_fn};
use anyhow::Context;
use jiff::Timestamp;
use oidc_client::{Background, Client, Http, Token};
use sealed_cookies::CookieNames;
use sessions::actix::{require_session, session_cookies};
use sessions::{LiveSession, NewSession, Refusal, SessionTokens, Sessions, Settings, User};
use store::PostgresStore;

async fn sign_in(
    request: HttpRequest,
    name: Path<String>,
    sessions: Data<Sessions>,
) -> Result<String> {
    let now = Timestamp::now();
    let token = Token::new("from the provider".to_owned());
    let tokens = SessionTokens::new(token, now + Duration::from_secs(3600), now, None);
    let (id, rest) = (name.into_inner(), User::default());
    let new = NewSession::new(User { id, ..rest }, tokens);
    let begun = sessions.begin(&request, new, None).await;
    begun.map_err(error::ErrorServiceUnavailable)?;
    Ok("signed in".to_owned())
}

async fn who(current: ReqData<LiveSession>) -> String {
    current.session.user.id.clone()
}

async fn sign_out(request: HttpRequest, sessions: Data<Sessions>) -> Result<String> {
    sessions.end(&request).await?;
    Ok("signed out".to_owned())
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let set = |name, unset: &str| env::var(name).unwrap_or_else(|_| unset.to_owned());
    let url = env::var("DATABASE_URL").context("set DATABASE_URL")?;
    let secret = set(
        "SESSION_SECRETS",
        &format!("{:032x}", rand::random::<u128>()),
    );
    let mut settings = Settings::new(vec![secret.into()], env::temp_dir());
    settings.cookies = CookieNames::new("session", false); // for http://localhost only
    let (background, clock) = (Background::here(), storage::Clock::default());
    let provider = oidc_client::Settings::new("https://login.example.com", "app", "secret".into());
    let http = Http::new(Http::builder().build()?, background.clone());
    let client = Arc::new(Client::new(provider, http, Timestamp::now));
    let store = PostgresStore::open(&url, &settings, clock.clone()).await?;
    let opened = Sessions::open_shared(Arc::new(store), settings, client, &background, clock);
    let sessions = Data::new(opened.await?);
    let app = move || {
        let guard = from_fn(require_session::<Refusal, _>);
        App::new()
            .app_data(sessions.clone())
            .route("/sign-in/{name}", get().to(sign_in))
            .service(resource("/who").wrap(guard).get(who))
            .route("/sign-out", get().to(sign_out))
            .wrap(sessions.id_cookie())
            .wrap(from_fn(session_cookies))
    };
    let address = ("127.0.0.1", set("PORT", "8080").parse()?);
    Ok(HttpServer::new(app).bind(address)?.run().await?)
}
