//! The smallest application on the crates: sign-in with Wristband, a page of who is signed in,
//! refresh of the tokens, sign-out. Run `npm run provider`, beside it `cargo run -p smallest`, and
//! open http://localhost:6001. Sessions are in cookies, or in Redis with `REDIS_URL`.

use std::{collections::HashMap, env, sync::Arc, time::Duration};

use actix_web::error::{ErrorBadRequest, ErrorServiceUnavailable};
use actix_web::web::{Data, Html, Query, Redirect, ReqData, get, post, resource};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Result, middleware::from_fn};
use anyhow::{Context, ensure};
use oauth2::{CsrfToken, PkceCodeChallenge};
use oidc_client::{AuthorizationRequest, Background, Client, Http};
use sealed_cookies::{CookieNames, Keyring, Purpose};
use sessions::actix::{require_access_token, session_cookies};
use sessions::{LiveSession, NewSession, Refusal, Sessions, Settings, StoreKind, User};

/// The page asks for itself who is signed in: a link from elsewhere, like the way back from the
/// provider, brings no `SameSite=Strict` cookie, the page's own requests do.
const PAGE: &str =
    "<link rel=icon href=data:,><p id=who>Nobody is signed in</p><a href=/sign-in>Sign in</a>
    <form method=post action=/sign-out><button>Sign out</button></form>
    <script>fetch('/me').then(async (it) => it.ok && (who.textContent = await it.text()))</script>";

struct This {
    client: Arc<Client>,
    sessions: Data<Sessions>,
    /// Address of this application, and of its tenant at the provider.
    here: String,
    tenant: String,
    /// A sign-in waits in a sealed cookie: its state, nonce and code verifier.
    keyring: Keyring,
    cookie: CookieNames,
}

/// To the provider.
async fn sign_in(request: HttpRequest, this: Data<This>) -> Result<HttpResponse> {
    // Whoever signs in again leaves the session before it.
    this.sessions.end(&request).await?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (state, nonce) = (CsrfToken::new_random(), CsrfToken::new_random());
    let start = async || -> anyhow::Result<HttpResponse> {
        let parameters = AuthorizationRequest {
            redirect_uri: &format!("{}/api/auth/callback", this.here),
            state: state.secret(),
            nonce: nonce.secret(),
            code_challenge: challenge.as_str(),
            hints: &[],
        };
        let endpoint = format!("{}/oauth2/authorize", this.tenant).parse()?;
        let url = this.client.authorization_url(endpoint, &parameters).await?;
        let kept = serde_json::to_vec(&(state.secret(), nonce.secret(), verifier.secret()))?;
        let sealed = this.keyring.seal_parts(&kept, "sign-in", 0)?.concat();
        let (name, lifetime) = (this.cookie.base_name(), Duration::from_secs(600));
        let mut response = HttpResponse::Found();
        response.cookie(this.cookie.build(name, sealed, lifetime));
        Ok(response.insert_header(("location", url.as_str())).finish())
    };
    start().await.map_err(ErrorServiceUnavailable)
}

/// Back from there: only now there is a session, under a new id.
async fn callback(
    request: HttpRequest,
    answer: Query<HashMap<String, String>>,
    this: Data<This>,
) -> Result<Redirect> {
    let finish = async || -> anyhow::Result<NewSession> {
        let cookie = request.cookie(&this.cookie.base_name());
        let cookie = cookie.context("no sign-in waits here")?;
        let part = |index| (index == 0).then_some(cookie.value());
        let kept = this.keyring.open_parts("sign-in", part);
        let kept = kept.context("the cookie is damaged")?.plaintext;
        let (state, nonce, verifier): (String, String, String) = serde_json::from_slice(&kept)?;
        ensure!(answer.get("state") == Some(&state), "another sign-in");
        let code = answer.get("code").context("no code")?;
        let back = format!("{}/api/auth/callback", this.here);
        let tokens = this.client.exchange_code(code, &verifier, &back).await?;
        let id_token = tokens.id_token.as_ref();
        let id = this.client.verify_id_token(id_token, &nonce).await?.sub;
        let rest = User::default();
        Ok(NewSession::new(User { id, ..rest }, tokens.into()))
    };
    let new = finish().await.map_err(ErrorBadRequest)?;
    let begun = this.sessions.begin(&request, new, None).await;
    begun.map_err(ErrorServiceUnavailable)?;
    Ok(Redirect::to("/").see_other())
}

/// Whoever comes here is signed in, and the access token is good for a call.
async fn me(current: ReqData<LiveSession>) -> String {
    format!("Signed in as {}", current.session.user.id)
}

/// Ends the session here, then the provider's. A `SameSite=Strict` cookie and POST keep other sites
/// from doing it.
async fn sign_out(request: HttpRequest, this: Data<This>) -> Result<Redirect> {
    this.sessions.end(&request).await?;
    let (id, here) = (this.client.client_id(), &this.here);
    let there = format!("{}/logout?client_id={id}&redirect_url={here}", this.tenant);
    Ok(Redirect::to(there).see_other())
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let set = |name, unset: &str| env::var(name).unwrap_or_else(|_| unset.to_owned());
    let here = set("PUBLIC_URL", "http://localhost:6001");
    let domain = set("APPLICATION_VANITY_DOMAIN", "localhost:6100");
    let scheme = here.split(':').next().unwrap_or("https");
    let secret = set("SESSION_SECRETS", &CsrfToken::new_random().into_secret());
    let (background, is_https) = (Background::here(), scheme == "https");
    let http = Http::new(Http::builder().build()?, background.clone());
    let issuer = format!("{scheme}://{domain}");
    let client = oidc_client::Settings::new(issuer, "local-client", "local-secret".into());
    let client = Arc::new(Client::new(client, http, jiff::Timestamp::now));
    let folder = set("DATA_DIR", "target/smallest");
    std::fs::create_dir_all(&folder)?;
    let mut settings = Settings::new(vec![secret.into()], folder);
    settings.cookies = CookieNames::new("smallest-session", is_https);
    if let Ok(url) = env::var("REDIS_URL") {
        (settings.redis_url, settings.store) = (Some(url.into()), StoreKind::Redis);
    }
    let keyring = Keyring::new(&settings.secrets, Purpose::new("sign-in"));
    let (provider, clock) = (Arc::clone(&client), Default::default());
    let opened = Sessions::open(settings, provider, &background, clock).await?;
    let this = Data::new(This {
        client,
        sessions: Data::new(opened),
        tenant: format!("{scheme}://acme.{domain}/api/v1"),
        keyring,
        cookie: CookieNames::new("smallest-sign-in", is_https).lax(),
        here,
    });
    let app = move || {
        let guard = from_fn(require_access_token::<Refusal, _>);
        App::new()
            .app_data(this.clone())
            .app_data(this.sessions.clone())
            .route("/", get().to(async || Html::new(PAGE)))
            .route("/sign-in", get().to(sign_in))
            .route("/api/auth/callback", get().to(callback))
            .service(resource("/me").wrap(guard).get(me))
            .route("/sign-out", post().to(sign_out))
            .wrap(this.sessions.id_cookie())
            .wrap(from_fn(session_cookies))
    };
    let address = ("127.0.0.1", set("PORT", "6001").parse()?);
    HttpServer::new(app).bind(address)?.run().await?;
    background.finished().await;
    Ok(())
}
