//! Fifty requests at once with an expired access token are one refresh: single flight by itself, no
//! provider. `cargo run --example single_flight_refresh` sends them and prints the outcome.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ::sessions::refresh::single_flight::SingleFlight;
use actix_web::error::{ErrorInternalServerError, ErrorServiceUnavailable};
use actix_web::{App, HttpServer, Result, rt, web};

/// The outcome of a refresh, cloned for every waiting request. Yours may be an `Arc`.
#[derive(Clone)]
struct AccessToken {
    number: usize,
    expires_at: Instant,
}

/// By session id. An error is an outcome too: all waiting requests get it.
type Refreshes = SingleFlight<String, Result<AccessToken, &'static str>>;

/// The number of calls to the provider.
static REFRESHES: AtomicUsize = AtomicUsize::new(0);
/// Time for which a failure is the outcome of all requests.
const FAILURE_LIFETIME: Duration = Duration::from_secs(1);

/// A provider that takes its time. The refresh token is good for one use, so two calls at once
/// would lose the session.
async fn refresh() -> Result<AccessToken, &'static str> {
    let number = REFRESHES.fetch_add(1, Ordering::Relaxed) + 1;
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(AccessToken {
        number,
        expires_at: Instant::now() + Duration::from_secs(3600),
    })
}

async fn data(session: web::Path<String>, flight: web::Data<Refreshes>) -> Result<String> {
    let good = |outcome: &Result<AccessToken, _>, age| match outcome {
        Ok(token) => token.expires_at > Instant::now(),
        Err(_) => age < FAILURE_LIFETIME,
    };
    let outcome = flight.join(&session, good, || rt::spawn(refresh())).await;
    let token = outcome.ok_or_else(|| ErrorInternalServerError("the refresh panicked"))?;
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
    let flight = Refreshes::new(Duration::from_secs(60), 1_000_000, |_| 200);
    let flight = web::Data::new(flight);
    let app = move || {
        let app = App::new().app_data(flight.clone());
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
    let refreshes = REFRESHES.load(Ordering::Relaxed);
    println!("50 requests, {refreshes} refresh");
    Ok(())
}
