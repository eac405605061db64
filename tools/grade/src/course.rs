//! The course as the grader has it: the exercises, as they were before any student.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use house::lessons::number_of;
use judge::format::Exercise;
use judge::submission::{Fate, fate, passing};

/// An exercise with all its files.
#[derive(Debug)]
pub struct Pristine {
    /// `05`
    pub number: String,
    pub exercise: Exercise,
    /// Relative to the exercise's folder, `/` between names.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The finished one, to tell who hands it in.
    pub solution: BTreeMap<String, Vec<u8>>,
    /// Its manifest, which says nothing that the exercise's does not.
    pub solution_manifest: Option<Vec<u8>>,
}

/// The course in a folder.
#[derive(Debug)]
pub struct Course {
    pub root: PathBuf,
    pub lock: String,
    pub exercises: Vec<Pristine>,
}

impl Course {
    /// Reads the course.
    pub fn open(root: &Path) -> Result<Course, String> {
        let cannot = |error| format!("{} is not the course: {error}", root.display());
        let root = fs::canonicalize(root).map_err(cannot)?;
        let mut exercises = Vec::new();
        let folders = fs::read_dir(root.join("exercises")).map_err(cannot)?;
        let mut folders: Vec<PathBuf> = folders.flatten().map(|entry| entry.path()).collect();
        folders.sort();
        for folder in folders
            .iter()
            .filter(|folder| folder.join("exercise.toml").is_file())
        {
            exercises.push(Pristine::read(&root, folder)?);
        }
        let lock = text(&root.join("Cargo.lock"))?;
        Ok(Course {
            root,
            lock,
            exercises,
        })
    }

    /// Finds `05`, `5` or `05-mini-framework`.
    pub fn find(&self, name: &str) -> Result<&Pristine, String> {
        let is_meant = |exercise: &&Pristine| {
            exercise.number == name
                || exercise.number.trim_start_matches('0') == name
                || exercise.exercise.topic == name
        };
        self.exercises.iter().find(is_meant).ok_or_else(|| {
            let known: Vec<&str> = self
                .exercises
                .iter()
                .map(|exercise| exercise.number.as_str())
                .collect();
            format!(
                "There is no exercise {name:?}; there are {}.",
                known.join(", ")
            )
        })
    }
}

impl Pristine {
    fn read(root: &Path, folder: &Path) -> Result<Pristine, String> {
        let files = files_below(folder)?;
        let shown = folder.join("exercise.toml").display().to_string();
        let own = files.get("exercise.toml").cloned().unwrap_or_default();
        let exercise = Exercise::parse(&String::from_utf8_lossy(&own))
            .map_err(|problem| format!("{shown}: {problem}"))?;
        let number = number_of(&exercise.topic).to_string();
        let mut solution =
            files_below(&root.join("solutions").join(&exercise.topic)).unwrap_or_default();
        let solution_manifest = solution.get("Cargo.toml").cloned();
        solution.retain(|file, _| fate(&exercise, file) == Fate::Taken);
        Ok(Pristine {
            number,
            exercise,
            files,
            solution,
            solution_manifest,
        })
    }

    /// `exercise-05`
    pub fn package(&self) -> String {
        format!("exercise-{}", self.number)
    }

    /// Its manifest.
    pub fn manifest(&self) -> String {
        let manifest = self.files.get("Cargo.toml").cloned().unwrap_or_default();
        String::from_utf8_lossy(&manifest).into_owned()
    }

    /// The files that a student works on, as they were.
    pub fn starter(&self) -> impl Iterator<Item = (&String, &Vec<u8>)> {
        self.files
            .iter()
            .filter(|(file, _)| fate(&self.exercise, file) == Fate::Taken)
    }

    /// What it is worth.
    pub fn points(&self) -> f64 {
        self.exercise
            .tasks
            .iter()
            .map(|task| f64::from(task.points))
            .sum()
    }
}

/// The text of a file of the course.
pub fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The files below a folder, by their paths from there. Links are not followed; what tools have made is left out.
pub fn files_below(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let files = house::files::below(folder).into_iter();
    let named = files.filter_map(|file| Some((house::files::inside(folder, &file)?, file)));
    let meant = named.filter(|(path, _)| passing(path).is_none());
    let read = |(path, file): (String, PathBuf)| {
        let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok((path, bytes))
    };
    meant.map(read).collect()
}
