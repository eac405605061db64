//! Lines for standard error, written by a thread of their own.
//!
//! Writing a line is a call to the operating system, and it waits when the reader at the other end is
//! slow. A request shall not wait for that. So it leaves its line in a buffer and goes on; the
//! thread lets lines gather for a moment and writes them in one piece.

use std::io::{self, Write};
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::Duration;

/// How many bytes may wait to be written. Further lines are lost, and counted.
const WAITING: usize = 4 * 1024 * 1024;
/// How long lines gather.
const A_MOMENT: Duration = Duration::from_millis(10);
/// How long a program that ends waits for its last lines to be written.
const PATIENCE: Duration = Duration::from_secs(2);

// ANCHOR: log
/// The log of the whole program. So it is a `static`: no request has to count who still holds it.
static LOG: Log = Log {
    waiting: Mutex::new(Waiting {
        text: String::new(),
        lost: 0,
        being_written: false,
        asleep: false,
    }),
    something: Condvar::new(),
    nothing: Condvar::new(),
};

struct Log {
    waiting: Mutex<Waiting>,
    /// Told when a line comes while the thread sleeps.
    something: Condvar,
    /// Told each time that what waited has been written.
    nothing: Condvar,
}

struct Waiting {
    text: String,
    lost: usize,
    being_written: bool,
    /// No line came for a moment, so the thread that writes waits to be woken.
    asleep: bool,
}

/// Starts the thread that writes, if it is not there yet.
pub fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        thread::spawn(|| LOG.write());
    });
}

/// Leaves a line to be written. It waits for nobody: a full disk must not stop the server.
pub fn line(line: &str) {
    let mut waiting = LOG.waiting();
    if waiting.text.len() > WAITING {
        waiting.lost += 1;
        return;
    }
    waiting.text += line;
    waiting.text += "\n";
    // On a busy server it is awake, and comes by itself: to wake it is a call to the system.
    if waiting.asleep {
        waiting.asleep = false;
        LOG.something.notify_one();
    }
}
// ANCHOR_END: log

/// Waits until all lines are written: nothing is lost when the server stops. A reader that has
/// stopped reading does not hold it for ever.
pub fn finish() {
    let unwritten = |waiting: &mut Waiting| !waiting.text.is_empty() || waiting.being_written;
    let waiting = LOG.waiting();
    let _written = LOG.nothing.wait_timeout_while(waiting, PATIENCE, unwritten);
}

impl Log {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the thread does, for as long as the program runs.
    fn write(&self) {
        let mut text = String::new();
        loop {
            thread::sleep(A_MOMENT);
            let mut waiting = self.waiting();
            if waiting.text.is_empty() {
                waiting.asleep = true;
                let asleep = |waiting: &mut Waiting| waiting.asleep;
                drop(self.something.wait_while(waiting, asleep));
                continue; // more lines may follow upon the first
            }
            // The full buffer against the empty one: the lock is held for no longer than that.
            mem::swap(&mut waiting.text, &mut text);
            waiting.being_written = true;
            let lost = mem::take(&mut waiting.lost);
            drop(waiting);
            if lost > 0 {
                text.push_str(&format!("lost={lost}\n"));
            }
            // If standard error is gone, there is nobody to tell.
            let _ = io::stderr().write_all(text.as_bytes());
            text.clear();
            self.waiting().being_written = false;
            self.nothing.notify_all();
        }
    }
}
