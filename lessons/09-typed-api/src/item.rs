//! What the service is about. These types say what an item is: to the code that reads a request,
//! to the documentation, to the store, and to the compiler.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};

use crate::field::{Field, Sent, Wrong};
use crate::price::Price;
use crate::record::{Fields, Record};

// ANCHOR: item
// ANCHOR: type
/// An item.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Item {
    /// What it is called. No two items have the same name.
    pub name: Name,
    pub price: Price,
    pub description: Option<String>,
    pub tax: Option<Price>,
}
// ANCHOR_END: type

impl Record for Item {
    fn read(fields: &mut Fields) -> Option<Item> {
        // All four are taken before the first `?` gives up: that is how all problems are found.
        // ANCHOR: read
        let name = fields.take("name");
        let price = fields.take("price");
        let description = fields.take("description");
        let tax = fields.take("tax");
        Some(Item {
            name: name?,
            price: price?,
            description: description?,
            tax: tax?,
        })
        // ANCHOR_END: read
    }
}
// ANCHOR_END: item

// ANCHOR: document
/// An item as a document store shows it: the name is the key, and what is not there is left out.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Document {
    #[serde(rename = "_id")]
    pub name: Name,
    pub price: Price,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tax: Option<Price>,
}
// ANCHOR_END: document

impl From<Item> for Document {
    fn from(item: Item) -> Document {
        Document {
            name: item.name,
            price: item.price,
            description: item.description,
            tax: item.tax,
        }
    }
}

impl From<Document> for Item {
    fn from(document: Document) -> Item {
        Item {
            name: document.name,
            price: document.price,
            description: document.description,
            tax: document.tax,
        }
    }
}

impl Record for Document {
    fn read(fields: &mut Fields) -> Option<Document> {
        let name = fields.take("_id");
        let price = fields.take("price");
        let description = fields.take("description");
        let tax = fields.take("tax");
        Some(Document {
            name: name?,
            price: price?,
            description: description?,
            tax: tax?,
        })
    }
}

/// An item as a form sends it. All fields are texts, so none of them is null: this type stands in
/// the documentation only.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a form is read as an Item")]
pub struct ItemForm {
    name: Name,
    price: Price,
    #[schema(nullable = false)]
    description: Option<String>,
    #[schema(schema_with = price_or_nothing)]
    tax: Option<Price>,
}

/// What a browser sends for a field that was left empty is the empty text.
fn price_or_nothing() -> RefOr<Schema> {
    let nothing = ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(0));
    let price = Ref::from_schema_name("Price");
    AnyOfBuilder::new().item(price).item(nothing).into()
}

// ANCHOR: name
/// The name of an item. It becomes a part of a path, so it has a first character and an end.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(min_length = 1, max_length = 1000)]
pub struct Name(String);

const LONGEST_NAME: usize = 1000;

impl Field for Name {
    fn parse(sent: Sent) -> Result<Name, Wrong> {
        Name::new(String::parse(sent)?)
    }
}

impl Name {
    pub fn new(text: impl Into<String>) -> Result<Name, Wrong> {
        let text = text.into();
        match text.chars().count() {
            0 => {
                let msg = "String should have at least 1 character";
                Err(Wrong::new("string_too_short", msg).with(json!({ "min_length": 1 })))
            }
            1..=LONGEST_NAME => Ok(Name(text)),
            _ => {
                let msg = format!("String should have at most {LONGEST_NAME} characters");
                Err(Wrong::new("string_too_long", msg).with(json!({ "max_length": LONGEST_NAME })))
            }
        }
    }
}
// ANCHOR_END: name

impl Name {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
