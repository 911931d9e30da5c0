//! `GET /*`: the built single-page app. Hashed assets are cached for a year, everything else is
//! revalidated by an ETag of its content. Pages get `index.html`, unknown pages too but with 404;
//! missing files get 404.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use actix_files::{Files, NamedFile};
use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{self, BoxBody, MessageBody},
    dev::{ResourceDef, ServiceRequest, ServiceResponse, fn_service},
    error::ErrorInternalServerError,
    http::{
        Method, StatusCode,
        header::{self, EntityTag, Header, HeaderValue, IfNoneMatch, TryIntoHeaderValue},
    },
    middleware::Next,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::error::ApiError;

/// The app's files. Any other path is a page of the app.
pub fn files(dist: &Path) -> Files {
    let folder = dist.to_owned();
    Files::new("/", dist)
        .index_file("index.html")
        .prefer_utf8(true)
        // They depend on inode and time, which differ between nodes; see `revalidated`.
        .use_etag(false)
        .use_last_modified(false)
        .try_compressed()
        .default_handler(fn_service(move |request: ServiceRequest| {
            let folder = folder.clone();
            async move {
                let (request, _) = request.into_parts();
                let response = if is_file(&request) {
                    HttpResponse::from_error(ApiError::NotFound)
                } else {
                    page(&folder, &request)
                };
                Ok(ServiceResponse::new(request, response))
            }
        }))
}

/// The folder of the built app.
#[derive(Clone, Debug)]
pub struct Dist(pub PathBuf);

impl Dist {
    /// Returns `true` if the app was built; without it, its pages respond with 503.
    pub fn is_built(&self) -> bool {
        index(&self.0).is_ok()
    }
}

fn index(dist: &Path) -> io::Result<NamedFile> {
    NamedFile::open(dist.join("index.html"))
}

/// Responds with `index.html`. For an unknown page the app itself shows "Page not found".
fn page(dist: &Path, request: &HttpRequest) -> HttpResponse {
    let Ok(file) = index(dist) else {
        return HttpResponse::ServiceUnavailable()
            .body("The single-page app is not built yet. Run: npm run build");
    };
    let file = file.use_etag(false).use_last_modified(false);
    let mut response = file.into_response(request);
    if !is_page(dist, request.path()) {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// Returns `true` if the app has a page at this path, by the list of patterns that its build
/// writes. Like React Router, ignores case and a slash at the end.
fn is_page(dist: &Path, path: &str) -> bool {
    let list = fs::read(dist.join("pages.json")).ok();
    let pages: Option<Vec<String>> = list.and_then(|list| serde_json::from_slice(&list).ok());
    let path = path.trim_end_matches('/').to_ascii_lowercase();
    pages.is_none_or(|pages| path.is_empty() || ResourceDef::new(pages).is_match(&path))
}

/// Returns `true` for the path of a file: an asset, or a name with an extension.
fn is_file(request: &HttpRequest) -> bool {
    let page = request.headers().get(header::ACCEPT).is_some_and(|accept| {
        accept
            .to_str()
            .is_ok_and(|accept| accept.contains("text/html"))
    });
    let name = request.path().rsplit('/').next().unwrap_or_default();
    request.path().starts_with("/assets/") || (name.contains('.') && !page)
}

/// Middleware of files: sets cache headers and refuses methods other than GET and HEAD.
pub async fn caching(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(request.into_response(ApiError::method_not_allowed("GET, HEAD")));
    }
    let asset = request.path().starts_with("/assets/");
    let mut response = next.call(request).await?.map_into_boxed_body();
    if response.status() == StatusCode::BAD_REQUEST {
        // A name that is never served, such as `.env`.
        response = response.error_response(ApiError::NotFound);
    }
    let lasting = asset && response.status().is_success();
    let policy = if lasting {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    if !asset && response.status() == StatusCode::OK {
        response = revalidated(response).await?;
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
    // A file may exist compressed.
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

/// Adds an ETag of the content, the same on every node and another for each encoding; responds with
/// 304 if the browser has that version.
async fn revalidated(
    response: ServiceResponse<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (request, response) = response.into_parts();
    let (mut response, body) = response.into_parts();
    let content = body::to_bytes(body)
        .await
        .map_err(ErrorInternalServerError)?;
    let tag = EntityTag::new_strong(BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(&content)[..16]));
    let is_known = matches!(
        IfNoneMatch::parse(&request),
        Ok(IfNoneMatch::Items(known)) if known.iter().any(|known| known.weak_eq(&tag))
    );
    response
        .headers_mut()
        .insert(header::ETAG, tag.try_into_value()?);
    let response = if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.set_body(BoxBody::new(body::None::new()))
    } else {
        response.set_body(BoxBody::new(content))
    };
    Ok(ServiceResponse::new(request, response))
}

/// The folder of the built app: the configured one, or that of the binary's workspace, or one in
/// the working directory.
pub fn dist(configured: Option<&Path>) -> PathBuf {
    if let Some(folder) = configured {
        return folder.to_owned();
    }
    let binary = std::env::current_exe().unwrap_or_default();
    let beside = binary
        .ancestors()
        .map(|folder| folder.join("frontend/dist"))
        .find(|folder| folder.is_dir());
    beside.unwrap_or_else(|| PathBuf::from("frontend/dist"))
}
