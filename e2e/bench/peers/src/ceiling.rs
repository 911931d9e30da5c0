//! As fast as a backend of these parts can be: our headers, and a signed id cookie whose session
//! costs nothing.

use std::collections::HashMap;

use actix_session::{
    Session, SessionMiddleware,
    storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError},
};
use actix_web::{
    App, Error, HttpResponse, HttpServer,
    cookie::{Key, time::Duration},
    middleware::DefaultHeaders,
    web,
};
use anyhow::Context;

use crate::{Address, send};

type State = HashMap<String, String>;

pub(crate) async fn serve(
    address: Address,
    answer: String,
    headers: &[String],
) -> anyhow::Result<()> {
    let headers: Vec<(String, String)> = headers
        .iter()
        .map(|header| header.split_once(':').context("NAME:VALUE"))
        .map(|header| header.map(|(name, value)| (name.to_owned(), value.to_owned())))
        .collect::<Result<_, _>>()?;
    let answer = web::Bytes::from(answer);
    let key = Key::generate();
    let app = move || {
        let headers = headers
            .iter()
            .fold(DefaultHeaders::new(), |all, (name, value)| {
                all.add((name.as_str(), value.as_str()))
            });
        App::new()
            .app_data(web::Data::new(answer.clone()))
            .route("/begin", web::get().to(begin))
            .route("/api/session", web::get().to(send))
            .wrap(SessionMiddleware::new(NoStore, key.clone()))
            .wrap(headers)
    };
    Ok(HttpServer::new(app).workers(1).bind(address)?.run().await?)
}

async fn begin(session: Session) -> Result<HttpResponse, Error> {
    session.insert("user", "somebody")?;
    Ok(HttpResponse::NoContent().finish())
}

/// A store that does nothing: every id has a session, which is empty.
struct NoStore;

impl SessionStore for NoStore {
    async fn load(&self, _: &SessionKey) -> Result<Option<State>, LoadError> {
        Ok(Some(State::new()))
    }

    async fn save(&self, _: State, _: &Duration) -> Result<SessionKey, SaveError> {
        SessionKey::try_from("i".repeat(64)).map_err(|error| SaveError::Other(error.into()))
    }

    async fn update(
        &self,
        id: SessionKey,
        _: State,
        _: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        Ok(id)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> anyhow::Result<()> {
        Ok(())
    }

    async fn delete(&self, _: &SessionKey) -> anyhow::Result<()> {
        Ok(())
    }
}
