//! actix-session as it comes: a session of the size of ours, read by the handler at each request.

use actix_session::{Session, SessionMiddleware, storage::SessionStore};
use actix_web::{
    App, Error, HttpResponse, HttpServer, cookie::Key, error::ErrorUnauthorized,
    http::header::ContentType, web,
};
use serde::{Deserialize, Serialize};

use crate::Address;

/// The contents of a session of ours before it is sealed: the user and the two tokens.
const SESSION_BYTES: usize = 2_200;

/// The name of the one entry of a session.
const USER: &str = "user";

#[derive(Clone, Serialize, Deserialize)]
struct User {
    /// The JSON of the answer: to write it down again is not what is compared here.
    answer: String,
    tokens: String,
}

pub(crate) async fn serve<S: SessionStore + 'static>(
    address: Address,
    answer: String,
    store: impl Fn() -> S + Clone + Send + 'static,
) -> anyhow::Result<()> {
    let tokens = "t".repeat(SESSION_BYTES.saturating_sub(answer.len()));
    let user = User { answer, tokens };
    let key = Key::generate();
    let app = move || {
        App::new()
            .app_data(web::Data::new(user.clone()))
            .route("/begin", web::get().to(begin))
            .route("/api/session", web::get().to(read))
            .wrap(SessionMiddleware::new(store(), key.clone()))
    };
    Ok(HttpServer::new(app).workers(1).bind(address)?.run().await?)
}

async fn begin(session: Session, user: web::Data<User>) -> Result<HttpResponse, Error> {
    session.insert(USER, user.get_ref())?;
    Ok(HttpResponse::NoContent().finish())
}

async fn read(session: Session) -> Result<HttpResponse, Error> {
    let user: User = session
        .get(USER)?
        .ok_or_else(|| ErrorUnauthorized("no session"))?;
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .body(user.answer))
}
