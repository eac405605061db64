//! What is known of a student: `.course/` at the root, which git does not see.
//!
//! | file | holds |
//! |---|---|
//! | `progress.json` | which tasks are done, how many hints were read |
//! | `starter/` | the files as they were before the first edit |
//! | `work/` | the files as they were at the last check |
//! | `kept/` | what a reset has put aside |

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use judge::format::Task;
use serde::{Deserialize, Serialize};

use crate::course::{Chosen, Course, Room, write};

/// What is known of each task, by its name (`00.head`).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Progress {
    #[serde(default)]
    tasks: BTreeMap<String, State>,
    #[serde(skip)]
    file: PathBuf,
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
}

impl Progress {
    /// Reads the progress; there is none before the first check.
    pub fn read(course: &Course) -> Result<Progress, String> {
        let file = folder(course).join("progress.json");
        let mut progress = match fs::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text).map_err(|error| {
                format!(
                    "{} cannot be read: {error}. Delete it to start again.",
                    file.display()
                )
            })?,
            Err(_) => Progress::default(),
        };
        progress.file = file;
        Ok(progress)
    }

    /// Writes it beside and renames, so that it is never half there.
    pub fn write(&self) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        let half = self.file.with_extension("half");
        write(&half, text.as_bytes())?;
        fs::rename(&half, &self.file).map_err(|error| format!("{}: {error}", self.file.display()))
    }

    pub fn has_passed(&self, name: &str) -> bool {
        self.tasks.get(name).is_some_and(|state| state.passed)
    }

    /// The first task that is not done.
    pub fn next<'a>(&self, course: &'a Course) -> Option<Chosen<'a>> {
        course.exercises.iter().find_map(|room| {
            let task = Some(self.next_in(room)?);
            Some(Chosen { room, task })
        })
    }

    /// The first task of an exercise that is not done.
    pub fn next_in<'a>(&self, room: &'a Room) -> Option<&'a Task> {
        let mut tasks = room.exercise.tasks.iter();
        tasks.find(|task| !self.has_passed(&room.name(task)))
    }

    /// The exercise or task of that name, or the next task that is not done. `None` when all are.
    pub fn find_or_next<'a>(
        &self,
        course: &'a Course,
        name: Option<&str>,
    ) -> Result<Option<Chosen<'a>>, String> {
        match name {
            Some(name) => course.find(name).map(Some),
            None => Ok(self.next(course)),
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
        if base.join(&room.folder).is_dir() {
            continue;
        }
        for file in room.files(&course.root) {
            let path = room.folder.join(&file);
            // Someone may have begun before the tool was first called: git knows how it was.
            let bytes = match committed(&course.root, &path) {
                Some(bytes) => bytes,
                None => fs::read(course.root.join(&path))
                    .map_err(|error| format!("{}: {error}", path.display()))?,
            };
            write(&base.join(&path), &bytes)?;
        }
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
