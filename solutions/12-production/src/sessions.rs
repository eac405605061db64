//! Who is logged in: what the cookie of a browser stands for.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Clone)]
pub struct Session {
    pub id: String,
    pub guest: String,
    /// What only pages of this session know, and what they must send to change something.
    pub token: String,
}

/// The sessions, by their ids.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    pub fn find(&self, id: &str) -> Option<Session> {
        self.lock().get(id).cloned()
    }

    /// A new session of that guest, with an id that nobody has seen.
    pub fn begin(&self, guest: &str) -> Session {
        let session = Session {
            id: random(),
            guest: guest.to_string(),
            token: random(),
        };
        self.lock().insert(session.id.clone(), session.clone());
        session
    }

    pub fn end(&self, id: &str) {
        self.lock().remove(id);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 128 bits that cannot be guessed, as text.
fn random() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    format!("{:032x}", u128::from_be_bytes(bytes))
}
