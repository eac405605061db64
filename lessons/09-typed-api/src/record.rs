//! All fields of a body, read into a type. Everything that is wrong is found at once: serde's own
//! derive stops at the first error, and a client with three mistakes would have to ask three times.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::field::{Field, Sent, Wrong};

// ANCHOR: problem
/// One thing that is wrong with a body.
#[derive(Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// What it is, for programs: `missing`, `decimal_parsing`, …
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// Where it is: `["body", "price"]`, or `["body", 17]` when byte 17 is no JSON.
    pub loc: Vec<Place>,
    /// What it is, for people.
    pub msg: Cow<'static, str>,
    /// What was sent there.
    pub input: Value,
    /// The number that `msg` speaks of, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, nullable = false)]
    pub ctx: Option<Value>,
}

/// A step on the way to a problem.
#[derive(Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Place {
    Name(Cow<'static, str>),
    Byte(usize),
}
// ANCHOR_END: problem

impl Problem {
    fn new(wrong: Wrong, place: Option<Place>, input: Value) -> Problem {
        let body = Place::Name("body".into());
        Problem {
            kind: wrong.kind.into(),
            loc: [body].into_iter().chain(place).collect(),
            msg: wrong.msg,
            input,
            ctx: wrong.ctx,
        }
    }
}

// ANCHOR: record
/// A type that is made of fields.
pub trait Record: Sized {
    /// Takes all fields. `None` when one of them is wrong.
    fn read(fields: &mut Fields) -> Option<Self>;
}

/// The fields of a body, and what has been found wrong with those that were taken.
pub struct Fields<'a> {
    /// Each value as it stands in the body, not read yet.
    sent: BTreeMap<String, &'a RawValue>,
    /// What is shown where a field is missing.
    whole: &'a str,
    problems: Vec<Problem>,
}

// ANCHOR: take
impl Fields<'_> {
    /// The field of that name. When it is wrong, that is noted, and `None` comes back.
    pub fn take<T: Field>(&mut self, name: &'static str) -> Option<T> {
        // ANCHOR: taking
        let (read, input) = match self.sent.get(name) {
            Some(json) => (T::parse(Sent::of(json)), json.get()),
            None => (T::missing(), self.whole),
        };
        let noted = read.map_err(|wrong| {
            let place = Place::Name(name.into());
            let problem = Problem::new(wrong, Some(place), shown(input));
            self.problems.push(problem);
        });
        noted.ok()
        // ANCHOR_END: taking
    }
}
// ANCHOR_END: take
// ANCHOR_END: record

// ANCHOR: from_json
/// Reads a JSON object. Names that the type does not have are dropped.
pub fn from_json<T: Record>(body: &str) -> Result<T, Vec<Problem>> {
    // Three bytes that some editors put before UTF-8. RFC 8259 lets us skip them.
    let body = body.strip_prefix('\u{FEFF}').unwrap_or(body);
    if body.is_empty() {
        let wrong = Wrong::new("missing", "Field required");
        return Err(vec![Problem::new(wrong, None, Value::Null)]);
    }
    // Around a value, JSON allows four characters and no other.
    let whole = body.trim_matches([' ', '\t', '\n', '\r']);
    match serde_json::from_str(body) {
        Ok(sent) => read(sent, whole),
        Err(error) => Err(no_object(&error, body, whole)),
    }
}
// ANCHOR_END: from_json

/// Reads the names and values of a form. A field that was left empty was not sent.
pub fn from_form<T: Record>(pairs: Vec<(String, String)>) -> Result<T, Vec<Problem>> {
    let filled = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let sent = filled.map(|(name, value)| {
        let json = to_raw_value(&value).expect("any text is a string of JSON");
        (name, json)
    });
    let sent: Vec<(String, Box<RawValue>)> = sent.collect();
    let sent = sent.iter().map(|(name, json)| (name.clone(), &**json));
    read(sent.collect(), "null")
}

fn read<T: Record>(sent: BTreeMap<String, &RawValue>, whole: &str) -> Result<T, Vec<Problem>> {
    let problems = Vec::new();
    let mut fields = Fields {
        sent,
        whole,
        problems,
    };
    T::read(&mut fields).ok_or(fields.problems)
}

/// What was sent, for the answer. What is nested too deeply to be read again is shown as null.
fn shown(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}

/// Why a body is no object: it is something else, or no JSON.
fn no_object(error: &serde_json::Error, body: &str, whole: &str) -> Vec<Problem> {
    match serde_json::from_str::<&RawValue>(body) {
        Ok(_) if !whole.starts_with('{') => {
            let msg = "Input should be a valid dictionary or object to extract fields from";
            let wrong = Wrong::new("model_attributes_type", msg);
            vec![Problem::new(wrong, None, shown(whole))]
        }
        Ok(_) => no_json(error, body),
        Err(error) => no_json(&error, body),
    }
}

fn no_json(error: &serde_json::Error, body: &str) -> Vec<Problem> {
    // serde_json writes the place behind the reason. Here it stands in `loc`.
    let (line, column) = (error.line(), error.column());
    let said = error.to_string();
    let place = format!(" at line {line} column {column}");
    let reason = said.strip_suffix(&place).unwrap_or(&said);
    let before: usize = body
        .split_inclusive('\n')
        .take(line - 1)
        .map(str::len)
        .sum();
    let byte = match error.is_eof() {
        true => body.len(),
        false => before + column.saturating_sub(1),
    };
    let wrong = Wrong::new("json_invalid", "JSON decode error").with(json!({ "error": reason }));
    vec![Problem::new(wrong, Some(Place::Byte(byte)), json!({}))]
}
