//! Messages for the next page: "The note was added." Kept in the session until a page shows them.
//! Django: `django.contrib.messages`.

use serde_json::{Value, json};

use crate::auth::session::Session;

const NAME: &str = "messages";

/// Marks an answer that shows the messages: the middleware `messages` then forgets them.
#[derive(Clone, Copy, Debug)]
pub struct Shown;

/// Keeps a message for the next page that this visitor sees.
pub fn add(session: &Session, text: &str) {
    let mut all = all(session);
    if let Some(all) = all.as_array_mut() {
        all.push(text.into());
    }
    session.set(NAME, all);
}

/// All that wait, as a list.
pub fn all(session: &Session) -> Value {
    session.get(NAME).unwrap_or_else(|| json!([]))
}

/// They have been shown.
pub fn forget(session: &Session) {
    session.take(NAME);
}
