//! One value: from what was sent to what the database takes, or what is wrong with it.

use axum::http::Uri;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde_json::Value as Json;

use crate::fields::{Field, Kind, values};

/// The text as it is kept: without the blanks around a line, and with one character at the end of
/// each line of a longer text. (A browser sends two, and counts them as one.)
pub fn tidy(field: &Field, text: &str) -> String {
    match field.kind {
        Kind::Text => text.replace("\r\n", "\n"),
        _ => text.trim().to_string(),
    }
}

/// What a field's text means.
///
/// # Errors
/// What is wrong with it, in words for the one who sent it.
pub fn value_of(field: &Field, text: &str) -> Result<Value, String> {
    if field.kind == Kind::YesNo {
        return Ok(Value::from(!matches!(text, "" | "0" | "false")));
    }
    let unknown = || "It is of a type that no form knows.".to_string();
    let none = values::none(&field.column_type).ok_or_else(unknown)?;
    if text.trim().is_empty() {
        return match none {
            none if field.nullable => Ok(none),
            Value::String(_) if !field.required => Ok(Value::from(text)),
            _ => Err("It must not be empty.".into()),
        };
    }
    let value = match none {
        Value::String(_) => line_or_text(field, text),
        Value::Bool(_) => Ok(Value::from(text == "true")),
        Value::Float(_) | Value::Double(_) => decimal(field, text),
        Value::Bytes(_) => Err(unknown()),
        _ => whole(field, text),
    }?;
    if !field.choices.is_empty() && !field.choices.contains(&text) {
        return Err(format!("It must be one of {}.", field.choices.join(", ")));
    }
    Ok(value)
}

fn whole(field: &Field, text: &str) -> Result<Value, String> {
    let number = text
        .parse::<i64>()
        .map_err(|_| "It must be a whole number.")?;
    let value = values::whole(&field.column_type, number);
    value.ok_or_else(|| "It is too large a number.".into())
}

fn decimal(field: &Field, text: &str) -> Result<Value, String> {
    // `inf` and `NaN` are numbers to Rust.
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    let number = number.ok_or("It must be a number, such as 2.5.")?;
    let value = values::fraction(&field.column_type, number);
    value.ok_or_else(|| "It is too large a number.".into())
}

fn line_or_text(field: &Field, text: &str) -> Result<Value, String> {
    let length = text.chars().count();
    if let Some(limit) = field.max_length
        && length > limit as usize
    {
        return Err(format!(
            "It has {length} characters, and {limit} are the most."
        ));
    }
    // PostgreSQL has no place for it in a text.
    if text.contains('\0') {
        return Err("It holds a NUL, which is no character of a text.".into());
    }
    if field.kind != Kind::Text && text.contains(char::is_control) {
        return Err("It must be one line, without control characters.".into());
    }
    if field.kind == Kind::Link && !is_link(text) {
        return Err("It must be an address such as https://example.org/page.".into());
    }
    Ok(Value::from(text))
}

/// The address of a page, http or https. A browser would run what follows `javascript:`.
pub fn is_link(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else {
        return false;
    };
    // `https://bank.example@evil.example/` leads to evil.example.
    let names_a_host = uri
        .authority()
        .is_some_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'));
    matches!(uri.scheme_str(), Some("http" | "https")) && names_a_host
}

/// A JSON value as a form would send it.
///
/// # Errors
/// That it is of another type than the field.
pub fn text_of(field: &Field, json: &Json) -> Result<String, String> {
    let wanted = match values::none(&field.column_type) {
        Some(Value::Bool(_)) => "true or false",
        Some(Value::SmallInt(_) | Value::Int(_) | Value::BigInt(_)) => "a whole number",
        Some(Value::Float(_) | Value::Double(_)) => "a number",
        _ => "a string",
    };
    match json {
        Json::Null if field.nullable => Ok(String::new()),
        Json::String(text) if wanted == "a string" => Ok(text.clone()),
        Json::Number(number) if wanted == "a whole number" && number.is_i64() => {
            Ok(number.to_string())
        }
        Json::Number(number) if wanted == "a number" => Ok(number.to_string()),
        Json::Bool(yes) if wanted == "true or false" => Ok(yes.to_string()),
        other => Err(format!("It must be {wanted} and is {}.", kind_of(other))),
    }
}

/// What a JSON value is, in words.
pub fn kind_of(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

/// Whether a table has a row with this id. No id is none that is missing.
pub async fn is_there(
    db: &impl ConnectionTrait,
    table: &'static str,
    id: &Value,
) -> Result<bool, DbErr> {
    let Some(id) = values::number(id) else {
        return Ok(true);
    };
    let query = Query::select()
        .column("id")
        .from(table)
        .and_where(Expr::col("id").eq(id))
        .to_owned();
    Ok(db.query_one(&query).await?.is_some())
}
