//! From the text of a form to a value of the database, and back.

use std::str::FromStr;

use sea_orm::Value;
use sea_orm::sea_query::ColumnType;

use super::Field;

impl Field {
    /// The value that a text is, or what is wrong with it.
    pub fn parse(&self, text: &str) -> Result<Value, String> {
        let given = text.trim();
        self.check(given)?;
        let some = Some(given).filter(|text| !text.is_empty());
        Ok(match self.column_type {
            ColumnType::Boolean if self.nullable => some.map(|text| text == "yes").into(),
            ColumnType::Boolean => some.is_some().into(),
            ColumnType::Integer => number::<i32>(some)?.into(),
            ColumnType::BigInteger => number::<i64>(some)?.into(),
            _ if self.nullable => some.map(String::from).into(),
            _ => given.to_string().into(),
        })
    }

    /// What holds for a text of any type.
    fn check(&self, text: &str) -> Result<(), String> {
        let (length, most) = (text.chars().count(), self.max_length as usize);
        if text.is_empty() {
            return match self.required {
                true => Err("This is required.".into()),
                false => Ok(()),
            };
        }
        if text.contains('\0') {
            return Err("This holds a character that is not text.".into());
        }
        if length > most {
            return Err(format!(
                "This may have {most} characters, and has {length}."
            ));
        }
        if !self.choices.is_empty() && !self.choices.contains(&text) {
            return Err("This must be one of the list.".into());
        }
        Ok(())
    }
}

/// Nothing stays nothing; a text is read, or refused.
fn number<T: FromStr>(text: Option<&str>) -> Result<Option<T>, String> {
    let number = text.map(str::parse).transpose();
    number.map_err(|_| "This must be a whole number within the usual limits.".into())
}

/// A value as a form or a list shows it: what `parse` reads.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone().unwrap_or_default(),
        Value::Bool(Some(true)) => "yes".into(),
        Value::Bool(Some(false)) => "no".into(),
        other => match other.to_string() {
            null if null == "NULL" => String::new(),
            number => number,
        },
    }
}
