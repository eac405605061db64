//! A note, and the place where all of them are kept.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

const COLORS: [&str; 5] = ["khaki", "lightblue", "lightgreen", "lightsalmon", "plum"];

#[derive(Clone, Debug, Serialize)]
pub struct Note {
    color: &'static str,
    text: String,
}

// ANCHOR: notes
/// All notes, in the order in which they came.
#[derive(Default)]
pub struct Notes(Mutex<Vec<Note>>);

impl Notes {
    pub fn all(&self) -> Vec<Note> {
        self.lock().clone()
    }

    /// Keeps one more, and gives all that there are then.
    pub fn add(&self, text: String) -> Vec<Note> {
        let color = COLORS[fastrand::usize(..COLORS.len())];
        // The lock is held from here to the end of the function: nobody comes between the
        // note that is pushed and the list that is given back.
        // ANCHOR: keep
        let mut notes = self.lock();
        notes.push(Note { color, text });
        notes.clone()
        // ANCHOR_END: keep
    }

    /// A std Mutex, in async code: it is held for as long as a copy takes, and never while
    /// somebody waits. That a thread panicked while it held the lock has done no harm to a list.
    // ANCHOR: lock
    fn lock(&self) -> MutexGuard<'_, Vec<Note>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    // ANCHOR_END: lock
}
// ANCHOR_END: notes
