//! What a tea is: to the code that reads a request, to the documentation, and to the compiler.

use std::num::NonZeroU8;

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use serde::ser::Error;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use crate::read::{Field, Reader};
use crate::{by_serde, record};

record! {
    /// A tea
    #[derive(Clone, Serialize, ToSchema)]
    pub struct Tea {
        /// What it is called. No two teas have the same name.
        pub name: Name,
        pub kind: Kind,
        /// What a pot of it costs.
        pub price: Price,
        /// In which it is sold to take home.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub packs: Option<Vec<Pack>>,
    }
}

record! {
    /// A pack to take home
    #[derive(Clone, Serialize, ToSchema)]
    pub struct Pack {
        pub grams: Grams,
        pub price: Price,
    }
}

/// A weight that a pack can have, in grams
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(try_from = "u16")]
#[schema(minimum = 10, maximum = 1000)]
pub struct Grams(u16);

impl TryFrom<u16> for Grams {
    type Error = &'static str;

    fn try_from(grams: u16) -> Result<Grams, Self::Error> {
        match grams {
            10..=1000 => Ok(Grams(grams)),
            _ => Err("a pack has 10 to 1000 grams"),
        }
    }
}
/// What a tea is called. It becomes a part of a path, so it is not empty.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(min_length = 1, max_length = 40)]
pub struct Name(String);

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Name, Self::Error> {
        match text.chars().count() {
            1..=40 => Ok(Name(text)),
            _ => Err("a name has 1 to 40 characters"),
        }
    }
}

impl Name {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

by_serde!(Name, NonZeroU8, Grams, Kind, Sort);

/// What was done with the leaves
#[derive(Clone, Copy, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Green,
    Black,
    Oolong,
    White,
}

/// An amount of money: a decimal number, not negative, below 10^12
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd, ToSchema)]
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

/// A number, or a text that holds one. Its digits are read as they were sent, not through a float.
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

record! {
    /// Which teas a list shows
    #[derive(IntoParams)]
    #[into_params(parameter_in = Query)]
    pub struct Page {
        /// How many: 20, if it is not said
        #[param(value_type = Option<u8>, minimum = 1, maximum = 255)]
        pub limit: Option<NonZeroU8>,
        /// How many to pass over
        #[param(maximum = 65_535)]
        pub offset: Option<u16>,
        /// Of which kind
        #[param(inline)]
        pub kind: Option<Kind>,
        /// By what they are ordered: by name, if it is not said
        #[param(inline)]
        pub sort: Option<Sort>,
    }
}

#[derive(Clone, Copy, Deserialize, PartialEq, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    Name,
    Price,
}
