//! Lines for standard error, written by a thread of their own.
//!
//! Writing a line is a call to the operating system, and it waits when the reader at the other end is
//! slow. A request shall not wait for that. So it hands its line over and goes on; the thread
//! lets lines gather for a moment and writes them in one piece.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How many lines may wait to be written. More are lost, and counted.
const WAITING: usize = 32_768;
/// How long lines gather.
const A_MOMENT: Duration = Duration::from_millis(10);

// ANCHOR: log
pub struct Log {
    lines: Option<SyncSender<String>>,
    lost: Arc<AtomicUsize>,
    writer: Option<JoinHandle<()>>,
}

impl Log {
    pub fn to_stderr() -> Log {
        let (lines, waiting) = sync_channel(WAITING);
        let lost = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&lost);
        let writer = thread::spawn(move || write(&waiting, &counted));
        Log {
            lines: Some(lines),
            lost,
            writer: Some(writer),
        }
    }

    /// Hands a line over. It does not wait: a full disk must not stop the server.
    pub fn line(&self, line: String) {
        let handed_over = self.lines.as_ref().map(|lines| lines.try_send(line));
        if !matches!(handed_over, Some(Ok(()))) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}
// ANCHOR_END: log

fn write(waiting: &Receiver<String>, lost: &AtomicUsize) {
    while let Ok(mut text) = waiting.recv() {
        thread::sleep(A_MOMENT);
        text.extend(waiting.try_iter());
        let lost = lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            text.push_str(&format!("lost={lost}\n"));
        }
        // If standard error is gone, there is nobody to tell.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// Without a sender the thread writes what is left and ends.
impl Drop for Log {
    fn drop(&mut self) {
        drop(self.lines.take());
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}
