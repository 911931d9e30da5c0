//! What `npm run bench` compares with: the same Actix settings, one handler, the same JSON, nothing else.
//!
//! `bare PORT < answer.json`

use actix_web::{App, HttpResponse, HttpServer, web};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args()
        .nth(1)
        .and_then(|port| port.parse().ok())
        .unwrap_or(6002);
    let answer = web::Bytes::from(std::io::read_to_string(std::io::stdin())?);
    let app = move || {
        let answer = answer.clone();
        let handler = move || {
            let answer = answer.clone();
            async move {
                HttpResponse::Ok()
                    .content_type("application/json")
                    .body(answer)
            }
        };
        App::new().route("/api/session", web::get().to(handler))
    };
    HttpServer::new(app)
        .workers(1)
        .bind(("127.0.0.1", port))?
        .run()
        .await
}
