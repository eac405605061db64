//! Lesson 09 with its items in a MongoDB: a `Store` of another kind, and nothing else is new.
//!
//! ```sh
//! MONGODB_URI=mongodb://127.0.0.1/shop cargo run -p lesson-09 --features mongodb --example mongodb
//! ```

#![forbid(unsafe_code)]

use std::env;
use std::num::NonZeroU8;

use anyhow::{Context, Result};
use async_trait::async_trait;
use lesson_09::item::{Item, Page, Sort};
use lesson_09::store::{Store, item};
use lesson_09::{api, serve};
use mongodb::bson::{Document, doc};
use mongodb::error::{ErrorKind, WriteFailure};
use mongodb::{Client, Collection};
use rust_decimal::Decimal;

pub struct Mongo(Collection<Document>);

impl Mongo {
    /// Opens `mongodb://HOST/DATABASE`, and asks whether somebody is there.
    pub async fn open(uri: &str) -> Result<Mongo> {
        let client = Client::with_uri_str(uri).await?;
        let database = client.default_database();
        let database = database.context("the address names no database")?;
        database.run_command(doc! { "ping": 1 }).await?;
        Ok(Mongo(database.collection("items")))
    }
}

/// A document for MongoDB. The key, `_id`, is unique without an index of ours. The item is kept as
/// JSON, since MongoDB's decimals are not ours; the price beside it is there to sort by.
fn kept(item: &Item) -> Result<Document> {
    let price: f64 = Decimal::from(item.price).try_into()?;
    let json = serde_json::to_string(item)?;
    Ok(doc! { "_id": item.name.as_str(), "price": price, "item": json })
}

#[async_trait]
impl Store for Mongo {
    async fn insert(&self, item: &Item) -> Result<bool> {
        match self.0.insert_one(kept(item)?).await {
            Ok(_) => Ok(true),
            Err(error) => match error.kind.as_ref() {
                // 11000: there is a document with that key.
                ErrorKind::Write(WriteFailure::WriteError(error)) if error.code == 11000 => {
                    Ok(false)
                }
                _ => Err(error.into()),
            },
        }
    }

    async fn find(&self, name: &str) -> Result<Option<Item>> {
        let found = self.0.find_one(doc! { "_id": name }).await?;
        found.map(|found| item(found.get_str("item")?)).transpose()
    }

    async fn list(&self, page: &Page) -> Result<Vec<Item>> {
        let order = match page.sort {
            Some(Sort::Price) => doc! { "price": 1, "_id": 1 },
            _ => doc! { "_id": 1 },
        };
        let find = self.0.find(doc! {}).sort(order);
        let find = find.skip(page.offset.unwrap_or(0).into());
        let mut found = find
            .limit(page.limit.map_or(20, NonZeroU8::get).into())
            .await?;
        let mut items = Vec::new();
        while found.advance().await? {
            items.push(item(found.deserialize_current()?.get_str("item")?)?);
        }
        Ok(items)
    }

    async fn replace(&self, item: &Item) -> Result<bool> {
        let replace = self
            .0
            .replace_one(doc! { "_id": item.name.as_str() }, kept(item)?);
        Ok(replace.await?.matched_count == 1)
    }

    async fn remove(&self, name: &str) -> Result<bool> {
        let delete = self.0.delete_one(doc! { "_id": name });
        Ok(delete.await?.deleted_count == 1)
    }
}

async fn run() -> Result<()> {
    let uri = env::var("MONGODB_URI").context("MONGODB_URI must be set")?;
    let store = Mongo::open(&uri).await.context("Cannot open MONGODB_URI")?;
    serve::serve(api::app(Box::new(store), env::var("TOKEN").ok())).await
}

#[tokio::main]
async fn main() {
    if let Err(problem) = run().await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}
