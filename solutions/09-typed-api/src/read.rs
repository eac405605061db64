//! As in lesson 09: reads what was sent into a type, and finds everything that is wrong with it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use crate::error::{AppError, Result};

/// One thing that is wrong with what was sent.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// Where: `["body", "parts", 0, "count"]`
    pub loc: Vec<Step>,
    /// What, for people
    pub msg: String,
    /// What, for programs
    #[serde(rename = "type")]
    pub kind: String,
    /// What was sent there, to the letter
    #[schema(value_type = Value)]
    pub input: Box<RawValue>,
}

/// A step on the way to a problem: the name of a field, or a place in a list.
#[derive(Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Step {
    Name(String),
    Place(usize),
}

/// A type that a field can have.
#[diagnostic::on_unimplemented(message = "a field cannot have the type `{Self}`")]
pub trait Field: Sized {
    /// Makes one of what was sent. What is wrong with it is noted, and `None` comes back.
    fn read(reader: &mut Reader) -> Option<Self>;

    /// What it is when nothing was sent. Most types are nothing then, and that is a problem.
    fn absent() -> Option<Self> {
        None
    }
}

/// What is being read, where it was sent, and what has been found wrong so far.
pub struct Reader<'a> {
    pub sent: &'a RawValue,
    loc: Vec<Step>,
    problems: Vec<Problem>,
    /// A query has no numbers: there, the text `5` is one.
    texts: bool,
}

impl<'a> Reader<'a> {
    fn new(place: &str, sent: &'a RawValue, texts: bool) -> Reader<'a> {
        Reader {
            sent,
            loc: vec![Step::Name(place.into())],
            problems: Vec::new(),
            texts,
        }
    }

    /// Notes what is wrong here.
    pub fn note<T>(&mut self, kind: &str, msg: &str) -> Option<T> {
        self.problems.push(Problem {
            loc: self.loc.clone(),
            // serde_json adds a line and a column. `loc` says better where it is.
            msg: msg.split(" at line ").next().unwrap_or_default().into(),
            kind: kind.into(),
            input: self.sent.to_owned(),
        });
        None
    }

    /// The fields of an object, none of them read yet.
    pub fn object(&mut self) -> Option<BTreeMap<String, &'a RawValue>> {
        let fields = serde_json::from_str(self.sent.get()).ok();
        fields.or_else(|| self.note("type_error.dict", "value is not a valid dict"))
    }

    /// Reads a part of what was sent: one step further in, and back.
    pub fn part<T: Field>(&mut self, step: Step, part: Option<&&'a RawValue>) -> Option<T> {
        let whole = self.sent;
        self.loc.push(step);
        self.sent = part.unwrap_or(&whole);
        let value = match part {
            Some(_) => T::read(self),
            None => T::absent().or_else(|| self.note("value_error.missing", "field required")),
        };
        self.sent = whole;
        self.loc.pop();
        value
    }

    /// Leaves it to serde, and refuses in serde's words.
    pub fn by_serde<T: DeserializeOwned>(&mut self) -> Option<T> {
        let sent = self.sent.get();
        // In JSON Schema, 2.0 is an integer, too.
        let mut read = serde_json::from_str(sent.strip_suffix(".0").unwrap_or(sent));
        if read.is_err() && self.texts {
            let text: String = serde_json::from_str(sent).unwrap_or_default();
            read = match serde_json::from_str(&text) {
                Err(error) if !error.is_data() => read, // it is a word, and not a number
                better => better,
            };
        }
        let noted = read.map_err(|error| self.note::<T>("value_error", &error.to_string()));
        noted.ok()
    }
}

/// Types that serde reads.
#[macro_export]
macro_rules! by_serde {
    ($($Type:ty),*) => {$(
        impl $crate::read::Field for $Type {
            fn read(reader: &mut $crate::read::Reader) -> Option<Self> {
                reader.by_serde()
            }
        }
    )*};
}

by_serde!(String, bool, u16);

/// An `Option` around its type makes a field optional.
impl<T: Field> Field for Option<T> {
    fn read(reader: &mut Reader) -> Option<Self> {
        match reader.sent.get() {
            "null" => Some(None),
            _ => T::read(reader).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Field> Field for Vec<T> {
    fn read(reader: &mut Reader) -> Option<Self> {
        let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(reader.sent.get()) else {
            return reader.note("type_error.list", "value is not a valid list");
        };
        let steps = (0..).map(Step::Place).zip(&list);
        let read = steps.map(|(step, sent)| reader.part(step, Some(sent)));
        let read: Vec<Option<T>> = read.collect();
        read.into_iter().collect() // all were read, before one `None` spoils the list
    }
}

/// A struct that can be read. The name of each field is written once: where it is declared.
#[macro_export]
macro_rules! record {
    ($(#[$about:meta])* pub struct $Record:ident {
        $($(#[$note:meta])* pub $field:ident: $Type:ty,)*
    }) => {
        $(#[$about])*
        pub struct $Record {
            $($(#[$note])* pub $field: $Type,)*
        }

        impl $crate::read::Field for $Record {
            fn read(reader: &mut $crate::read::Reader) -> Option<Self> {
                let sent = reader.object()?;
                $(
                    let name = stringify!($field);
                    let step = $crate::read::Step::Name(name.into());
                    let $field = reader.part::<$Type>(step, sent.get(name));
                )*
                // All have been read before the first `?` gives up: so all problems are found.
                Some($Record { $($field: $field?,)* })
            }
        }
    };
}

/// Reads a body of JSON.
pub fn json<T: Field>(text: &str) -> Result<T> {
    let mut reader = Reader::new("body", RawValue::NULL, false);
    match serde_json::from_str(text) {
        Ok(sent) => reader.sent = sent,
        Err(error) => {
            let before = text.split_inclusive('\n').take(error.line() - 1);
            let place = before.map(str::len).sum::<usize>() + error.column();
            // A column counts from 1, a place from 0. At the end there is nothing to count.
            let place = place.saturating_sub(usize::from(!error.is_eof()));
            reader.loc.push(Step::Place(place));
            reader.note::<T>("value_error.jsondecode", &error.to_string());
            return Err(AppError::Invalid(reader.problems));
        }
    }
    T::read(&mut reader).ok_or(AppError::Invalid(reader.problems))
}

/// Reads the pairs of a query.
pub fn pairs<T: Field>(pairs: BTreeMap<String, String>) -> Result<T> {
    let sent = to_raw_value(&pairs).expect("texts are JSON");
    let mut reader = Reader::new("query", &sent, true);
    T::read(&mut reader).ok_or(AppError::Invalid(reader.problems))
}
