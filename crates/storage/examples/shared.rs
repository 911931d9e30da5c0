//! Keeps a value of Redis in memory until another client changes it.
//!
//! `REDIS_URL=redis://127.0.0.1 cargo run -p storage --example shared`, and in another terminal
//! `redis-cli set greeting hello`.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use storage::{Clock, DEFAULT_TIMEOUT, Push, Redis};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = std::env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1".to_owned());
    let cached = Arc::new(Mutex::new(None::<String>));
    let of_pushes = Arc::clone(&cached);
    let on_push = move |push| {
        if matches!(&push, Push::Lost) || matches!(&push, Push::Changed(key) if key == "greeting") {
            of_pushes.lock().map(|mut cached| cached.take()).ok();
        }
    };
    let redis = Redis::open(&url.into(), DEFAULT_TIMEOUT, Clock::default(), on_push).await?;
    loop {
        let current = cached.lock().map_or(None, |cached| cached.clone());
        // Without a current heartbeat, a change may have been missed.
        match current.filter(|_| redis.is_coherent()) {
            Some(greeting) => println!("from memory: {greeting}"),
            None => {
                let read: Option<String> = redis.run(redis::cmd("GET").arg("greeting")).await?;
                println!("from Redis: {read:?}");
                cached.lock().map(|mut cached| *cached = read).ok();
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
