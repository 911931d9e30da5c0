//! The binary: read the configuration, start the server, say where it listens.

use std::process::ExitCode;

use backend::{
    config::{Config, dot_env},
    metrics,
    routes::openapi,
    run, telemetry,
};
use clap::Parser;

#[actix_web::main]
async fn main() -> ExitCode {
    if let Err(error) = dot_env::load() {
        eprintln!("{error}");
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
