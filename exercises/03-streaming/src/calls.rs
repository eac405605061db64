//! What is called out, and those who listen.

use tokio::select;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

/// A call goes to everyone who listens at that moment. So many wait for one who is slow.
const WAITING: usize = 4;

pub struct Calls {
    texts: broadcast::Sender<String>,
    all_places: usize,
    stopping: watch::Receiver<bool>,
}

impl Calls {
    pub fn new(places: usize, stopping: watch::Receiver<bool>) -> Calls {
        Calls {
            texts: broadcast::Sender::new(WAITING),
            all_places: places,
            stopping,
        }
    }

    /// Calls out a text, to everyone who listens.
    pub fn call(&self, text: String) {
        // An error says that nobody listens.
        let _ = self.texts.send(text);
    }

    /// Somebody who listens from now on.
    pub fn listen(&self) -> Listener {
        Listener {
            texts: self.texts.subscribe(),
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
    texts: broadcast::Receiver<String>,
    stopping: watch::Receiver<bool>,
}

impl Listener {
    /// Waits for the next call, and gives its text; `None` when the server stops.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            let text = select! {
                text = self.texts.recv() => text,
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
            };
            match text {
                Ok(text) => return Some(text),
                // Too many were waiting, and the oldest are gone. The next one is there.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
