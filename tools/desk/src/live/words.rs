//! What a lesson's server writes to its output: the last of it is shown when the server ends, or breaks an
//! answer off.

use std::{sync::Arc, time::Duration};

use house::{output::Output, start::Started};
use tokio::time::{Instant, sleep};

/// How many lines are shown, and how much of a line.
const LINES: usize = 20;
const LINE: usize = 400;
/// The last lines of a server that ends come a moment after it has closed its connections.
const LATE: Duration = Duration::from_millis(500);

/// Both streams.
#[derive(Clone, Debug)]
pub(super) struct Words {
    stdout: Arc<Output>,
    stderr: Arc<Output>,
}

impl Words {
    pub(super) fn of(started: &Started) -> Self {
        Self {
            stdout: Arc::clone(&started.stdout),
            stderr: Arc::clone(&started.stderr),
        }
    }

    /// How much there was so far, on each stream.
    pub(super) fn count(&self) -> (usize, usize) {
        (self.stdout.lock().count, self.stderr.lock().count)
    }

    /// Waits a moment for the server to have ended. Tells whether it has, and the last lines since there was so much.
    pub(super) async fn since(&self, (stdout, stderr): (usize, usize)) -> (bool, String) {
        let late = Instant::now() + LATE;
        let ended = || self.stdout.lock().ended && self.stderr.lock().ended;
        while !ended() && Instant::now() < late {
            sleep(Duration::from_millis(20)).await;
        }
        let said = self.stdout.since(stdout) + &self.stderr.since(stderr);
        (ended(), last_lines(&said))
    }
}

fn last_lines(said: &str) -> String {
    let is_word = |line: &&str| !line.starts_with("Listening on http://127.0.0.1:");
    let lines: Vec<String> = said.lines().filter(is_word).map(shortened).collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(LINE) {
        Some((end, _)) => format!("{}\u{2026}", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_told_but_for_where_it_listens() {
        let lines: String = (1..=30)
            .map(|number| format!("line {number}\r\n"))
            .collect();
        let shown = last_lines(&lines);
        assert!(shown.starts_with("line 11\nline 12\n"), "{shown}");
        assert!(shown.ends_with("\nline 30"), "{shown}");
        let said = "Listening on http://127.0.0.1:80\na\n";
        assert_eq!(last_lines(said), "a");
        assert_eq!(last_lines(&"a".repeat(500)).chars().count(), LINE + 1);
    }
}
