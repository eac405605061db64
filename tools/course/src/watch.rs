//! `cargo course watch`: judge on each save.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal;

use crate::Outcome;
use crate::course::{Chosen, Course};
use crate::progress::Progress;
use crate::screen::{QUIET, say, styled};
use crate::{ask, check, show};

/// How often we look for a key.
const PULSE: Duration = Duration::from_millis(40);

enum Happened {
    Saved,
    Key(char),
}

/// `cargo course watch [NN[.task]]`
pub fn run(course: &Course, name: Option<&str>) -> Outcome {
    let (send, saved) = channel();
    let rooms = course.exercises.iter();
    let sources = rooms.map(|room| Path::new(&room.folder).join("src"));
    let _watcher = ::watch::start(&course.root, sources, move |_| {
        let _ = send.send(());
    })?;
    let has_keys = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    loop {
        let progress = Progress::read(course)?;
        let Some(chosen) = progress.find_or_next(course, name)? else {
            return show::here(course);
        };
        say!("\n{}\n", show::sum(course, &progress));
        show::task(chosen);
        if !work_on(course, chosen, &saved, has_keys)? {
            return Ok(true);
        }
        // A task that was named is the only one.
        if name.is_some() {
            return Ok(true);
        }
    }
}

/// Judges on each save until the task is done; `false` when the student wants to leave.
fn work_on(course: &Course, chosen: Chosen, saved: &Receiver<()>, has_keys: bool) -> Outcome {
    loop {
        let report = check::judged(course, chosen, None)?;
        check::print(chosen, report.as_ref());
        if report.is_some_and(|report| report.tests.iter().all(|test| test.passed)) {
            say!("\n{} is done.", chosen.name());
            return Ok(true);
        }
        let keys = if has_keys {
            "  h hint · r judge again · q quit"
        } else {
            ""
        };
        say!(
            "\n{}",
            styled(QUIET, format!("Waiting for you to save a file.{keys}"))
        );
        loop {
            match wait(saved, has_keys)? {
                Happened::Saved | Happened::Key('r') => break,
                Happened::Key('h') => drop(ask::hint(course, Some(&chosen.name()))?),
                Happened::Key('q') => return Ok(false),
                Happened::Key(_) => {}
            }
        }
        say!("{}", styled(QUIET, "-".repeat(60)));
    }
}

fn wait(saved: &Receiver<()>, has_keys: bool) -> Result<Happened, String> {
    if !has_keys {
        return match saved.recv() {
            Ok(()) => Ok(Happened::Saved),
            Err(_) => Err("Files are no longer watched.".into()),
        };
    }
    // Only while we wait: what is printed in between is printed as in any terminal.
    terminal::enable_raw_mode().map_err(|error| format!("The keys cannot be read: {error}."))?;
    let happened = wait_for_both(saved);
    let _ = terminal::disable_raw_mode();
    happened
}

fn wait_for_both(saved: &Receiver<()>) -> Result<Happened, String> {
    loop {
        match saved.recv_timeout(PULSE) {
            Ok(()) => return Ok(Happened::Saved),
            Err(RecvTimeoutError::Disconnected) => {
                return Err("Files are no longer watched.".into());
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        while event::poll(Duration::ZERO).unwrap_or(false) {
            let Ok(Event::Key(key)) = event::read() else {
                continue;
            };
            let is_ctrl_c =
                key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
            match key.code {
                _ if key.kind == KeyEventKind::Release => {}
                _ if is_ctrl_c => return Ok(Happened::Key('q')),
                KeyCode::Char(letter) => return Ok(Happened::Key(letter.to_ascii_lowercase())),
                _ => {}
            }
        }
        thread::yield_now();
    }
}
