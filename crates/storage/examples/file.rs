//! Counts its own starts in a SQLite file: `cargo run -p storage --example file`.

use storage::{DEFAULT_TIMEOUT, Database};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let path = std::env::temp_dir().join("storage-example.sqlite");
    let database = Database::open(&path, DEFAULT_TIMEOUT).await?;
    let migrations = &["CREATE TABLE start (number INTEGER PRIMARY KEY) STRICT"];
    database.migrate("starts", migrations).await?;

    let insert = "INSERT INTO start DEFAULT VALUES";
    database
        .write(
            move |file| file.execute(insert, []),
            |rows| println!("{rows} row committed"),
        )
        .await?;
    let count: i64 = database
        .read(|file| file.query_row("SELECT count(*) FROM start", [], |row| row.get(0)))
        .await?;
    println!("started {count} times, according to {}", path.display());
    Ok(())
}
