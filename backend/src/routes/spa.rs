//! `GET /*`: the built single-page app. Hashed assets are cached for a year, `index.html` never; a
//! deep link gets `index.html`, a missing file 404.

use std::path::{Path, PathBuf};

use actix_files::{Files, NamedFile};
use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse, fn_service},
    http::{
        Method, StatusCode,
        header::{self, HeaderValue},
    },
    middleware::Next,
};

use crate::error::ApiError;

/// The app's files; everything that is not one of them is an address within the app.
pub fn files(dist: &Path) -> Files {
    let index = dist.join("index.html");
    Files::new("/", dist)
        .index_file("index.html")
        .prefer_utf8(true)
        .try_compressed()
        .default_handler(fn_service(move |request: ServiceRequest| {
            let index = index.clone();
            async move {
                let (request, _) = request.into_parts();
                let response = if is_file(&request) {
                    HttpResponse::from_error(ApiError::NotFound)
                } else {
                    match NamedFile::open(&index) {
                        Ok(file) => file.into_response(&request),
                        Err(_) => HttpResponse::ServiceUnavailable()
                            .body("The single-page app is not built yet. Run: npm run build"),
                    }
                };
                Ok(ServiceResponse::new(request, response))
            }
        }))
}

/// Whether a file was asked for, not a page: an asset, or a name with an ending that is not opened
/// as a page.
fn is_file(request: &HttpRequest) -> bool {
    let page = request.headers().get(header::ACCEPT).is_some_and(|accept| {
        accept
            .to_str()
            .is_ok_and(|accept| accept.contains("text/html"))
    });
    let name = request.path().rsplit('/').next().unwrap_or_default();
    request.path().starts_with("/assets/") || (name.contains('.') && !page)
}

/// Says how long a file may be cached, and refuses methods that files do not have.
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
        // A name that no file may have, such as `.env`.
        response = response.error_response(ApiError::NotFound);
    }
    let lasting = asset && response.status().is_success();
    let policy = if lasting {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
    Ok(response)
}

/// The folder of the built app: where it was said to be, else beside the binary's workspace, else
/// here.
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
