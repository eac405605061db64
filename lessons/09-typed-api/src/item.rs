//! What the service is about. These types say what an item is: to the code that reads a request,
//! to the documentation, to the store, and to the compiler.

use std::num::NonZeroU8;

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use serde::ser::Error;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use crate::read::{Field, Reader};
use crate::{by_serde, record};

// ANCHOR: item
record! {
    /// An item
    #[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
    #[schema(example = json!({ "name": "Bucket", "price": 12.34 }))]
    pub struct Item {
        /// What it is called. No two items have the same name.
        pub name: Name,
        pub price: Price,
        pub description: Option<String>,
        pub tax: Option<Price>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub parts: Option<Vec<Part>>,
    }
}
// ANCHOR_END: item

// ANCHOR: part
record! {
    /// What an item is made of
    #[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
    pub struct Part {
        pub name: Name,
        #[schema(maximum = 65_535)]
        pub count: u16,
        /// Whether it can be bought by itself.
        pub spare: Option<bool>,
    }
}
// ANCHOR_END: part

/// A name. It becomes a part of a path, and clients take `.` and `..` out of paths; `new` is the
/// path of another operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(min_length = 1, max_length = 100, pattern = r"^(?!(\.|\.\.|new)$)")]
pub struct Name(String);

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Name, Self::Error> {
        match text.as_str() {
            "." | ".." | "new" => Err("this name cannot be a part of a path"),
            _ if (1..=100).contains(&text.chars().count()) => Ok(Name(text)),
            _ => Err("a name has 1 to 100 characters"),
        }
    }
}

impl Name {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

by_serde!(Name, Sort, NonZeroU8);

/// An amount of money: a decimal number, not negative, below 10^12
#[derive(Clone, Copy, Debug, Default, PartialEq, ToSchema)]
#[schema(value_type = SentPrice)]
pub struct Price(Decimal);

impl TryFrom<Decimal> for Price {
    type Error = &'static str;

    fn try_from(decimal: Decimal) -> Result<Price, Self::Error> {
        match decimal {
            _ if decimal.is_sign_negative() => Err("a price is not negative"),
            _ if decimal >= Decimal::from(1_000_000_000_000_u64) => Err("a price is below 10^12"),
            _ => Ok(Price(decimal)),
        }
    }
}

impl From<Price> for Decimal {
    fn from(price: Price) -> Decimal {
        price.0
    }
}

/// A number, or a text that holds one. Its digits are read as they were sent, not by way of a float.
impl Field for Price {
    fn read(reader: &mut Reader) -> Option<Price> {
        let sent = reader.sent.get();
        let text = serde_json::from_str(sent).unwrap_or(sent.to_string());
        // Floats have their own way to be written: 1e-7.
        let float = || text.parse().ok().and_then(Decimal::from_f64);
        let decimal = text.trim().parse().ok().or_else(float);
        match decimal.map(Price::try_from) {
            Some(Ok(price)) => Some(price),
            Some(Err(msg)) => reader.note("value_error", msg),
            None => reader.note("type_error.decimal", "value is not a valid decimal"),
        }
    }
}

// In the documentation: what `read` above takes.

#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "this is for the documentation")]
enum SentPrice {
    Number(PriceNumber),
    Text(PriceText),
}

#[derive(ToSchema)]
#[schema(minimum = 0, exclusive_maximum = 1_000_000_000_000_u64)]
struct PriceNumber(#[expect(dead_code)] f64);

#[derive(ToSchema)]
#[schema(pattern = r"^[0-9]{1,12}(\.[0-9]+)?$")]
struct PriceText(#[expect(dead_code)] String);

/// As JSON: a number, with all of its digits.
impl Serialize for Price {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let digits = RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?;
        digits.serialize(to)
    }
}

// ANCHOR: document
record! {
    /// An item as a document store shows it: the name is the key, and what is not there is left out
    #[derive(Debug, PartialEq, Serialize, ToSchema)]
    pub struct Document {
        pub _id: Name,
        pub price: Price,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub description: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub tax: Option<Price>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub parts: Option<Vec<Part>>,
    }
}
// ANCHOR_END: document

impl From<Item> for Document {
    #[rustfmt::skip]
    fn from(Item { name, price, description, tax, parts }: Item) -> Document {
        Document { _id: name, price, description, tax, parts }
    }
}

/// An item as a form sends it: without parts, and what is left empty is an empty text
#[derive(ToSchema)]
#[schema(example = json!({ "name": "Bucket", "price": "12.34", "description": "rusty", "tax": "" }))]
#[expect(dead_code, reason = "a form is read as an Item")]
pub struct ItemForm {
    name: Name,
    price: Price,
    #[schema(nullable = false)]
    description: Option<String>,
    #[schema(nullable = false, pattern = r"^([0-9]{1,12}(\.[0-9]+)?)?$")]
    tax: Option<String>,
}

// ANCHOR: page
record! {
    /// Which items a list shows
    #[derive(IntoParams)]
    #[into_params(parameter_in = Query)]
    pub struct Page {
        /// How many: 20, if it is not said
        #[param(value_type = Option<u8>, minimum = 1, maximum = 255)]
        pub limit: Option<NonZeroU8>,
        /// How many to pass over
        #[param(maximum = 65_535)]
        pub offset: Option<u16>,
        /// By what they are ordered: by name, if it is not said
        #[param(inline)]
        pub sort: Option<Sort>,
    }
}
// ANCHOR_END: page

#[derive(Clone, Copy, Deserialize, PartialEq, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    Name,
    Price,
}
