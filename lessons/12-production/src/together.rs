//! One reading for all who ask for the same at the same time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

// ANCHOR: together
/// Something that many ask for at once, and that costs something to read. Nobody gets what was
/// read before they asked.
#[derive(Debug)]
pub struct Together<T> {
    /// Those who wait for the next reading.
    waiting: Mutex<Arc<OnceCell<T>>>,
    /// One reading at a time. Its end lets the next one begin.
    turn: tokio::sync::Mutex<()>,
}

impl<T: Clone> Together<T> {
    /// What `read` gives, or what it gives to another who waits for the same reading.
    pub async fn get(&self, read: impl Future<Output = T>) -> T {
        let group = Arc::clone(&self.waiting());
        let read_once = async {
            let _turn = self.turn.lock().await;
            // Who asks from now on may know of something newer, and waits for the next reading.
            *self.waiting() = Arc::default();
            read.await
        };
        // The first of the group reads. If its client goes away meanwhile, the next one does.
        group.get_or_init(|| read_once).await.clone()
    }

    fn waiting(&self) -> MutexGuard<'_, Arc<OnceCell<T>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
// ANCHOR_END: together

impl<T> Default for Together<T> {
    fn default() -> Together<T> {
        let (waiting, turn) = Default::default();
        Together { waiting, turn }
    }
}
