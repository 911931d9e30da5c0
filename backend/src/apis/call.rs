//! A request to a service.

use std::{
    future::{Future, ready},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use actix_web::{HttpRequest, http::header::CONTENT_LENGTH, web::Bytes};
use oidc_client::is_loopback;
use reqwest::{Client, Method, RequestBuilder, Response, header, redirect};
use sessions::AccessToken;
use tokio::time::timeout;
use url::Url;

use super::{
    Service,
    body::{Upload, Uploaded},
    headers,
    session_watch::SessionWatch,
};
use crate::{client_watch::ClientWatch, error::ApiError, request_body::DeferredBody};

/// Time in which most calls are answered. Until then nobody watches whether the client stays.
const UNWATCHED: Duration = Duration::from_secs(1);

/// The HTTP client of one worker for a service.
#[derive(Debug)]
pub struct Forwarder {
    pub(super) service: Arc<Service>,
    /// Of this worker alone, since a connection lives as long as the worker that opened it.
    client: Client,
}

impl Forwarder {
    /// Prepares the connections of a worker; `None` if TLS cannot be set up, which would have
    /// failed the start before.
    pub(super) fn new(service: Arc<Service>) -> Option<Self> {
        let client = Client::builder()
            .user_agent(concat!("actix-sessions/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(service.limits.time)
            .redirect(redirect::Policy::none())
            .referer(false);
        // Requests to this machine are not encrypted, so they never use a proxy.
        let client = if is_loopback(&service.url) {
            client.no_proxy()
        } else {
            client
        };
        let client = client.build();
        let client = client.inspect_err(
            |error| tracing::error!(%error, "the HTTP client of a service could not be built"),
        );
        let client = client.ok()?;
        Some(Self { service, client })
    }
}

/// A request to a service, which may be sent twice.
pub(super) struct Call<'a> {
    pub(super) forwarder: &'a Forwarder,
    pub(super) request: &'a HttpRequest,
    pub(super) target: Url,
    pub(super) watch: SessionWatch,
    pub(super) client: ClientWatch,
}

impl Call<'_> {
    fn begin(&self, token: &AccessToken) -> Result<RequestBuilder, ApiError> {
        let method = Method::from_bytes(self.request.method().as_str().as_bytes());
        let method = method.map_err(|_| ApiError::NotFound)?;
        let request = self.forwarder.client.request(method, self.target.clone());
        let headers = headers::of_request(self.request.headers());
        Ok(request.headers(headers).bearer_auth(token.token.expose()))
    }

    /// Sends it with its complete body.
    pub(super) async fn send(
        &mut self,
        token: &AccessToken,
        body: &Bytes,
    ) -> Result<Response, ApiError> {
        let mut request = self.begin(token)?;
        if !body.is_empty() {
            request = request.body(body.clone());
        }
        self.answered(request.send()).await
    }

    /// Sends it while its body arrives.
    pub(super) async fn stream(
        &mut self,
        token: &AccessToken,
        first: &Bytes,
        rest: &DeferredBody,
    ) -> Result<(Response, Upload), ApiError> {
        let mut request = self.begin(token)?;
        if let Some(length) = self.request.headers().get(CONTENT_LENGTH) {
            request = request.header(header::CONTENT_LENGTH, length.as_bytes());
        }
        let limits = self.forwarder.service.limits;
        let watch = self.watch.clone();
        let (mut upload, body) = Upload::start(first.clone(), rest.clone(), limits, watch);
        let mut sending = pin!(request.body(reqwest::Body::wrap(body)).send());
        self.client.start();
        let early = tokio::select! {
            biased;
            uploaded = upload.finished() => Err(uploaded),
            response = &mut sending => Ok(response),
            () = self.client.closed() => Err(Uploaded::Broken),
        };
        let response = match early {
            Ok(response) => self.answered(ready(response)).await?,
            Err(Uploaded::Done) => self.answered(sending).await?,
            Err(Uploaded::Broken) => return Err(ApiError::InvalidRequest),
            Err(Uploaded::Stalled) => return Err(ApiError::ApiTimeout),
            Err(Uploaded::Refused(error)) => return Err(error),
        };
        Ok((response, upload))
    }

    /// Waits until the service answers.
    ///
    /// # Errors
    /// `InvalidRequest` if the client goes away: there is nobody to answer to.
    async fn answered(
        &mut self,
        response: impl Future<Output = reqwest::Result<Response>>,
    ) -> Result<Response, ApiError> {
        let service = &self.forwarder.service;
        let limit = service.limits.time;
        let mut response = pin!(response);
        let mut answer = timeout(limit.min(UNWATCHED), &mut response).await;
        if answer.is_err() && limit > UNWATCHED {
            self.client.start();
            answer = tokio::select! {
                biased;
                answer = timeout(limit - UNWATCHED, response) => answer,
                () = self.client.closed() => return Err(ApiError::InvalidRequest),
            };
        }
        match answer {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) if !error.is_timeout() => {
                let error = anyhow::Error::from(error.without_url());
                Err(service.failed(&format!("{error:#}"), ApiError::ApiUnavailable))
            }
            _ => Err(service.failed("it does not answer in time", ApiError::ApiTimeout)),
        }
    }
}
