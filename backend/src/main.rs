//! The binary: reads the configuration and starts the server.

use std::process::ExitCode;

use backend::{config::Config, metrics, routes::openapi, run, telemetry};
#[actix_web::main]
async fn main() -> ExitCode {
    match start().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("backend cannot start: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn start() -> anyhow::Result<()> {
    let config = Config::read()?;
    if config.openapi {
        println!("{}", openapi::document());
        return Ok(());
    }
    telemetry::init(config.server.log_format)?;
    metrics::init()?;
    run(config).await
}
