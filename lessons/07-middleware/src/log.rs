//! Lines for standard error, written by a thread of their own.
//!
//! Writing a line is a call to the operating system, and it waits when the reader at the other end is
//! slow. A request shall not wait for that. So it leaves its line in a buffer and goes on; the
//! thread lets lines gather for a moment and writes them in one piece.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How many bytes may wait to be written. Further lines are lost, and counted.
const WAITING: usize = 4 * 1024 * 1024;
/// How long lines gather.
const A_MOMENT: Duration = Duration::from_millis(10);

// ANCHOR: log
pub struct Log {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    something: Condvar,
}

#[derive(Default)]
struct Waiting {
    text: String,
    lost: usize,
    closed: bool,
}

impl Log {
    pub fn to_stderr() -> Log {
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let writer = Some(thread::spawn(move || own.write()));
        Log { shared, writer }
    }

    /// Leaves a line to be written. It waits for nobody: a full disk must not stop the server.
    pub fn line(&self, parts: &[&str]) {
        let mut waiting = self.shared.waiting();
        if waiting.text.len() > WAITING {
            waiting.lost += 1;
            return;
        }
        if waiting.text.is_empty() {
            self.shared.something.notify_one();
        }
        for part in parts {
            waiting.text += part;
        }
        waiting.text += "\n";
    }
}
// ANCHOR_END: log

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the thread does, until the log is closed and all is written.
    fn write(&self) {
        let mut text = String::new();
        loop {
            let idle = |waiting: &mut Waiting| waiting.text.is_empty() && !waiting.closed;
            let waiting = self.something.wait_while(self.waiting(), idle);
            let closed = waiting.unwrap_or_else(PoisonError::into_inner).closed;
            if !closed {
                thread::sleep(A_MOMENT);
            }
            // The full buffer against the empty one: the lock is held for no longer than that.
            let mut waiting = self.waiting();
            mem::swap(&mut waiting.text, &mut text);
            let lost = mem::take(&mut waiting.lost);
            drop(waiting);
            if lost > 0 {
                text.push_str(&format!("lost={lost}\n"));
            }
            // If standard error is gone, there is nobody to tell.
            let _ = io::stderr().write_all(text.as_bytes());
            text.clear();
            if closed {
                return;
            }
        }
    }
}

/// Nothing is lost when the server stops.
impl Drop for Log {
    fn drop(&mut self) {
        self.shared.waiting().closed = true;
        self.shared.something.notify_one();
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}
