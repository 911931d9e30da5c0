//! Fifty requests at once with an expired access token are one renewal: single flight by itself, no
//! provider. `cargo run --example single_flight_refresh` sends them and says what came of them.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ::sessions::refresh::single_flight::SingleFlight;
use actix_web::error::{ErrorInternalServerError, ErrorServiceUnavailable};
use actix_web::{App, HttpServer, Result, rt, web};

/// The outcome of a renewal, cloned for every waiting request. Yours may be an `Arc`.
#[derive(Clone)]
struct AccessToken {
    number: usize,
    expires_at: Instant,
}

/// By session id. An error is an outcome too: all waiting requests get it.
type Renewals = SingleFlight<String, Result<AccessToken, &'static str>>;

/// How often the provider was asked.
static RENEWALS: AtomicUsize = AtomicUsize::new(0);
/// How long a failure is the answer for all.
const FAILURE_LIFETIME: Duration = Duration::from_secs(1);

/// A provider that takes its time. The refresh token is good for one use, so two calls at once
/// would lose the session.
async fn renew() -> Result<AccessToken, &'static str> {
    let number = RENEWALS.fetch_add(1, Ordering::Relaxed) + 1;
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(AccessToken {
        number,
        expires_at: Instant::now() + Duration::from_secs(3600),
    })
}

async fn data(session: web::Path<String>, renewals: web::Data<Renewals>) -> Result<String> {
    let good = |outcome: &Result<AccessToken, _>, age| match outcome {
        Ok(token) => token.expires_at > Instant::now(),
        Err(_) => age < FAILURE_LIFETIME,
    };
    let outcome = renewals.join(&session, good, || rt::spawn(renew())).await;
    let token = outcome.ok_or_else(|| ErrorInternalServerError("the renewal panicked"))?;
    let token = token.map_err(ErrorServiceUnavailable)?;
    Ok(format!("served with access token {}", token.number))
}

/// One request of its own connection.
fn ask(server: SocketAddr) -> io::Result<String> {
    let mut connection = TcpStream::connect(server)?;
    connection.write_all(b"GET /ada HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer.lines().last().unwrap_or_default().to_owned())
}

#[actix_web::main]
async fn main() -> io::Result<()> {
    // For a minute, 1 MB of outcomes at most, each of about 200 bytes.
    let renewals = Renewals::new(Duration::from_secs(60), 1_000_000, |_| 200);
    let renewals = web::Data::new(renewals);
    let app = move || {
        let app = App::new().app_data(renewals.clone());
        app.route("/{session}", web::get().to(data))
    };
    let server = HttpServer::new(app).bind("127.0.0.1:0")?;
    let address = server.addrs()[0];
    rt::spawn(server.run());
    let asking: Vec<_> = (0..50)
        .map(|_| rt::task::spawn_blocking(move || ask(address)))
        .collect();
    for answer in asking {
        assert_eq!(answer.await??, "served with access token 1");
    }
    let renewals = RENEWALS.load(Ordering::Relaxed);
    println!("50 requests, {renewals} renewal");
    Ok(())
}
