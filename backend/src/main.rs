//! The binary: read the configuration, start the server, say where it listens.

use std::process::ExitCode;

use backend::{config::Config, metrics, routes::openapi, run, telemetry};
use clap::Parser;

#[actix_web::main]
async fn main() -> ExitCode {
    // A missing `.env` is the normal case; a broken one must not be mistaken for an empty one.
    if let Err(error) = dotenvy::dotenv()
        && !error.not_found()
    {
        // Not the line itself: it may hold a secret.
        let reason = match error {
            dotenvy::Error::LineParse(..) => "a line is not NAME=value".to_owned(),
            error => error.to_string(),
        };
        eprintln!(".env cannot be read: {reason}");
        return ExitCode::from(2);
    }
    let config = Config::parse();
    if config.openapi {
        println!("{}", openapi::document());
        return ExitCode::SUCCESS;
    }
    match start(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("backend cannot start: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn start(config: Config) -> anyhow::Result<()> {
    telemetry::init()?;
    metrics::init()?;
    run(config).await
}
