//! Items in a map. They end with the server.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{PoisonError, RwLock};

use futures_util::FutureExt;
use futures_util::future::ready;

use crate::item::Item;
use crate::store::{Answer, Store};

// ANCHOR: memory
/// Many may look at the same time, and one may write while nobody looks.
#[derive(Default)]
pub struct Memory(RwLock<HashMap<String, Item>>);

impl Store for Memory {
    fn insert<'a>(&'a self, item: &'a Item) -> Answer<'a, bool> {
        let mut items = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // ANCHOR: one_hold
        // One hold of the lock looks and writes: nobody comes in between.
        let kept = match items.entry(item.name.as_str().to_string()) {
            Entry::Vacant(place) => {
                place.insert(item.clone());
                true
            }
            Entry::Occupied(_) => false,
        };
        // ANCHOR_END: one_hold
        ready(Ok(kept)).boxed()
    }

    fn find<'a>(&'a self, name: &'a str) -> Answer<'a, Option<Item>> {
        let items = self.0.read().unwrap_or_else(PoisonError::into_inner);
        ready(Ok(items.get(name).cloned())).boxed()
    }
}
// ANCHOR_END: memory
