//! Peers of `npm run bench`: servers with the same response, each with one worker.
//!
//! - `peers bare PORT ANSWER`: a handler and nothing else
//! - `peers ceiling PORT ANSWER NAME:VALUE...`: that with these headers, and actix-session over a
//!   store that does nothing
//! - `peers cookie PORT ANSWER`: actix-session as it comes, with its `CookieSessionStore`
//! - `peers redis PORT ANSWER REDIS_URL`: the same with its `RedisSessionStore`
//!
//! ANSWER is the file with the JSON of `GET /api/session`.

mod ceiling;
mod stock;

use std::{env, fs};

use actix_session::storage::{CookieSessionStore, RedisSessionStore};
use actix_web::{App, HttpResponse, HttpServer, http::header::ContentType, web};
use anyhow::{Context, bail};

/// The address of a peer.
type Address = (&'static str, u16);

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [kind, port, answer, rest @ ..] = arguments.as_slice() else {
        bail!("peers bare|ceiling|cookie|redis PORT ANSWER ...");
    };
    let address = ("127.0.0.1", port.parse().context("PORT")?);
    let answer = fs::read_to_string(answer).context("ANSWER")?;
    match kind.as_str() {
        "bare" => bare(address, answer).await,
        "ceiling" => ceiling::serve(address, answer, rest).await,
        "cookie" => stock::serve(address, answer, CookieSessionStore::default).await,
        "redis" => {
            let url = rest.first().context("REDIS_URL")?;
            let store = RedisSessionStore::new(url).await?;
            stock::serve(address, answer, move || store.clone()).await
        }
        _ => bail!("there is no peer called {kind}"),
    }
}

async fn bare(address: Address, answer: String) -> anyhow::Result<()> {
    let answer = web::Bytes::from(answer);
    let app = move || {
        App::new()
            .app_data(web::Data::new(answer.clone()))
            .route("/api/session", web::get().to(send))
    };
    Ok(HttpServer::new(app).workers(1).bind(address)?.run().await?)
}

/// Sends the answer as it is.
async fn send(answer: web::Data<web::Bytes>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::json())
        .body(answer.get_ref().clone())
}
