//! An amount of money: a decimal number, never a float.

use rust_decimal::Decimal;
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::field::{Field, Sent, Wrong};

/// Not negative, with two decimals at most, and with at most 26 digits before them.
#[derive(Clone, Copy)]
pub struct Price(Decimal);

const DIGITS: usize = 26;
const PLACES: u32 = 2;

impl Field for Price {
    fn parse(sent: Sent) -> Result<Price, Wrong> {
        let (Sent::Number(text) | Sent::Text(text)) = sent else {
            let msg = "This should be a number, or a text that holds one.";
            return Err(Wrong::new("decimal_type", msg));
        };
        let Ok(decimal) = Decimal::from_str_exact(&text) else {
            let msg = "This should be a decimal number, such as 12.34.";
            return Err(Wrong::new("decimal_parsing", msg));
        };
        if decimal < Decimal::ZERO {
            let msg = "This should not be less than 0.";
            return Err(Wrong::new("greater_than_equal", msg));
        }
        if decimal.normalize().scale() > PLACES || decimal.trunc().to_string().len() > DIGITS {
            let msg = format!("This may have {DIGITS} digits, and {PLACES} decimals behind them.");
            return Err(Wrong::new("decimal_max_digits", msg));
        }
        Ok(Price(decimal.round_dp(PLACES)))
    }
}

/// As JSON: a number, with the digits that are kept.
impl Serialize for Price {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let digits = RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?;
        digits.serialize(to)
    }
}

/// In the documentation: what `parse` above takes.
impl PartialSchema for Price {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::Number, Type::String]))
            .minimum(Some(0))
            .description(Some("Not negative, with two decimals at most. Send a text if a float of yours would lose digits."))
            .into()
    }
}

impl ToSchema for Price {}
