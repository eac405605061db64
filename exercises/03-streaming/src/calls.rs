//! What is called out, and those who listen.

use tokio::select;
use tokio::sync::watch;

/// The newest call.
pub struct Calls {
    text: watch::Sender<String>,
    all_places: usize,
    stopping: watch::Receiver<bool>,
}

impl Calls {
    pub fn new(places: usize, stopping: watch::Receiver<bool>) -> Calls {
        Calls {
            text: watch::Sender::default(),
            all_places: places,
            stopping,
        }
    }

    /// Calls out a text, to everyone who listens.
    pub fn call(&self, text: String) {
        self.text.send_replace(text);
    }

    /// Somebody who listens from now on.
    pub fn listen(&self) -> Listener {
        Listener {
            text: self.text.subscribe(),
            stopping: self.stopping.clone(),
        }
    }

    /// How many places are taken, and how many there are.
    pub fn places(&self) -> (usize, usize) {
        (0, self.all_places)
    }
}

/// One who listens.
pub struct Listener {
    text: watch::Receiver<String>,
    stopping: watch::Receiver<bool>,
}

impl Listener {
    /// Waits for the next call, and gives its text; `None` when the server stops.
    pub async fn next(&mut self) -> Option<String> {
        select! {
            changed = self.text.changed() => changed.ok()?,
            _ = self.stopping.wait_for(|stopping| *stopping) => return None,
        }
        Some(self.text.borrow_and_update().clone())
    }
}
