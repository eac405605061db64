//! Items in SQLite, which is a part of this program: there is nothing to install.

use std::str::FromStr;

use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions};

use crate::item::Item;
use crate::record::from_json;
use crate::store::{Answer, Store};

pub struct Sqlite(SqlitePool);

impl Sqlite {
    /// Opens `sqlite:FILE`, and makes the file when there is none.
    pub async fn open(url: &str) -> Result<Sqlite, String> {
        if url.strip_prefix("sqlite:").is_none_or(str::is_empty) {
            return Err("DATABASE_URL must have the form sqlite:items.sqlite3.".into());
        }
        let problem = |error: sqlx::Error| format!("Cannot open DATABASE_URL={url:?}: {error}.");
        let options = SqliteConnectOptions::from_str(url).map_err(problem)?;
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal);
        // One connection, for good: `sqlite::memory:` names a database that ends with its
        // connection, and SQLite writes one thing at a time anyway.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None);
        let pool = pool.connect_with(options).await.map_err(problem)?;
        let table = "CREATE TABLE IF NOT EXISTS items (name TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT";
        sqlx::query(table).execute(&pool).await.map_err(problem)?;
        Ok(Sqlite(pool))
    }
}

// ANCHOR: sqlite
impl Store for Sqlite {
    fn insert<'a>(&'a self, item: &'a Item) -> Answer<'a, bool> {
        Box::pin(async move {
            // One statement looks and writes: nobody comes in between.
            let insert = "INSERT INTO items (name, document) VALUES (?, ?) ON CONFLICT DO NOTHING";
            let insert = sqlx::query(insert)
                .bind(item.name.as_str())
                .bind(serde_json::to_string(item)?);
            let done = insert.execute(&self.0).await?;
            Ok(done.rows_affected() == 1)
        })
    }

    fn find<'a>(&'a self, name: &'a str) -> Answer<'a, Option<Item>> {
        Box::pin(async move {
            let select = sqlx::query("SELECT document FROM items WHERE name = ?").bind(name);
            let Some(row) = select.fetch_optional(&self.0).await? else {
                return Ok(None);
            };
            // ANCHOR: read_again
            // What comes out of a store is read like what comes in from a client.
            let item = from_json(row.try_get("document")?);
            item.map(Some).map_err(|problems| {
                format!("the document of {name:?} is wrong: {problems:?}").into()
            })
            // ANCHOR_END: read_again
        })
    }
}
// ANCHOR_END: sqlite
