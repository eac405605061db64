//! Where items are kept: what a store can do, and which one this server uses.

use std::env::{self, VarError};
use std::error::Error;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::item::Item;

pub mod memory;
#[cfg(feature = "mongodb")]
pub mod mongo;
pub mod sqlite;

// ANCHOR: store
/// A place where items are kept, by their names.
pub trait Store: Send + Sync {
    /// Keeps an item. `false`: there was one of that name, and that one stays as it is.
    fn insert<'a>(&'a self, item: &'a Item) -> Answer<'a, bool>;

    /// The item of that name.
    fn find<'a>(&'a self, name: &'a str) -> Answer<'a, Option<Item>>;
}

/// What a store says, some time later. Boxed, so that `dyn Store` can stand for any store.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

pub type StoreError = Box<dyn Error + Send + Sync>;
// ANCHOR_END: store

// ANCHOR: from_environment
/// The store that the environment names, and a sentence on where it keeps its items.
pub async fn from_environment() -> Result<(Arc<dyn Store>, String), String> {
    if let Ok(uri) = env::var("MONGODB_URI") {
        return mongo(&uri).await;
    }
    match env::var("DATABASE_URL") {
        Ok(url) => Ok((
            Arc::new(sqlite::Sqlite::open(&url).await?),
            format!("Items are kept in {url}."),
        )),
        Err(VarError::NotUnicode(_)) => Err("DATABASE_URL is not UTF-8 text.".into()),
        Err(VarError::NotPresent) => Ok((
            Arc::new(memory::Memory::default()),
            "Items are kept in memory and end with this server. To keep them, set DATABASE_URL=sqlite:items.sqlite3.".into(),
        )),
    }
}
// ANCHOR_END: from_environment

/// Whether items are kept in a map of this program, since the environment names no database.
pub fn in_memory() -> bool {
    let is_set = |name| env::var_os(name).is_some();
    !is_set("MONGODB_URI") && !is_set("DATABASE_URL")
}

#[cfg(feature = "mongodb")]
async fn mongo(uri: &str) -> Result<(Arc<dyn Store>, String), String> {
    let store = mongo::Mongo::open(uri).await?;
    Ok((Arc::new(store), "Items are kept in MongoDB.".into()))
}

#[cfg(not(feature = "mongodb"))]
async fn mongo(_: &str) -> Result<(Arc<dyn Store>, String), String> {
    Err("MONGODB_URI is set, but this program has no driver for it: build it with --features mongodb.".into())
}
