//! A note, and the list in which all of them are kept.

use std::sync::{Mutex, MutexGuard};

use axum_extra::headers::{ETag, IfMatch};
use serde::Serialize;

const COLORS: [&str; 5] = ["khaki", "lightblue", "lightgreen", "lightsalmon", "plum"];

#[derive(Clone, Serialize)]
pub struct Note {
    color: &'static str,
    text: String,
}

/// All notes, in the order in which they came.
#[derive(Default)]
pub struct Notes(Mutex<Vec<Note>>);

impl Notes {
    pub fn all(&self) -> Vec<Note> {
        self.lock().clone()
    }

    /// Keeps one more, and gives all that there are then. Or nothing, if
    /// the client has seen another version of the list.
    pub fn add(&self, text: String, seen: IfMatch) -> Option<Vec<Note>> {
        // Held to the end of the function: nobody comes between the look,
        // the change, and the copy that the client gets.
        let mut notes = self.lock();
        if !seen.precondition_passes(&version(&notes)) {
            return None;
        }
        let color = COLORS[notes.len() % COLORS.len()];
        notes.push(Note { color, text });
        Some(notes.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Note>> {
        self.0.lock().expect("nobody panics with the lock")
    }
}

/// The name of this version of the list. Notes only ever come, so their number will do.
pub fn version(notes: &[Note]) -> ETag {
    let tag = format!("\"{}\"", notes.len());
    tag.parse().expect("a number in quotation marks is a tag")
}
