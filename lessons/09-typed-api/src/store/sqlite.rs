//! Items in SQLite, which is a part of this program: there is nothing to install.

use std::num::NonZeroU8;
use std::str::FromStr;

use anyhow::Result;
use async_trait::async_trait;
use serde_json::to_string;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{query, query_scalar};

use crate::item::{Item, Page, Sort};
use crate::store::{Store, item};

pub struct Sqlite(SqlitePool);

impl Sqlite {
    /// Opens `sqlite:FILE`, and makes the file when there is none.
    pub async fn open(url: &str) -> Result<Sqlite> {
        let options = SqliteConnectOptions::from_str(url)?.create_if_missing(true);
        // One connection, for good: a database in memory ends with its connection.
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool.idle_timeout(None).max_lifetime(None);
        let pool = pool.connect_with(options).await?;
        let table = "CREATE TABLE IF NOT EXISTS items (name TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT";
        query(table).execute(&pool).await?;
        Ok(Sqlite(pool))
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn insert(&self, item: &Item) -> Result<bool> {
        // One statement looks and writes: nobody comes in between.
        let insert = "INSERT INTO items (name, document) VALUES (?, ?) ON CONFLICT DO NOTHING";
        let insert = query(insert)
            .bind(item.name.as_str())
            .bind(to_string(item)?);
        Ok(insert.execute(&self.0).await?.rows_affected() == 1)
    }

    async fn find(&self, name: &str) -> Result<Option<Item>> {
        let select = query_scalar("SELECT document FROM items WHERE name = ?").bind(name);
        let found: Option<String> = select.fetch_optional(&self.0).await?;
        found.as_deref().map(item).transpose()
    }

    async fn list(&self, page: &Page) -> Result<Vec<Item>> {
        let select = "SELECT document FROM items
            ORDER BY CASE WHEN ? THEN document ->> 'price' END, name LIMIT ? OFFSET ?";
        let select = query_scalar(select)
            .bind(page.sort == Some(Sort::Price))
            .bind(page.limit.map_or(20, NonZeroU8::get))
            .bind(page.offset.unwrap_or(0));
        let found: Vec<String> = select.fetch_all(&self.0).await?;
        found.iter().map(|found| item(found)).collect()
    }

    async fn replace(&self, item: &Item) -> Result<bool> {
        let update = query("UPDATE items SET document = ? WHERE name = ?");
        let update = update.bind(to_string(item)?).bind(item.name.as_str());
        Ok(update.execute(&self.0).await?.rows_affected() == 1)
    }

    async fn remove(&self, name: &str) -> Result<bool> {
        let delete = query("DELETE FROM items WHERE name = ?").bind(name);
        Ok(delete.execute(&self.0).await?.rows_affected() == 1)
    }
}
