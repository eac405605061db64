//! What is known of a student: `.course/` at the root, which git does not see.
//!
//! | file | holds |
//! |---|---|
//! | `progress.json` | which tasks are done, how many hints were read, which exercise is worked on |
//! | `lock` | nothing: who changes the progress holds it |
//! | `starter/` | the files as they were before the first edit |
//! | `work/` | the files as they were at the last check |
//! | `kept/` | what a reset has put aside |

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use judge::format::Task;
use serde::{Deserialize, Serialize};

use crate::course::{Chosen, Course, Room, cannot_write, write};

/// What is known of each task, by its name (`00.head`).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Progress {
    #[serde(default)]
    tasks: BTreeMap<String, State>,
    /// What the student works on: the exercise or task that was named last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct State {
    /// All tests held at the last check.
    pub passed: bool,
    /// How many hints were shown.
    pub hints: usize,
    /// The solution was asked for.
    pub asked_for_solution: bool,
    /// It is to be done later, or never.
    #[serde(skip_serializing_if = "is_false")]
    pub skipped: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Progress {
    /// Reads the progress; there is none before the first check.
    pub fn read(course: &Course) -> Result<Progress, String> {
        let file = folder(course).join("progress.json");
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Progress::default()),
            Err(error) => return Err(format!("{} cannot be read: {error}.", file.display())),
        };
        // Some editors put a mark in front of what they write in UTF-8.
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let unreadable = |why: String| {
            let file = file.display();
            format!("{file} cannot be read: {why}. Save it as UTF-8, or delete it to start again.")
        };
        let text = str::from_utf8(text).map_err(|error| unreadable(error.to_string()))?;
        serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))
    }

    /// Changes it. Whoever else wants to waits meanwhile, so that no change is lost.
    pub fn change<T>(
        course: &Course,
        change: impl FnOnce(&mut Progress) -> T,
    ) -> Result<T, String> {
        let (lock, file) = (
            folder(course).join("lock"),
            folder(course).join("progress.json"),
        );
        write(&lock, b"")?;
        // Some shared disks know no locks.
        let held = File::open(&lock).and_then(|lock| lock.lock().map(|()| lock));
        let mut progress = Progress::read(course)?;
        let result = change(&mut progress);
        let text = serde_json::to_string_pretty(&progress).map_err(|error| error.to_string())?;
        house::files::replace(&file, text.as_bytes())
            .map_err(|error| cannot_write(&file, &error))?;
        drop(held);
        Ok(result)
    }

    pub fn has_passed(&self, name: &str) -> bool {
        self.tasks.get(name).is_some_and(|state| state.passed)
    }

    pub fn is_skipped(&self, name: &str) -> bool {
        self.tasks.get(name).is_some_and(|state| state.skipped)
    }

    /// The next task that is not done: the one that was named last, else one of its exercise, else one of those behind
    /// it, else one before it; of those that were skipped, only when there is no other.
    pub fn next<'a>(&self, course: &'a Course) -> Option<Chosen<'a>> {
        let at = self.at.as_deref().and_then(|name| course.find(name).ok());
        let is_here = |room: &Room| at.is_some_and(|at| at.room.number == room.number);
        let begin = course.exercises.iter().position(is_here).unwrap_or(0);
        let (before, behind) = course.exercises.split_at(begin);
        let tasks = behind.iter().chain(before).flat_map(Room::chosen);
        let open = at.into_iter().filter(|at| at.task.is_some()).chain(tasks);
        let open = open.filter(|chosen| !self.has_passed(&chosen.name()));
        let mut wanted = open
            .clone()
            .filter(|chosen| !self.is_skipped(&chosen.name()));
        wanted.next().or_else(|| open.clone().next())
    }

    /// The first task of an exercise that is not done.
    pub fn next_in<'a>(&self, room: &'a Room) -> Option<&'a Task> {
        let mut tasks = room.exercise.tasks.iter();
        tasks.find(|task| !self.has_passed(&room.name(task)))
    }

    /// The exercise or task of that name, which is what the student works on from now on; or the next task that is not
    /// done, `None` when all are.
    pub fn find_or_next<'a>(
        course: &'a Course,
        name: Option<&str>,
    ) -> Result<Option<Chosen<'a>>, String> {
        let Some(name) = name else {
            return Ok(Progress::read(course)?.next(course));
        };
        let chosen = course.find(name)?;
        Progress::change(course, |progress| progress.go_to(chosen))?;
        Ok(Some(chosen))
    }

    /// From now on, this is what the student works on.
    pub fn go_to(&mut self, chosen: Chosen) {
        self.at = Some(chosen.name());
        if chosen.task.is_some() {
            self.of(&chosen.name()).skipped = false;
        }
    }

    pub fn of(&mut self, name: &str) -> &mut State {
        self.tasks.entry(name.to_string()).or_default()
    }
}

/// `.course/`
pub fn folder(course: &Course) -> PathBuf {
    course.root.join(".course")
}

/// Keeps a copy of a student's files as they are now.
pub fn save_work(course: &Course, room: &Room) -> Result<(), String> {
    copy(&course.root, &folder(course).join("work"), room)
}

/// Copies the files of an exercise that a student may change.
pub fn copy(from: &Path, to: &Path, room: &Room) -> Result<(), String> {
    for file in room.files(from) {
        let path = from.join(&room.folder).join(&file);
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        write(&to.join(&room.folder).join(&file), &bytes)?;
    }
    Ok(())
}

/// Before the first edit, each exercise is copied: `reset` and `update` need its beginning.
pub fn keep_starters(course: &Course) -> Result<(), String> {
    let base = folder(course).join("starter");
    for room in &course.exercises {
        let kept = base.join(&room.folder);
        if kept.is_dir() {
            continue;
        }
        // Beside its place: it is all there, or not at all.
        let staged = house::files::temporary_in(&folder(course), "starter-")
            .map_err(|error| cannot_write(&base, &error))?;
        for file in room.files(&course.root) {
            let path = room.folder.join(&file);
            // Someone may have begun before the tool was first called: git knows how it was.
            let bytes = match committed(&course.root, &path) {
                Some(bytes) => bytes,
                None => fs::read(course.root.join(&path))
                    .map_err(|error| format!("{}: {error}", path.display()))?,
            };
            write(&staged.path().join(&file), &bytes)?;
        }
        let parent = kept.parent().unwrap_or(&base);
        let moved = fs::create_dir_all(parent).and_then(|()| fs::rename(staged.path(), &kept));
        // Another command may have been quicker.
        moved.or_else(|error| {
            kept.is_dir()
                .then_some(())
                .ok_or_else(|| cannot_write(&kept, &error))
        })?;
    }
    Ok(())
}

/// A file as git's last commit has it.
pub fn committed(root: &Path, path: &Path) -> Option<Vec<u8>> {
    let path = path.to_str()?.replace('\\', "/");
    let output = Command::new("git")
        .args(["show", &format!("HEAD:./{path}")])
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then_some(output.stdout)
}
