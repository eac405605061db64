//! One field: what was sent for it, and what it is once it has been read. As in lesson 09.

use serde_json::value::RawValue;

/// A value as it was sent.
pub enum Sent {
    Text(String),
    /// A number, digit by digit: a float would not keep them all.
    Number(String),
    Null,
    /// A boolean, a list, an object, or a text that is none.
    Other,
}

impl Sent {
    pub fn of(json: &RawValue) -> Sent {
        match json.get().as_bytes().first() {
            Some(b'"') => serde_json::from_str(json.get()).map_or(Sent::Other, Sent::Text),
            Some(b'-' | b'0'..=b'9') => Sent::Number(json.get().to_string()),
            Some(b'n') => Sent::Null,
            _ => Sent::Other,
        }
    }
}

/// What is wrong with a value. Where it stood, the value does not know.
pub struct Wrong {
    /// For programs: `missing`, `decimal_parsing`, …
    pub kind: &'static str,
    /// For people.
    pub msg: String,
}

impl Wrong {
    pub fn new(kind: &'static str, msg: impl Into<String>) -> Wrong {
        let msg = msg.into();
        Wrong { kind, msg }
    }
}

/// A type that a field can have.
pub trait Field: Sized {
    /// Makes one of what was sent, or says what is wrong with it.
    fn parse(sent: Sent) -> Result<Self, Wrong>;

    /// What it is when nothing was sent.
    fn missing() -> Result<Self, Wrong> {
        Err(Wrong::new("missing", "This field is required."))
    }
}

impl Field for String {
    fn parse(sent: Sent) -> Result<String, Wrong> {
        match sent {
            Sent::Text(text) => Ok(text),
            _ => Err(Wrong::new("string_type", "This should be a text.")),
        }
    }
}

/// An `Option` around its type makes a field optional.
impl<T: Field> Field for Option<T> {
    fn parse(sent: Sent) -> Result<Self, Wrong> {
        match sent {
            Sent::Null => Ok(None),
            sent => T::parse(sent).map(Some),
        }
    }

    fn missing() -> Result<Self, Wrong> {
        Ok(None)
    }
}

/// A field of a change. `None`: nothing was sent, so what is there stays. Around an `Option`, that
/// is another thing than null.
pub struct Change<T>(pub Option<T>);

impl<T: Field> Field for Change<T> {
    fn parse(sent: Sent) -> Result<Self, Wrong> {
        T::parse(sent).map(|value| Change(Some(value)))
    }

    fn missing() -> Result<Self, Wrong> {
        Ok(Change(None))
    }
}
