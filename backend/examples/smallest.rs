//! The smallest application: sign-in at a real provider, a protected page, renewal of its tokens,
//! sign-out. `npm run provider`, and beside it `cargo run --example smallest`; then open
//! http://localhost:6001. It keeps sessions in cookies only, and in Redis only with
//! `SESSION_STORE=redis REDIS_URL=redis://localhost`. All settings: `-- --help`.

use std::sync::Arc;

use ::sessions::actix::{require_access_token, session_cookies};
use ::sessions::{LiveSession, Sessions};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, Html, Query, ReqData};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Result};
use backend::config::Config;
use backend::error::ApiError;
use backend::identity_provider::SignOut;
use backend::sign_in::{AuthorizationResponse, Failure, LoginAttempts, LoginError};
use backend::sign_in::{LoginErrorReason, LoginRequest, SignIn, redirect_to};
use backend::tenant::Tenant;
use backend::{cookies, http, secrets};
use clap::Parser;
use oidc_client::{Background, Client};
use sealed_cookies::Keyring;
use storage::Clock;
use url::Url;

/// The page asks for itself who is signed in: a link from elsewhere, like the way back from the
/// provider, brings no `SameSite=Strict` cookie, the page's own requests do.
const PAGE: &str =
    "<link rel=icon href=data:,><p id=who>Nobody is signed in</p><a href=/sign-in>Sign in</a>
    <form method=post action=/sign-out><button>Sign out</button></form>
    <script>fetch('/me').then(async (it) => it.ok && (who.textContent = await it.text()))</script>";

fn tenant() -> Tenant {
    let name = Some("acme".to_owned());
    Tenant {
        name,
        ..Tenant::default()
    }
}

/// To the provider.
async fn sign_in(
    request: HttpRequest,
    sign_in: Data<SignIn>,
    sessions: Data<Sessions>,
) -> Result<HttpResponse, LoginError> {
    let wanted = LoginRequest {
        tenant: tenant(),
        return_url: "/".to_owned(),
        // Ended once the new session is safe.
        previous: sessions.previous(&request),
        ..LoginRequest::default()
    };
    sign_in.start(wanted, request.headers()).await
}

/// Back from there: only now there is a session, under a new id.
async fn callback(
    request: HttpRequest,
    answer: Query<AuthorizationResponse>,
    sign_in: Data<SignIn>,
    sessions: Data<Sessions>,
) -> Result<HttpResponse, LoginError> {
    let (attempts, now) = (&sign_in.attempts, sign_in.clock.now());
    let attempt = attempts.take(&answer.state, request.headers(), now).await?;
    let attempt = attempt.ok_or(LoginErrorReason::InvalidRequest)?;
    let session = sign_in.identify(&attempt, &answer).await;
    let session = session.map_err(|failure| match failure {
        Failure::Restart => LoginErrorReason::TooManyAttempts,
        Failure::Final(reason) => reason,
    })?;
    let begun = sessions.begin(&request, session, attempt.previous).await;
    begun.map_err(|_| LoginErrorReason::SessionStoreUnavailable)?;
    let mut response = redirect_to(&attempt.return_url);
    let _ = response.add_cookie(&attempts.forget(&answer.state));
    Ok(response)
}

/// Whoever comes here is signed in, and the access token is good for a call.
async fn me(current: ReqData<LiveSession>) -> String {
    format!("Signed in as {}", current.session.user.id)
}

/// Ends the session here, then the provider's own. A `SameSite=Strict` cookie and POST keep other
/// sites from doing it.
async fn sign_out(
    request: HttpRequest,
    sign_in: Data<SignIn>,
    sessions: Data<Sessions>,
) -> Result<HttpResponse> {
    sessions.end(&request).await.map_err(ApiError::from)?;
    let wanted = SignOut {
        tenant: &tenant(),
        page: sign_in.provider.origin(None),
        note: "",
        id_token: None,
    };
    let there = sign_in.provider.sign_out_url(wanted).await.ok().flatten();
    let mut response = HttpResponse::SeeOther();
    response.insert_header(("location", there.as_ref().map_or("/", Url::as_str)));
    Ok(response.finish())
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::parse();
    config.check()?;
    let (clock, background, server) = (Clock::default(), Background::here(), &config.server);
    let http = http(background.clone())?;
    let time = clock.clone();
    let oidc = Client::new(config.oidc()?, http.clone(), move || time.now());
    let oidc = Arc::new(oidc);
    let provider = Arc::new(config.identity_provider(Arc::clone(&oidc), http));
    let settings = config.session.settings(&server.public_url())?;
    let attempts = Keyring::new(&settings.secrets, secrets::LOGIN_ATTEMPT);
    let sessions = Sessions::open(settings, Arc::clone(&oidc), &background, clock.clone()).await?;
    let cookies = cookies::login_attempt(sessions.cookies().is_secure());
    let attempts = LoginAttempts::new(attempts, cookies, sessions.redis());
    let sessions = Data::new(sessions);
    let signing_in = Data::new(SignIn {
        oidc,
        provider,
        attempts,
        clock,
    });
    let app = move || {
        let guarded = web::resource("/me").wrap(from_fn(require_access_token::<ApiError, _>));
        App::new()
            .app_data(signing_in.clone())
            .app_data(sessions.clone())
            .route("/", web::get().to(async || Html::new(PAGE)))
            .route("/sign-in", web::get().to(sign_in))
            .route("/api/auth/callback", web::get().to(callback))
            .service(guarded.get(me))
            .route("/sign-out", web::post().to(sign_out))
            .wrap(sessions.id_cookie())
            .wrap(from_fn(session_cookies))
    };
    let address = (server.host.as_str(), server.port);
    HttpServer::new(app).bind(address)?.run().await?;
    background.finished().await;
    Ok(())
}
