//! What is remembered of one visitor, from one request to the next: who they are, and what the
//! next page should tell them.
//!
//! HTTP forgets the visitor after each answer. Without a session, each page would ask for the
//! password again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use super::{password, signing};
use crate::models::{session, user};

/// Where is kept which password the user had at login: our signature of its salt.
const PASSWORD: &str = "_password";

/// A handle on the session of this request.
#[derive(Clone, Debug, Default)]
pub struct Session(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    /// The row that the cookie named, if there is one.
    stored: Option<session::Model>,
    /// The id that takes its place.
    renewed: Option<Id>,
    user: Option<Arc<user::Model>>,
    values: Map<String, Value>,
    changed: bool,
    /// Somebody has looked: the answer depends on who asked.
    read: bool,
}

/// A session's id, and its hash. The browser keeps the one, the database the other.
#[derive(Clone, Debug)]
pub struct Id {
    pub value: String,
    pub hash: String,
}

impl Id {
    /// 256 bits that nobody can guess.
    // ANCHOR: new_id
    pub fn new(key: &str) -> Id {
        let value = signing::text(&signing::random::<32>());
        let hash = Id::hash(key, &value);
        Id { value, hash }
    }
    // ANCHOR_END: new_id

    /// Who reads the database cannot go back from this to the id. It needs our key too: who can
    /// write into the database, but does not know the key, still cannot plant a session.
    pub fn hash(key: &str, value: &str) -> String {
        signing::signature(key, "session", value.as_bytes())
    }
}

/// What is to be done for a session when the answer is ready.
#[derive(Debug)]
pub enum Ending {
    Nothing,
    /// The row stays; only the time is new, or the values too.
    Update(session::Model),
    /// A new row, in place of an old one or of none.
    Insert(Id, session::Model, Option<String>),
    /// The row goes, if there is one, and the cookie too.
    Delete(Option<String>),
}

impl Session {
    /// The session that a row holds, and its user.
    pub fn opened(row: session::Model, user: Option<user::Model>) -> Session {
        let values = serde_json::from_str(&row.data).unwrap_or_default();
        Session(Arc::new(Mutex::new(Known {
            stored: Some(row),
            user: user.map(Arc::new),
            values,
            ..Known::default()
        })))
    }

    pub fn get(&self, name: &str) -> Option<Value> {
        self.looked().values.get(name).cloned()
    }

    pub fn set(&self, name: &str, value: impl Into<Value>) {
        let mut known = self.looked();
        known.values.insert(name.into(), value.into());
        known.changed = true;
    }

    pub fn take(&self, name: &str) -> Option<Value> {
        let mut known = self.looked();
        let value = known.values.remove(name);
        known.changed |= value.is_some();
        value
    }

    /// Who is logged in.
    pub fn user_id(&self) -> Option<i64> {
        self.looked().user.as_ref().map(|user| user.id)
    }

    /// The user that the session names, whether or not they may still use it: that is for the
    /// middleware `authentication` to say.
    pub fn named_user(&self) -> Option<Arc<user::Model>> {
        self.known().user.clone()
    }

    /// Whether the answer depends on what is known of the visitor.
    pub fn was_read(&self) -> bool {
        self.known().read
    }

    /// What a CSRF token is good for: one login. All who are not logged in share the empty text.
    pub fn binding(&self) -> String {
        let known = self.known();
        let renewed = known.renewed.as_ref().map(|id| &id.hash);
        let stored = known.stored.as_ref().map(|row| &row.id_hash);
        match known.user {
            Some(_) => renewed.or(stored).cloned().unwrap_or_default(),
            None => String::new(),
        }
    }

    /// From now on this is the session of `user`, under a new id: an id that somebody else may have
    /// planted, or seen, is worth nothing after it.
    pub fn begin(&self, user: &user::Model, key: &str) {
        let mut known = self.looked();
        if known.user.as_ref().is_some_and(|known| known.id != user.id) {
            known.values.clear();
        }
        let salt = password::salt(&user.password);
        let password = signing::signature(key, "password of session", salt.as_bytes());
        known.values.insert(PASSWORD.into(), password.into());
        known.user = Some(Arc::new(user.clone()));
        known.renewed = Some(Id::new(key));
    }

    /// Forgets everything.
    pub fn end(&self) {
        let mut known = self.looked();
        known.user = None;
        known.values.clear();
        known.changed = true;
    }

    /// Whether the user's password is still the one of the login. So a new password ends all
    /// sessions but the one in which it was set, whoever set it, and wherever.
    pub fn has_password_of(&self, user: &user::Model, key: &str) -> bool {
        let known = self.known();
        let kept = known.values.get(PASSWORD).and_then(Value::as_str);
        kept.is_some_and(|kept| {
            let salt = password::salt(&user.password);
            signing::is_signature(kept, key, "password of session", salt.as_bytes())
        })
    }

    /// What remains to be done, at the end of a request that came at `now`.
    pub fn ending(&self, now: i64, key: &str, touch_after: i64) -> Ending {
        let mut known = self.known();
        let old = known.stored.as_ref().map(|row| row.id_hash.clone());
        if known.user.is_none() && known.values.is_empty() {
            return match (old, known.changed) {
                (None, false) => Ending::Nothing,
                (old, _) => Ending::Delete(old),
            };
        }
        let mut row = session::Model {
            id_hash: String::new(),
            user_id: known.user.as_ref().map(|user| user.id),
            data: Value::Object(known.values.clone()).to_string(),
            created_at: now,
            seen_at: now,
        };
        // Who was logged out and has something to be told gets a session that knows nothing else.
        let was_ended = known
            .stored
            .as_ref()
            .is_some_and(|old| old.user_id != row.user_id);
        if known.renewed.is_none() && (known.stored.is_none() || was_ended) {
            known.renewed = Some(Id::new(key));
        }
        if let Some(id) = known.renewed.clone() {
            row.id_hash = id.hash.clone();
            return Ending::Insert(id, row, old);
        }
        match &known.stored {
            Some(stored) if known.changed || now - stored.seen_at >= touch_after => {
                row.id_hash = stored.id_hash.clone();
                row.created_at = stored.created_at;
                Ending::Update(row)
            }
            _ => Ending::Nothing,
        }
    }

    fn looked(&self) -> MutexGuard<'_, Known> {
        let mut known = self.known();
        known.read = true;
        known
    }

    /// A panic while somebody held the lock left nothing half done: the values are good.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
