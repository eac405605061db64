//! From the text of a form to a value of the database, and back.

use sea_orm::Value;
use sea_orm::sea_query::ColumnType;
use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::Field;

impl Field {
    /// The value that a text is, or what is wrong with it.
    pub fn parse(&self, text: &str) -> Result<Value, String> {
        let text = text.replace("\r\n", "\n"); // browsers send lines like this
        self.check(&text)?;
        let given = match self.input {
            "textarea" => text.as_str(),
            _ => text.trim(),
        };
        let some = Some(given).filter(|text| !text.is_empty());
        let whole = "This must be a whole number, and not too large.";
        let number = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
        let moment =
            |text: &str| PrimitiveDateTime::parse(&text.replace(' ', "T"), &Iso8601::PARSING);
        let moment = |text: &str| moment(text).ok();
        let utc = |text: &str| moment(text).map(PrimitiveDateTime::assume_utc);
        let date = |text: &str| Date::parse(text, &Iso8601::PARSING).ok();
        let time = |text: &str| Time::parse(text, &Iso8601::PARSING).ok();
        Ok(match self.column_type {
            ColumnType::Boolean if self.nullable => some.map(|text| text == "yes").into(),
            ColumnType::Boolean => some.is_some().into(),
            ColumnType::Integer => read(some, |text| text.parse::<i32>().ok(), whole)?.into(),
            ColumnType::BigInteger => read(some, |text| text.parse::<i64>().ok(), whole)?.into(),
            ColumnType::Double => read(some, number, "This must be a number.")?.into(),
            ColumnType::Date => read(some, date, "This must be a date.")?.into(),
            ColumnType::Time => read(some, time, "This must be a time.")?.into(),
            ColumnType::DateTime => read(some, moment, "This must be a date and a time.")?.into(),
            ColumnType::TimestampWithTimeZone => {
                read(some, utc, "This must be a date and a time.")?.into()
            }
            _ if self.nullable => some.map(String::from).into(),
            _ => given.to_string().into(),
        })
    }

    /// What holds for a text of any type.
    pub fn check(&self, text: &str) -> Result<(), String> {
        let (length, most) = (text.chars().count(), self.max_length as usize);
        if text.trim().is_empty() {
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
        if !self.choices.is_empty() && !self.choices.contains(&text.trim()) {
            return Err("This must be one of the list.".into());
        }
        Ok(())
    }
}

/// Nothing stays nothing; a text is read, or refused.
fn read<T>(
    text: Option<&str>,
    reader: impl Fn(&str) -> Option<T>,
    problem: &str,
) -> Result<Option<T>, String> {
    let Some(text) = text else { return Ok(None) };
    reader(text).map(Some).ok_or(problem.into())
}

/// A value as a form or a list shows it: what `parse` reads.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone().unwrap_or_default(),
        Value::Bool(Some(true)) => "yes".into(),
        Value::Bool(Some(false)) => "no".into(),
        Value::TimeDate(Some(date)) => date.to_string(),
        Value::TimeTime(Some(time)) => clock(*time),
        Value::TimeDateTime(Some(at)) => format!("{} {}", at.date(), clock(at.time())),
        Value::TimeDateTimeWithTimeZone(Some(at)) => {
            let at: OffsetDateTime = at.to_offset(UtcOffset::UTC);
            format!("{} {}", at.date(), clock(at.time()))
        }
        other => match other.to_string() {
            null if null == "NULL" => String::new(),
            number => number,
        },
    }
}

fn clock(time: Time) -> String {
    let (hour, minute, second) = time.as_hms();
    format!("{hour:02}:{minute:02}:{second:02}")
}
