//! The course as it lies on the disk: its exercises, and how they are named on the command line.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{self, Path, PathBuf};

use house::lessons::{is_called, number_of};
use judge::format::{Exercise, Task};

/// The course in a folder.
pub struct Course {
    pub root: PathBuf,
    pub exercises: Vec<Room>,
}

/// An exercise with the folder in which it lies.
pub struct Room {
    /// `00`
    pub number: String,
    /// `exercises/00-http-by-hand`, from the root
    pub folder: PathBuf,
    pub exercise: Exercise,
}

/// What a name on the command line stands for: an exercise, and one of its tasks or all.
#[derive(Clone, Copy)]
pub struct Chosen<'a> {
    pub room: &'a Room,
    pub task: Option<&'a Task>,
}

impl Course {
    /// Reads what there is in the folder.
    pub fn open(root: &Path) -> Result<Course, String> {
        let cannot = |error| format!("{} is not the course: {error}", root.display());
        let root = path::absolute(root).map_err(cannot)?;
        let mut exercises = Vec::new();
        for manifest in house::files::of_kind(&root.join("exercises"), "toml") {
            if manifest
                .file_name()
                .is_some_and(|name| name == "exercise.toml")
            {
                exercises.push(Room::read(&root, &manifest)?);
            }
        }
        if exercises.is_empty() {
            return Err(format!("There are no exercises in {}.", root.display()));
        }
        Ok(Course { root, exercises })
    }

    /// Finds `00`, `0`, `00.head`, `00.2` (the second task) or `00-http-by-hand`.
    pub fn find(&self, name: &str) -> Result<Chosen<'_>, String> {
        let (number, task) = match name.split_once('.') {
            Some((number, task)) => (number, Some(task)),
            None => (name, None),
        };
        let known = |room: &Room| is_called(&room.exercise.topic, number);
        let room = self
            .exercises
            .iter()
            .find(|room| known(room))
            .ok_or_else(|| {
                let numbers: Vec<&str> = self
                    .exercises
                    .iter()
                    .map(|room| room.number.as_str())
                    .collect();
                format!(
                    "There is no exercise {number:?}; there are {}.",
                    numbers.join(", ")
                )
            })?;
        let Some(wanted) = task else {
            return Ok(Chosen { room, task: None });
        };
        let tasks = &room.exercise.tasks;
        let by_number = wanted
            .parse()
            .ok()
            .and_then(|place: usize| tasks.get(place.checked_sub(1)?));
        let task = room.exercise.task(wanted).or(by_number).ok_or_else(|| {
            let ids: Vec<String> = tasks.iter().map(|task| room.name(task)).collect();
            format!("There is no task {name:?}; there are {}.", ids.join(", "))
        })?;
        Ok(Chosen {
            room,
            task: Some(task),
        })
    }
}

impl Room {
    fn read(root: &Path, manifest: &Path) -> Result<Room, String> {
        let shown = manifest
            .strip_prefix(root)
            .unwrap_or(manifest)
            .display()
            .to_string();
        let text = fs::read_to_string(manifest).map_err(|error| format!("{shown}: {error}"))?;
        let exercise = Exercise::parse(&text).map_err(|error| format!("{shown}: {error}"))?;
        let folder = manifest.parent().unwrap_or(root);
        let folder = folder.strip_prefix(root).unwrap_or(folder).to_path_buf();
        let number = number_of(&exercise.topic).to_string();
        Ok(Room {
            number,
            folder,
            exercise,
        })
    }

    /// `00.head`
    pub fn name(&self, task: &Task) -> String {
        format!("{}.{}", self.number, task.id)
    }

    /// Its tasks, by name.
    pub fn chosen(&self) -> impl Iterator<Item = Chosen<'_>> + Clone {
        let tasks = self.exercise.tasks.iter();
        tasks.map(|task| Chosen {
            room: self,
            task: Some(task),
        })
    }

    /// `exercise-00`
    pub fn package(&self) -> String {
        format!("exercise-{}", self.number)
    }

    /// The files of the exercise that a student may change, relative to its folder, as they are now
    /// below `base` (the root, or a copy).
    pub fn files(&self, base: &Path) -> Vec<String> {
        let mut found = files_below(&base.join(&self.folder));
        found.retain(|path| self.exercise.tasks.iter().any(|task| task.may_change(path)));
        found
    }

    /// The solution's folder, from the root.
    pub fn solution(&self) -> PathBuf {
        Path::new("solutions").join(&self.exercise.topic)
    }
}

impl<'a> Chosen<'a> {
    /// The task, or all of the exercise's.
    pub fn tasks(self) -> impl Iterator<Item = &'a Task> {
        let all = self.room.exercise.tasks.iter();
        all.filter(move |task| self.task.is_none_or(|one| one.id == task.id))
    }

    /// `00` or `00.head`
    pub fn name(&self) -> String {
        match self.task {
            Some(task) => self.room.name(task),
            None => self.room.number.clone(),
        }
    }
}

/// The files below a folder, named from there, with `/` between names.
pub fn files_below(folder: &Path) -> Vec<String> {
    let files = house::files::below(folder);
    files
        .iter()
        .filter_map(|file| house::files::inside(folder, file))
        .collect()
}

/// Writes a file and the folders above it.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    house::files::write(path, bytes).map_err(|error| cannot_write(path, &error))
}

/// Why a file cannot be written, and what helps.
pub fn cannot_write(path: &Path, error: &io::Error) -> String {
    let help = match error.kind() {
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => {
            " The course keeps your progress in its folder: copy it to where you may write."
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            " The disk is full: `cargo clean` makes room."
        }
        _ => "",
    };
    format!("{} cannot be written: {error}.{help}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_said_with_what_helps() {
        let said = |kind: ErrorKind| cannot_write(Path::new("a"), &kind.into());
        assert!(said(ErrorKind::ReadOnlyFilesystem).contains("copy it to where you may write"));
        assert!(said(ErrorKind::PermissionDenied).contains("copy it to where you may write"));
        assert!(said(ErrorKind::StorageFull).contains("`cargo clean` makes room"));
        assert_eq!(
            said(ErrorKind::NotFound),
            "a cannot be written: entity not found."
        );
        // A device that is always full.
        #[cfg(target_os = "linux")]
        assert!(write(Path::new("/dev/full"), b"a").is_err_and(|said| said.contains("makes room")));
    }
}
