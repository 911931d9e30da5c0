//! Two nodes on one Redis: the second knows at once what the first revokes.
//! `REDIS_URL=redis://127.0.0.1 cargo run --example two_nodes`

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, ToSpan};
use revocation_list::{Revocation, RevocationList, Scope, Session};
use storage::{Clock, DEFAULT_TIMEOUT, Redis};
use tokio::sync::Notify;

const MAX_SESSION_LIFETIME: Duration = Duration::from_secs(12 * 3600);

async fn node(url: &str) -> anyhow::Result<Arc<RevocationList>> {
    let changed = Arc::new(Notify::new());
    let notified = Arc::clone(&changed);
    let on_push = move |push| {
        if RevocationList::is_changed_by(&push) {
            notified.notify_one();
        }
    };
    let redis = Redis::open(&url.into(), DEFAULT_TIMEOUT, Clock::default(), on_push).await?;
    RevocationList::open_shared(redis, MAX_SESSION_LIFETIME, changed, Clock::default()).await
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = std::env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1".to_owned());
    let first = node(&url).await?;
    let second = node(&url).await?;
    let created_at = first.record_sign_in().await?;
    let until = Timestamp::now() + 12.hours();
    let revocation = Revocation::new(Scope::user("ada"), 1, until);
    println!(
        "revoked on the first node: {:?}",
        first.add(revocation).await?
    );
    let session = Session {
        name: [7; 16],
        user: "ada",
        provider_session: None,
        created_at,
    };
    while second.find(&session)?.is_none() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    println!("revoked on the second node, too");
    Ok(())
}
