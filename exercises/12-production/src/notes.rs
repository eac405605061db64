//! The notes: what is kept.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Clone)]
pub struct Note {
    pub id: u64,
    pub text: String,
}

/// All notes, in the order of their ids.
#[derive(Default)]
pub struct Notes(Mutex<Table>);

#[derive(Default)]
struct Table {
    rows: Vec<Note>,
    last_id: u64,
}

impl Notes {
    pub fn all(&self) -> Vec<Note> {
        self.lock().rows.clone()
    }

    pub fn find(&self, id: u64) -> Option<Note> {
        let mut table = self.lock();
        table.note(id).cloned()
    }

    /// Keeps one more; its id.
    pub fn add(&self, text: &str) -> u64 {
        let mut table = self.lock();
        table.last_id += 1;
        let note = Note {
            id: table.last_id,
            text: text.to_string(),
        };
        table.rows.push(note);
        table.last_id
    }

    /// Nothing if there is no such note.
    pub fn change(&self, id: u64, text: &str) -> Option<()> {
        let mut table = self.lock();
        table.note(id)?.text = text.to_string();
        Some(())
    }

    /// Nothing if there is no such note.
    pub fn remove(&self, id: u64) -> Option<()> {
        let mut table = self.lock();
        table.note(id)?;
        table.rows.retain(|note| note.id != id);
        Some(())
    }

    /// Held for as long as a copy takes, and never while somebody waits.
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn note(&mut self, id: u64) -> Option<&mut Note> {
        self.rows.iter_mut().find(|note| note.id == id)
    }
}
