//! What a lesson's server writes to its output: the last of it is shown when the server ends, or breaks an
//! answer off.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tokio::time::{Instant, sleep};

/// How many lines are kept, and how much of a line.
const LINES: usize = 20;
const LINE: usize = 400;
/// The last lines of a server that ends come a moment after it has closed its connections.
const LATE: Duration = Duration::from_millis(500);

/// The last lines, of both streams.
#[derive(Clone, Debug, Default)]
pub(super) struct Words(Arc<Mutex<Said>>);

#[derive(Debug, Default)]
struct Said {
    lines: VecDeque<String>,
    /// All lines so far.
    count: usize,
    /// How many streams have not ended.
    open: usize,
}

impl Words {
    /// Reads a stream to its end, so that whoever writes to it never waits. A line that `is_other` takes is none of
    /// the words.
    pub(super) fn read(
        &self,
        stream: impl Read + Send + 'static,
        mut is_other: impl FnMut(&str) -> bool + Send + 'static,
    ) {
        let words = self.clone();
        words.said().open += 1;
        thread::spawn(move || {
            let lines = BufReader::new(stream).split(b'\n').map_while(Result::ok);
            for line in lines {
                let line = String::from_utf8_lossy(&line);
                let line = line.trim_end_matches('\r');
                if !is_other(line) {
                    words.add(line);
                }
            }
            words.said().open -= 1;
        });
    }

    fn add(&self, line: &str) {
        let mut said = self.said();
        said.count += 1;
        if said.lines.len() == LINES {
            said.lines.pop_front();
        }
        said.lines.push_back(match line.char_indices().nth(LINE) {
            Some((end, _)) => format!("{}\u{2026}", &line[..end]),
            None => line.to_owned(),
        });
    }

    /// How many lines there were so far.
    pub(super) fn count(&self) -> usize {
        self.said().count
    }

    /// Waits a moment for the server to have ended. Tells whether it has, and the last lines since there were
    /// `before`.
    pub(super) async fn since(&self, before: usize) -> (bool, String) {
        let late = Instant::now() + LATE;
        while self.said().open > 0 && Instant::now() < late {
            sleep(Duration::from_millis(20)).await;
        }
        let said = self.said();
        let new = said.count.saturating_sub(before).min(said.lines.len());
        let lines = said.lines.iter().skip(said.lines.len() - new);
        let lines: Vec<&str> = lines.map(String::as_str).collect();
        (said.open == 0, lines.join("\n"))
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_lines_since_a_moment_are_told() {
        let words = Words::default();
        for number in 1..=30 {
            words.add(&format!("line {number}"));
        }
        assert_eq!(words.since(28).await, (true, "line 29\nline 30".to_owned()));
        assert_eq!(words.since(30).await, (true, String::new()));
        let (_, all) = words.since(0).await;
        assert!(all.starts_with("line 11\n"), "{all}");

        words.add(&"a".repeat(500));
        let (_, long) = words.since(30).await;
        assert_eq!(long.chars().count(), LINE + 1);
    }

    #[tokio::test]
    async fn a_stream_is_read_whatever_its_bytes_are() {
        let words = Words::default();
        words.read(&b"a\xff\r\nListening\nb"[..], |line| line == "Listening");
        assert_eq!(words.since(0).await, (true, "a\u{fffd}\nb".to_owned()));
    }
}
