//! What a process writes, as it comes.

use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// So much output is noise; beyond it, it is a flood. A server that logs whatever it is sent stays below it, and a
/// loop that writes comes so far on a busy machine, too, while we wait.
pub const FLOOD: usize = 8 * 1024 * 1024;
/// So far into its output we look for the line that says where a server listens.
const FIRST: usize = 256 * 1024;

/// What comes on one stream. A thread reads it to its end, whatever comes, so that no process waits for its reader.
#[derive(Debug, Default)]
pub struct Output {
    text: Mutex<Text>,
    grown: Condvar,
}

/// What has come so far: its beginning, its end, and how much it was.
#[derive(Debug, Default)]
pub struct Text {
    first: Vec<u8>,
    last: Vec<u8>,
    /// How many bytes have come.
    pub count: usize,
    /// Whether no more will.
    pub ended: bool,
}

impl Text {
    /// The port in the line that says it.
    pub fn port(&self) -> Option<u16> {
        let end = self.first.iter().rposition(|&byte| byte == b'\n')?;
        let lines = String::from_utf8_lossy(&self.first[..end]);
        lines.lines().find_map(port_of)
    }

    /// Whether there is nothing more to wait for.
    pub fn is_over(&self) -> bool {
        self.ended || self.count > FLOOD
    }

    /// What is kept of it: its end.
    pub fn last(&self) -> &[u8] {
        &self.last
    }

    /// The same, but for a line that is not whole yet: a process may write it piece by piece.
    pub fn lines(&self) -> &[u8] {
        let end = match self.ended {
            true => Some(self.last.len()),
            false => self.last.iter().rposition(|&byte| byte == b'\n'),
        };
        &self.last[..end.map_or(0, |end| self.last.len().min(end + 1))]
    }

    fn add(&mut self, bytes: &[u8], kept: usize) {
        self.count = self.count.saturating_add(bytes.len());
        let room = FIRST.saturating_sub(self.first.len());
        self.first.extend(&bytes[..bytes.len().min(room)]);
        self.last.extend(bytes);
        if self.last.len() > kept.saturating_mul(2) {
            self.last.drain(..self.last.len() - kept);
        }
    }
}

/// The port in the line by which every server here says where it listens.
fn port_of(line: &str) -> Option<u16> {
    let address = line.strip_prefix("Listening on http")?;
    let address = address.strip_prefix('s').unwrap_or(address); // with TLS
    let port = address.strip_prefix("://127.0.0.1:")?;
    let port = port.trim_end_matches('/').parse().ok();
    port.filter(|port| *port != 0)
}

impl Output {
    /// Reads a stream, and keeps the last `kept` bytes of it, or a few more.
    pub fn of(mut stream: impl Read + Send + 'static, kept: usize) -> Arc<Output> {
        let output = Arc::new(Output::default());
        let reader = Arc::clone(&output);
        thread::spawn(move || {
            let mut piece = [0; 16 * 1024];
            while let Ok(count @ 1..) = stream.read(&mut piece) {
                reader.lock().add(&piece[..count], kept);
                reader.grown.notify_all();
            }
            reader.lock().ended = true;
            reader.grown.notify_all();
        });
        output
    }

    /// What has come so far.
    pub fn lock(&self) -> MutexGuard<'_, Text> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `done` holds, so long at most.
    pub fn wait(&self, patience: Duration, done: impl Fn(&Text) -> bool) -> MutexGuard<'_, Text> {
        let waited = self
            .grown
            .wait_timeout_while(self.lock(), patience, |text| !done(text));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// What is kept of it so far, in whole lines.
    pub fn so_far(&self) -> String {
        String::from_utf8_lossy(self.lock().lines()).into_owned()
    }

    /// The same, once the stream has ended, or our patience.
    pub fn whole(&self, patience: Duration) -> String {
        let text = self.wait(patience, |text| text.ended);
        String::from_utf8_lossy(&text.last).into_owned()
    }

    /// What has come since there were `count` bytes, as far as it is kept.
    pub fn since(&self, count: usize) -> String {
        let text = self.lock();
        let new = text.count.saturating_sub(count).min(text.last.len());
        String::from_utf8_lossy(&text.last[text.last.len() - new..]).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], kept: usize) -> Text {
        let mut text = Text::default();
        bytes.chunks(3).for_each(|piece| text.add(piece, kept));
        text
    }

    #[test]
    fn the_port_is_in_a_whole_line() {
        assert_eq!(text(b"Listening on http://127.0.0.1:80", 99).port(), None);
        assert_eq!(
            text(b"Listening on http://127.0.0.1:80\n", 99).port(),
            Some(80)
        );
        let other = b"words\nListening on https://127.0.0.1:8443/\nmore";
        assert_eq!(text(other, 1).port(), Some(8443));
        assert_eq!(text(b"Listening on http://127.0.0.1:0\n", 99).port(), None);
        assert_eq!(text(b"Listening on http://10.0.0.1:80\n", 99).port(), None);
    }

    #[test]
    fn a_line_counts_when_it_is_whole() {
        let mut some = text(b"one\ntw", 99);
        assert_eq!(some.lines(), b"one\n");
        some.ended = true;
        assert_eq!(some.lines(), b"one\ntw");
        assert_eq!(text(b"on", 99).lines(), b"");
    }

    #[test]
    fn of_much_the_end_is_kept() {
        let much = text(&[b'a'; 1000], 10);
        assert!(much.last().len() <= 20, "{}", much.last().len());
        assert_eq!(much.count, 1000);
    }

    #[test]
    fn what_came_since_a_moment_is_told() {
        let output = Output::of(&b"one\ntwo\xff\n"[..], 100);
        assert_eq!(output.whole(Duration::from_secs(9)), "one\ntwo\u{fffd}\n");
        assert_eq!(output.since(4), "two\u{fffd}\n");
        assert_eq!(output.since(9), "");
    }
}
