//! All fields of a body, read into a type. Everything that is wrong is found at once. As in lesson 09.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{FromRequest, Request};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::error::AppError;
use crate::field::{Field, Sent, Wrong};

/// One thing that is wrong with a body.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// What it is, for programs: `missing`, `decimal_parsing`, …
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Where it is: `["body", "price"]`.
    pub loc: Vec<String>,
    /// What it is, for people.
    pub msg: String,
    /// What was sent there.
    pub input: Value,
}

impl Problem {
    fn new(wrong: Wrong, name: Option<&str>, input: Value) -> Problem {
        let place = ["body"].into_iter().chain(name);
        Problem {
            kind: wrong.kind,
            loc: place.map(str::to_string).collect(),
            msg: wrong.msg,
            input,
        }
    }
}

/// A type that is made of fields.
pub trait Record: Sized {
    /// Takes all fields. `None` when one of them is wrong.
    fn read(fields: &mut Fields) -> Option<Self>;
}

/// The fields of a body, and what has been found wrong with those that were taken.
pub struct Fields {
    sent: HashMap<String, Box<RawValue>>,
    problems: Vec<Problem>,
}

impl Fields {
    /// The field of that name. When it is wrong, that is noted, and `None` comes back.
    pub fn take<T: Field>(&mut self, name: &str) -> Option<T> {
        let read = match self.sent.get(name) {
            Some(json) => T::parse(Sent::of(json)),
            None => T::missing(),
        };
        let noted = read.map_err(|wrong| {
            let json = self.sent.get(name).map_or("null", |json| json.get());
            let input = serde_json::from_str(json).unwrap_or_default();
            self.problems.push(Problem::new(wrong, Some(name), input));
        });
        noted.ok()
    }
}

fn from_json<T: Record>(json: &RawValue) -> Result<T, Vec<Problem>> {
    let Ok(sent) = serde_json::from_str(json.get()) else {
        let wrong = Wrong::new("model_type", "This should be an object.");
        return Err(vec![Problem::new(wrong, None, Value::Null)]);
    };
    let problems = Vec::new();
    let mut fields = Fields { sent, problems };
    T::read(&mut fields).ok_or(fields.problems)
}

/// What a handler takes that wants a record. It runs when there is one, and not else.
pub struct JsonBody<T>(pub T);

impl<T: Record, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        // A piece of JSON that nobody has read yet. axum sees to the Content-Type.
        let Json(json) = Json::<Box<RawValue>>::from_request(request, state).await?;
        Ok(JsonBody(from_json(&json)?))
    }
}
