//! Cross-site checks without tokens: each route has a kind, and the headers of browsers decide.
//! `cargo run --example cross_site` sends requests as browsers do, and prints the outcomes.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::{App, HttpResponse, Result, test, web};
use backend::cross_site::{RouteKind, Verdict};

/// Middleware that passes only allowed requests on.
async fn judge(
    kind: RouteKind,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse> {
    let answer = match kind.judge(request.method(), request.headers()) {
        Verdict::Allowed => return next.call(request).await,
        // An old browser does not name the site; the request of our own button shows it.
        Verdict::Ask => {
            HttpResponse::Ok().body("<form method=post><button>Sign out</button></form>")
        }
        Verdict::Foreign => HttpResponse::Forbidden().body("not from there"),
        Verdict::Speculative => HttpResponse::ServiceUnavailable().body("not opened yet"),
        Verdict::NotInTab => HttpResponse::BadRequest().body("open it in a tab"),
    };
    Ok(request.into_response(answer))
}

async fn done() -> &'static str {
    "done"
}

/// Source, path and header of each request, and the expected response.
const REQUESTS: &str = "
    a page of ours       | /api/notes | Sec-Fetch-Site: same-origin | done
    another site         | /api/notes | Sec-Fetch-Site: cross-site  | not from there
    that, an old browser | /api/notes | Origin: https://a.example   | not from there
    a link elsewhere     | /          | Sec-Fetch-Site: cross-site  | done
    a frame elsewhere    | /          | Sec-Fetch-Dest: iframe      | open it in a tab
    a link elsewhere     | /sign-out  | Sec-Fetch-Site: cross-site  | not from there
    the user, typing     | /sign-out  | Sec-Fetch-Site: none        | done";

#[actix_web::main]
async fn main() {
    let guarded = |path, kind| {
        let door = from_fn(move |request, next| judge(kind, request, next));
        web::resource(path).to(done).wrap(door)
    };
    let app = App::new()
        .service(guarded("/", RouteKind::Navigation))
        .service(guarded("/api/notes", RouteKind::PageCall))
        .service(guarded("/sign-out", RouteKind::SignOut));
    let app = test::init_service(app).await;
    for line in REQUESTS.lines().skip(1) {
        let mut cells = line.split('|').map(str::trim);
        let mut cell = || cells.next().unwrap_or_default();
        let (_source, address, header, expected) = (cell(), cell(), cell(), cell());
        let request = test::TestRequest::with_uri(address).insert_header(("Host", "our.example"));
        let request = request.append_header(header.split_once(": ").unwrap_or_default());
        let answer = test::call_and_read_body(&app, request.to_request()).await;
        assert_eq!(answer, expected, "{line}");
        println!("{line}");
    }
}
