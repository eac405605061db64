//! `cargo course watch`: judge on each save.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use judge::submission::{self, Fate};

use crate::Outcome;
use crate::check::{self, Verdict};
use crate::course::{Chosen, Course, Room, files_below};
use crate::keys::Keys;
use crate::progress::Progress;
use crate::screen::{QUIET, say, styled};
use crate::{ask, show};

/// Somebody saves all files, or a formatter saves once more: so long nothing must have been saved.
const SETTLED: Duration = Duration::from_millis(150);

enum Happened {
    Saved,
    Key(char),
    Judged(Result<Verdict, String>),
}

/// What happens, and the other end of it.
struct Events {
    happened: Receiver<Happened>,
    tell: Sender<Happened>,
    keys: Option<Keys>,
}

/// `cargo course watch [NN[.task]]`
pub fn run(course: &Course, name: Option<&str>) -> Outcome {
    let (tell, happened) = channel();
    let rooms = course.exercises.iter().map(|room| Path::new(&room.folder));
    let saved = tell.clone();
    let _watcher = ::watch::start(&course.root, rooms, move |_| {
        let _ = saved.send(Happened::Saved);
    })?;
    let keys = match std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        true => Some(Keys::one_by_one()?),
        false => None,
    };
    if keys.is_some() {
        let pressed = tell.clone();
        thread::spawn(move || read_keys(&pressed));
    }
    let events = Events {
        happened,
        tell,
        keys,
    };
    loop {
        let Some(mut chosen) = Progress::find_or_next(course, name)? else {
            return show::here(course);
        };
        let progress = Progress::read(course)?;
        let is_one = name.is_some() && chosen.task.is_some();
        // Of an exercise, one task after the other.
        chosen.task = chosen.task.or_else(|| progress.next_in(chosen.room));
        if chosen.task.is_none() {
            say!("All of exercise {} is done.", chosen.name());
            return Ok(true);
        }
        say!("\n{}\n", show::sum(course, &progress));
        show::task(course, chosen);
        if !work_on(course, chosen, &events)? || is_one {
            return Ok(true);
        }
    }
}

/// Judges on each save until the task is done; `false` when the student wants to leave.
fn work_on(course: &Course, chosen: Chosen, events: &Events) -> Outcome {
    loop {
        let judged = work(course, chosen.room);
        let verdict = verdict(course, chosen, events)?;
        check::print(chosen, &verdict);
        if verdict.is_good() {
            say!("\n{} is done.", chosen.name());
            return Ok(true);
        }
        let keys = match events.keys {
            Some(_) => "  h hint · r judge again · q quit",
            None => "",
        };
        say!(
            "\n{}",
            styled(QUIET, format!("Waiting for you to save a file.{keys}"))
        );
        // Something may have been saved while it was judged.
        let mut is_saving = true;
        loop {
            let next = match is_saving {
                true => events.happened.recv_timeout(SETTLED),
                false => events.happened.recv().map_err(RecvTimeoutError::from),
            };
            match next {
                Ok(Happened::Saved) => is_saving = true,
                Ok(Happened::Key('r')) => break,
                Ok(Happened::Key('h')) => drop(ask::hint(course, Some(&chosen.name()))?),
                Ok(Happened::Key('q')) => return Ok(false),
                Ok(_) => {}
                // Editors save files of their own beside ours, and files that are as they were.
                Err(RecvTimeoutError::Timeout) if work(course, chosen.room) == judged => {
                    is_saving = false;
                }
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err("Files are no longer watched.".into());
                }
            }
        }
        say!("{}", styled(QUIET, "-".repeat(60)));
    }
}

/// Has it judged, and answers keys meanwhile.
fn verdict(course: &Course, chosen: Chosen, events: &Events) -> Result<Verdict, String> {
    let tell = events.tell.clone();
    thread::scope(|scope| {
        scope.spawn(move || {
            let judged = check::judged(course, chosen, None);
            let _ = tell.send(Happened::Judged(judged));
        });
        for happened in &events.happened {
            match (happened, &events.keys) {
                (Happened::Judged(verdict), _) => return verdict,
                (Happened::Key('h'), _) => drop(ask::hint(course, Some(&chosen.name()))?),
                (Happened::Key('q'), Some(keys)) => keys.leave(),
                _ => {}
            }
        }
        Err("Files are no longer watched.".into())
    })
}

/// What the verdict depends on and a student may change.
fn work(course: &Course, room: &Room) -> Vec<(String, Option<Vec<u8>>)> {
    let folder = course.root.join(&room.folder);
    let mut files = files_below(&folder);
    files.retain(|file| {
        let fate = submission::fate(&room.exercise, file);
        matches!(fate, Fate::Taken | Fate::Manifest)
    });
    let files = files.into_iter().map(|file| {
        let bytes = std::fs::read(folder.join(&file)).ok();
        (file, bytes)
    });
    files.collect()
}

fn read_keys(pressed: &Sender<Happened>) {
    while let Ok(event) = event::read() {
        let Event::Key(key) = event else { continue };
        let with_ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let letter = match key.code {
            _ if key.kind == KeyEventKind::Release => continue,
            KeyCode::Char('c') if with_ctrl => 'q',
            KeyCode::Char(letter) => letter.to_ascii_lowercase(),
            _ => continue,
        };
        if pressed.send(Happened::Key(letter)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editors_own_files_are_no_work_of_the_student() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let exercise = "exercises/00-http-by-hand";
        house::files::copy(&house::root().join(exercise), &folder.path().join(exercise))
            .expect("it can be copied");
        let course = Course::open(folder.path()).expect("it is a course");
        let room = &course.exercises[0];
        let before = work(&course, room);
        let write = |file: &str| {
            let path = folder.path().join(exercise).join(file);
            std::fs::write(path, "fn").expect("a file can be written");
        };
        for file in [".main.rs.swp", "4913", "main.rs~", "#main.rs#", ".#main.rs"] {
            write(&format!("src/{file}"));
            assert!(work(&course, room) == before, "{file}");
        }
        for file in ["src/page.html", "src/own.rs", "src/main.rs", "Cargo.toml"] {
            let before = work(&course, room);
            write(file);
            assert!(work(&course, room) != before, "{file}");
        }
    }
}
