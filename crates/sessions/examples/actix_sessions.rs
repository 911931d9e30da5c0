//! Sessions in cookies of an Actix application. It signs in anybody: put your callback there.
//! `cargo run --example actix_sessions`, `curl -b jar -c jar localhost:8080/sign-in/ada`, `/who`.

use std::{sync::Arc, time::Duration};

use actix_web::web::{Data, Path, ReqData, get, resource};
use actix_web::{App, HttpRequest, HttpServer, Result, error, middleware::from_fn};
use jiff::Timestamp;
use oidc_client::{Background, Client, Http, Token};
use sealed_cookies::CookieNames;
use sessions::actix::{require_session, session_cookies};
use sessions::{LiveSession, NewSession, Refusal, SessionTokens, Sessions, Settings, User};

type State = Data<Sessions>;

async fn sign_in(request: HttpRequest, name: Path<String>, sessions: State) -> Result<String> {
    let now = Timestamp::now();
    let token = Token::new("from the provider".to_owned());
    let tokens = SessionTokens::new(token, now + Duration::from_secs(3600), now, None);
    let (id, rest) = (name.into_inner(), User::default());
    let user = User { id, ..rest };
    let new = NewSession::new(user, tokens);
    let begun = sessions.begin(&request, new, None).await;
    begun.map_err(error::ErrorInternalServerError)?;
    Ok("signed in".to_owned())
}

async fn who(current: ReqData<LiveSession>) -> String {
    current.session.user.id.clone()
}

async fn sign_out(request: HttpRequest, sessions: State) -> Result<String> {
    sessions.end(&request).await?;
    Ok("signed out".to_owned())
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let background = Background::here();
    let provider = oidc_client::Settings::new("https://login.example.com", "app", "secret".into());
    let http = Http::new(Http::builder().build()?, background.clone());
    let client = Arc::new(Client::new(provider, http, Timestamp::now));
    let secret = format!("{:032x}", rand::random::<u128>());
    let mut settings = Settings::new(vec![secret.into()], std::env::temp_dir());
    settings.cookies = CookieNames::new("session", false); // for http://localhost only
    let opened = Sessions::open(settings, client, &background, Default::default());
    let sessions = State::new(opened.await?);
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
    Ok(HttpServer::new(app).bind("127.0.0.1:8080")?.run().await?)
}
