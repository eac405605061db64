//! The notes: what is kept, and for whom.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Clone)]
pub struct Note {
    pub id: u64,
    pub owner: String,
    pub text: String,
}

/// All notes, in the order of their ids. Each function has a guest: for them, the notes of others
/// are not there.
#[derive(Default)]
pub struct Notes(Mutex<Table>);

#[derive(Default)]
struct Table {
    rows: Vec<Note>,
    last_id: u64,
}

impl Notes {
    pub fn all(&self, guest: &str) -> Vec<Note> {
        let table = self.lock();
        let own = table.rows.iter().filter(|note| note.owner == guest);
        own.cloned().collect()
    }

    pub fn find(&self, guest: &str, id: u64) -> Option<Note> {
        let mut table = self.lock();
        table.own(guest, id).cloned()
    }

    /// Keeps one more; its id.
    pub fn add(&self, guest: &str, text: &str) -> u64 {
        let mut table = self.lock();
        table.last_id += 1;
        let note = Note {
            id: table.last_id,
            owner: guest.to_string(),
            text: text.to_string(),
        };
        table.rows.push(note);
        table.last_id
    }

    /// Nothing if there is no such note.
    pub fn change(&self, guest: &str, id: u64, text: &str) -> Option<()> {
        let mut table = self.lock();
        table.own(guest, id)?.text = text.to_string();
        Some(())
    }

    /// Nothing if there is no such note.
    pub fn remove(&self, guest: &str, id: u64) -> Option<()> {
        let mut table = self.lock();
        table.own(guest, id)?;
        table.rows.retain(|note| note.id != id);
        Some(())
    }

    /// Held for as long as a copy takes, and never while somebody waits.
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// The note of that id, if it is this guest's.
    fn own(&mut self, guest: &str, id: u64) -> Option<&mut Note> {
        let mut own = self.rows.iter_mut().filter(|note| note.owner == guest);
        own.find(|note| note.id == id)
    }
}
