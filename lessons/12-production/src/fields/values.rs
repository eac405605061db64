//! A value between the column that keeps it and all who show it or take it: forms, lists, dumps.
//! What is no line of `none` is a type that none of them knows.

use sea_orm::Value;
use sea_orm::sea_query::ColumnType;

/// Nothing, as a column of this type keeps it. None: it is a type that we do not know.
pub fn none(of: &ColumnType) -> Option<Value> {
    Some(match of {
        ColumnType::String(_) | ColumnType::Text => Value::String(None),
        ColumnType::Boolean => Value::Bool(None),
        ColumnType::SmallInteger => Value::SmallInt(None),
        ColumnType::Integer => Value::Int(None),
        ColumnType::BigInteger => Value::BigInt(None),
        ColumnType::Float => Value::Float(None),
        ColumnType::Double => Value::Double(None),
        ColumnType::Blob | ColumnType::VarBinary(_) | ColumnType::Binary(_) => Value::Bytes(None),
        _ => return None,
    })
}

/// A whole number, if such a column has room for it.
pub fn whole(of: &ColumnType, number: i64) -> Option<Value> {
    match of {
        ColumnType::SmallInteger => i16::try_from(number).ok().map(Value::from),
        ColumnType::Integer => i32::try_from(number).ok().map(Value::from),
        ColumnType::BigInteger => Some(number.into()),
        _ => None,
    }
}

/// A number that may have a fraction, if such a column keeps one and has room for it.
pub fn fraction(of: &ColumnType, number: f64) -> Option<Value> {
    let short = number as f32;
    match of {
        ColumnType::Float if short.is_finite() == number.is_finite() => Some(short.into()),
        ColumnType::Double => Some(number.into()),
        _ => None,
    }
}

/// The whole number that a column has.
pub fn number(value: &Value) -> Option<i64> {
    match value {
        Value::SmallInt(number) => number.map(i64::from),
        Value::Int(number) => number.map(i64::from),
        Value::BigInt(number) => *number,
        _ => None,
    }
}

/// A column's value as a form shows it.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(Some(text)) => text.to_string(),
        Value::Bool(Some(yes)) => yes.to_string(),
        Value::Float(Some(number)) => number.to_string(),
        Value::Double(Some(number)) => number.to_string(),
        _ => number(value).map_or_else(String::new, |number| number.to_string()),
    }
}
