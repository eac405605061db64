//! An amount of money: a decimal number, never a float.

use std::fmt;
use std::ops::Add;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::json;
use serde_json::value::RawValue;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::field::{Field, Sent, Wrong};

// ANCHOR: price
/// Not negative, with two decimals at most, and with at most 26 digits before them.
// ANCHOR: newtype
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Price(Decimal);

const DIGITS: u32 = 26;
const PLACES: u32 = 2;
// ANCHOR_END: newtype

impl Field for Price {
    fn parse(sent: Sent) -> Result<Price, Wrong> {
        match sent {
            Sent::Number(text) | Sent::Text(text) => text.parse(),
            _ => Err(Wrong::new(
                "decimal_type",
                "Decimal input should be an integer, float, string or Decimal object",
            )),
        }
    }
}

impl Price {
    pub const ZERO: Price = Price(Decimal::ZERO);

    /// Whether a number is one that can be a price.
    fn new(decimal: Decimal) -> Result<Price, Wrong> {
        if decimal < Decimal::ZERO {
            let msg = "Input should be greater than or equal to 0";
            return Err(Wrong::new("greater_than_equal", msg).with(json!({ "ge": 0 })));
        }
        // 1.500 has two decimals and a zero that says nothing.
        if decimal.normalize().scale() > PLACES {
            let wrong = too_many(PLACES, "decimal_max_places", "decimal places");
            return Err(wrong.with(json!({ "decimal_places": PLACES })));
        }
        if decimal.trunc().to_string().len() > DIGITS as usize {
            let what = "digits before the decimal point";
            let wrong = too_many(DIGITS, "decimal_whole_digits", what);
            return Err(wrong.with(json!({ "whole_digits": DIGITS })));
        }
        Ok(Price(decimal.round_dp(PLACES)))
    }
}
// ANCHOR_END: price

fn too_many(limit: u32, kind: &'static str, what: &str) -> Wrong {
    let msg = format!("Decimal input should have no more than {limit} {what}");
    Wrong::new(kind, msg)
}

impl FromStr for Price {
    type Err = Wrong;

    /// Spaces around a number do no harm: people type them.
    fn from_str(text: &str) -> Result<Price, Wrong> {
        let text = text.trim_matches(' ');
        let unsigned = text.trim_start_matches(['+', '-']);
        let is_called = |name: &&str| unsigned.eq_ignore_ascii_case(name);
        if ["nan", "snan", "inf", "infinity"].iter().any(is_called) {
            let msg = "Input should be a finite number";
            return Err(Wrong::new("finite_number", msg));
        }
        let decimal = match text.contains(['e', 'E']) {
            true => Decimal::from_scientific(text),
            false => Decimal::from_str_exact(text),
        };
        match decimal {
            Ok(decimal) => Price::new(decimal),
            // A float takes a number of any length. So this is one, but too long.
            Err(_) if text.parse::<f64>().is_ok() => {
                let limit = DIGITS + PLACES;
                let wrong = too_many(limit, "decimal_max_digits", "digits in total");
                Err(wrong.with(json!({ "max_digits": limit })))
            }
            Err(_) => {
                let msg = "Input should be a valid decimal";
                Err(Wrong::new("decimal_parsing", msg))
            }
        }
    }
}

// ANCHOR: price_out
/// As JSON: a number, with the digits that are kept.
impl Serialize for Price {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let digits = RawValue::from_string(self.to_string()).map_err(S::Error::custom)?;
        digits.serialize(to)
    }
}

/// In the documentation: what `parse` above takes.
impl PartialSchema for Price {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new()
            .schema_type(Type::Number)
            .minimum(Some(0))
            .exclusive_maximum(Some(1e26))
            .multiple_of(Some(0.01));
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r"^ *\+?(\d{1,26}\.?|\d{0,26}\.\d{1,2}) *$"));
        let price = AnyOfBuilder::new().item(number).item(text);
        let words =
            "Not negative, with two decimals at most. Other ways to write it (1e2) are read too.";
        let price = price.description(Some(words));
        price.examples([json!(12.34), json!("12.34")]).into()
    }
}
// ANCHOR_END: price_out

impl ToSchema for Price {}

impl fmt::Display for Price {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(to)
    }
}

/// The sum of the two largest prices has 27 digits and two decimals: it fits into a `Decimal`.
impl Add for Price {
    type Output = Price;

    fn add(self, other: Price) -> Price {
        Price(self.0 + other.0)
    }
}
