//! What is called out, and those who listen.

use std::sync::Arc;

use tokio::select;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// All calls so far: the first is number 1.
pub struct Calls {
    texts: watch::Sender<Vec<String>>,
    places: Arc<Semaphore>,
    all_places: usize,
    stopping: watch::Receiver<bool>,
}

impl Calls {
    pub fn new(places: usize, stopping: watch::Receiver<bool>) -> Calls {
        Calls {
            texts: watch::Sender::default(),
            places: Arc::new(Semaphore::new(places)),
            all_places: places,
            stopping,
        }
    }

    /// Calls out a text, to everyone who listens now or later.
    pub fn call(&self, text: String) {
        self.texts.send_modify(|texts| texts.push(text));
    }

    /// Somebody who listens from now on, or from the call after the one that `last` names; `None` when
    /// there is no place.
    pub fn listen(&self, last: Option<&str>) -> Option<Listener> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let count = self.texts.borrow().len();
        let was_given = |number: &usize| *number <= count;
        let heard = match last {
            None => count,
            // A number that was not given here is from before the start: all calls are new then.
            Some(last) => last.parse().ok().filter(was_given).unwrap_or(0),
        };
        Some(Listener {
            texts: self.texts.subscribe(),
            heard,
            stopping: self.stopping.clone(),
            _place: place,
        })
    }

    /// How many places are taken, and how many there are.
    pub fn places(&self) -> (usize, usize) {
        let free = self.places.available_permits();
        (self.all_places - free, self.all_places)
    }
}

/// One who listens.
pub struct Listener {
    texts: watch::Receiver<Vec<String>>,
    /// How many of the texts were told.
    heard: usize,
    stopping: watch::Receiver<bool>,
    /// Given back when hyper drops the answer, and with it the listener.
    _place: OwnedSemaphorePermit,
}

impl Listener {
    /// Waits for the next call, and gives its number and its text; `None` when the server stops.
    pub async fn next(&mut self) -> Option<(usize, String)> {
        let texts = select! {
            texts = self.texts.wait_for(|texts| texts.len() > self.heard) => texts.ok()?,
            _ = self.stopping.wait_for(|stopping| *stopping) => return None,
        };
        let text = texts[self.heard].clone();
        self.heard += 1;
        Some((self.heard, text))
    }
}
