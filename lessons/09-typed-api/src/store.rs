//! Where items are kept: what a store can do, and which one this server uses.

use std::env;

use anyhow::{Context, Result, anyhow};
use async_trait::async_trait;

use crate::item::{Item, Page};
use crate::read;

pub mod sqlite;

/// A place where items are kept, by their names.
#[async_trait]
pub trait Store: Send + Sync {
    /// Keeps an item. `false`: there was one of that name, and that one stays as it is.
    async fn insert(&self, item: &Item) -> Result<bool>;

    async fn find(&self, name: &str) -> Result<Option<Item>>;

    async fn list(&self, page: &Page) -> Result<Vec<Item>>;

    /// Puts an item in the place of the one of its name. `false`: there was none.
    async fn replace(&self, item: &Item) -> Result<bool>;

    /// `false`: there was none.
    async fn remove(&self, name: &str) -> Result<bool>;
}

/// The store that the environment names. In memory, if it names none.
pub async fn from_environment() -> Result<Box<dyn Store>> {
    let url = env::var("DATABASE_URL").unwrap_or("sqlite::memory:".into());
    let store = sqlite::Sqlite::open(&url).await;
    Ok(Box::new(store.with_context(|| {
        format!("Cannot open DATABASE_URL={url:?}")
    })?))
}

/// What comes out of a store is read like what comes in from a client.
pub fn item(document: &str) -> Result<Item> {
    read::json(document).map_err(|error| anyhow!("a document is wrong: {error:?}"))
}
