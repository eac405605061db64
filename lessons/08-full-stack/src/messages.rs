//! Messages for the next page: "The note was added." Kept in the session until a page shows them.
//! Django: `django.contrib.messages`.

use minijinja::Value;
use minijinja::value::Serde;

use crate::auth::session::Session;

const NAME: &str = "messages";

/// Keeps a message for the next page that this visitor sees.
pub fn add(session: &Session, text: &str) {
    let mut all = session.take(NAME).unwrap_or_else(|| serde_json::json!([]));
    if let Some(all) = all.as_array_mut() {
        all.push(text.into());
    }
    session.set(NAME, all);
}

/// All that are kept. They are shown once.
pub fn take(session: &Session) -> Value {
    Value::from(Serde(
        session.take(NAME).unwrap_or_else(|| serde_json::json!([])),
    ))
}
