//! From the text of a form to a value of the database, and back.

use std::str::FromStr;

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
        Ok(match self.column_type {
            ColumnType::Boolean if self.nullable => some.map(|text| text == "yes").into(),
            ColumnType::Boolean => some.is_some().into(),
            ColumnType::Integer => read(some, whole::<i32>, "a whole number")?.into(),
            ColumnType::BigInteger => read(some, whole::<i64>, "a whole number")?.into(),
            ColumnType::Double => read(some, number, "a number")?.into(),
            ColumnType::Date => read(some, date, "a date")?.into(),
            ColumnType::Time => read(some, time, "a time")?.into(),
            ColumnType::DateTime => read(some, moment, "a date and a time")?.into(),
            ColumnType::TimestampWithTimeZone => read(some, utc, "a date and a time")?.into(),
            _ if self.nullable => some.map(String::from).into(),
            _ => given.to_string().into(),
        })
    }

    /// What holds for a text of any type.
    pub fn check(&self, text: &str) -> Result<(), String> {
        let (length, most) = (text.chars().count(), self.max_length as usize);
        if text.contains('\0') {
            return Err("This holds a character that is not text.".into());
        }
        if length > most {
            return Err(format!(
                "This may have {most} characters, and has {length}."
            ));
        }
        if text.trim().is_empty() {
            return match self.required {
                true => Err("This is required.".into()),
                false => Ok(()),
            };
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
    reader: fn(&str) -> Option<T>,
    what: &str,
) -> Result<Option<T>, String> {
    let Some(text) = text else { return Ok(None) };
    let problem = || format!("This must be {what} within the usual limits.");
    reader(text).map(Some).ok_or_else(problem)
}

fn whole<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn date(text: &str) -> Option<Date> {
    let date = Date::parse(text, &Iso8601::PARSING).ok();
    date.filter(|date| date.year() > 0)
}

fn time(text: &str) -> Option<Time> {
    Time::parse(text, &Iso8601::PARSING).ok()
}

fn moment(text: &str) -> Option<PrimitiveDateTime> {
    let (day, clock) = text.split_once(['T', ' '])?;
    Some(PrimitiveDateTime::new(date(day)?, time(clock)?))
}

/// Forms show and take times of day as they are in Greenwich.
fn utc(text: &str) -> Option<OffsetDateTime> {
    moment(text).map(PrimitiveDateTime::assume_utc)
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
            let at = at.to_offset(UtcOffset::UTC);
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
