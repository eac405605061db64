//! What is remembered of one visitor, from one request to the next.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

/// A handle on the session of this request.
#[derive(Clone, Debug, Default)]
pub struct Session(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    user_id: Option<i64>,
    values: Map<String, Value>,
    changed: bool,
}

impl Session {
    pub fn get(&self, name: &str) -> Option<Value> {
        self.known().values.get(name).cloned()
    }

    pub fn set(&self, name: &str, value: impl Into<Value>) {
        let mut known = self.known();
        known.values.insert(name.into(), value.into());
        known.changed = true;
    }

    pub fn take(&self, name: &str) -> Option<Value> {
        let mut known = self.known();
        let value = known.values.remove(name);
        known.changed |= value.is_some();
        value
    }

    /// Who is logged in.
    pub fn user_id(&self) -> Option<i64> {
        self.known().user_id
    }

    /// A panic while somebody held the lock left nothing half done: the values are good.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
