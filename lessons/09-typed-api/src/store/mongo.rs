//! Items in a MongoDB. One document an item; its key is the item's name.

use mongodb::bson::{Document, doc};
use mongodb::error::{Error, ErrorKind, WriteFailure};
use mongodb::{Client, Collection};

use crate::item;
use crate::item::Item;
use crate::record::from_json;
use crate::store::{Answer, Store};

pub struct Mongo(Collection<Document>);

impl Mongo {
    /// Opens `mongodb://HOST/DATABASE`, and asks whether somebody is there.
    pub async fn open(uri: &str) -> Result<Mongo, String> {
        let problem = |error: Error| format!("Cannot open the database of MONGODB_URI: {error}");
        let client = Client::with_uri_str(uri).await.map_err(problem)?;
        let database = client
            .default_database()
            .unwrap_or(client.database("lesson_09"));
        database
            .run_command(doc! { "ping": 1 })
            .await
            .map_err(problem)?;
        Ok(Mongo(database.collection("items")))
    }
}

impl Store for Mongo {
    fn insert<'a>(&'a self, item: &'a Item) -> Answer<'a, bool> {
        Box::pin(async move {
            // `_id` is unique in every collection: no index has to be made for it.
            match self.0.insert_one(document(item)).await {
                Ok(_) => Ok(true),
                Err(error) if is_duplicate(&error) => Ok(false),
                Err(error) => Err(error.into()),
            }
        })
    }

    fn find<'a>(&'a self, name: &'a str) -> Answer<'a, Option<Item>> {
        Box::pin(async move {
            let Some(found) = self.0.find_one(doc! { "_id": name }).await? else {
                return Ok(None);
            };
            let found = from_json::<item::Document>(&serde_json::to_string(&found)?);
            found.map(|found| Some(found.into())).map_err(|problems| {
                format!("the document of {name:?} is wrong: {problems:?}").into()
            })
        })
    }
}

/// Decimals are kept as text: a float would not keep them all.
fn document(item: &Item) -> Document {
    let mut document = doc! { "_id": item.name.as_str(), "price": item.price.to_string() };
    if let Some(description) = &item.description {
        document.insert("description", description);
    }
    if let Some(tax) = item.tax {
        document.insert("tax", tax.to_string());
    }
    document
}

/// 11000: there is a document with that key.
fn is_duplicate(error: &Error) -> bool {
    matches!(
        error.kind.as_ref(),
        ErrorKind::Write(WriteFailure::WriteError(error)) if error.code == 11000
    )
}
