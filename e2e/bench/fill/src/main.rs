//! Fills `DATA_DIR` as if many people had signed in, or many sessions had been ended. The settings
//! are those of the backend, from the same variables.
//!
//! - `fill sessions COUNT BYTES`: sessions of so many bytes before they are sealed; prints the
//!   Cookie header of each, or of 100,000 spread over them
//! - `fill revocations COUNT`: entries of the revocation list

use std::{
    collections::BTreeMap,
    env,
    io::{BufWriter, Write, stdout},
    iter,
    sync::Arc,
};

use actix_web::cookie::{Cookie, CookieJar, Key};
use anyhow::{Context, bail};
use backend::config::Config;
use clap::Parser;
use futures_util::future::try_join_all;
use oidc_client::Token;
use revocation_list::{Revocation, Scope};
use sessions::internal::{self, CachedResponse, SessionIds, Stores};
use sessions::{EndReason, SessionData, SessionTokens, Settings, User, UserSession};
use storage::Clock;

/// Sessions that are written at the same time, and wait for the disk together.
const AT_ONCE: usize = 1_000;

/// Most cookies that are printed.
const PRINTED: usize = 100_000;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let config = Config::try_parse_from(["fill"])?;
    let settings = config.session.settings(&config.server.public_url())?;
    let clock = Clock::default();
    let opened = internal::open(&settings, &clock, None).await?;
    let number = |index: usize| -> anyhow::Result<usize> {
        let text = arguments.get(index).context("a number is missing")?;
        text.parse().with_context(|| text.clone())
    };
    match arguments.first().map(String::as_str) {
        Some("sessions") => sessions(&opened, &settings, &clock, number(1)?, number(2)?).await,
        Some("revocations") => revocations(&opened, &settings, &clock, number(1)?).await,
        _ => bail!("fill sessions COUNT BYTES, or fill revocations COUNT"),
    }
}

async fn sessions(
    opened: &Stores,
    settings: &Settings,
    clock: &Clock,
    count: usize,
    bytes: usize,
) -> anyhow::Result<()> {
    let ids = SessionIds::new(&settings.secrets);
    let without_token = serde_json::to_vec(&session_of("", 0, settings, clock))?.len();
    let token = "t".repeat(bytes.saturating_sub(without_token));
    let step = count.div_ceil(PRINTED);
    let mut out = BufWriter::new(stdout());
    for from in (0..count).step_by(AT_ONCE) {
        let creating = (from..count.min(from + AT_ONCE)).map(|number| {
            let id = ids.mint();
            let session = Arc::new(session_of(&token, number, settings, clock));
            async move {
                opened.store.create(id.handle(), &session).await?;
                anyhow::Ok((number, id))
            }
        });
        for (number, id) in try_join_all(creating).await? {
            if number % step == 0 {
                writeln!(out, "{}", cookie(settings.cookies.base_name(), id.expose()))?;
            }
        }
    }
    Ok(out.flush()?)
}

/// A session of a user of its own.
fn session_of(token: &str, number: usize, settings: &Settings, clock: &Clock) -> UserSession {
    let now = clock.now();
    let ends_at = settings.timeouts.latest_end(now);
    UserSession {
        version: 1,
        user: user(number),
        provider_session_id: Some(format!("provider-session-{number:08}")),
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0".to_owned()),
        authenticated_at: Some(now),
        acr: None,
        amr: Vec::new(),
        created_at: now,
        ends_at,
        last_seen_at: now,
        tokens: SessionTokens {
            access_token: Token::new(token.to_owned()),
            access_token_expires_at: ends_at,
            issued_at: now,
            refresh_count: 0,
            refreshes_for_apis: 0,
            of_apis: BTreeMap::new(),
            refreshed_by: None,
            refresh_token: Some(Token::new("r".repeat(640))),
            roles: None,
            id_token: None,
        },
        data: SessionData::default(),
        device: None,
        cached_response: CachedResponse::default(),
    }
}

fn user(number: usize) -> User {
    User {
        id: format!("user-{number:08}"),
        tenant_id: "tenant".to_owned(),
        tenant_name: Some("acme".to_owned()),
        tenant_custom_domain: None,
        identity_provider: Some("wristband".to_owned()),
        name: Some(format!("User {number:08}")),
        email: Some(format!("user-{number:08}@acme.example")),
        email_verified: Some(true),
        roles: Vec::new(),
    }
}

/// The `Cookie` header of a browser. actix-session signs the id with a public key that does not
/// protect it.
fn cookie(name: String, id: &str) -> String {
    let mut jar = CookieJar::new();
    let key = Key::from(&[0; 64]);
    jar.signed_mut(&key).add(Cookie::new(name, id.to_owned()));
    jar.iter()
        .map(|cookie| cookie.stripped().encoded().to_string())
        .collect()
}

async fn revocations(
    opened: &Stores,
    settings: &Settings,
    clock: &Clock,
    count: usize,
) -> anyhow::Result<()> {
    let until = settings.timeouts.latest_end(clock.now());
    let ids = SessionIds::new(&settings.secrets);
    let handles = iter::repeat_with(|| ids.mint().handle());
    let reason = EndReason::SignedOut.number();
    let end = |handle| Revocation::new(Scope::session(handle), reason, until);
    let mut ended = handles.map(end);
    for from in (0..count).step_by(AT_ONCE) {
        let batch = ended.by_ref().take(AT_ONCE.min(count - from));
        try_join_all(batch.map(|revocation| opened.revocations.add(revocation))).await?;
    }
    Ok(())
}
