//! What is taken of a submission, in whatever form it was handed in.
//!
//! A submission is read into memory, within limits, as a list of files; nothing of it is unpacked to the disk.
//! Then the exercise is looked for in the list, and of its files those are taken that
//! [`judge::submission`] allows.

mod read;

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::iter;
use std::path::{Path, PathBuf};

use judge::submission::{self, Fate, fate, passing};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use toml::Table;

use crate::clean;
use crate::course::{Course, Pristine};
use read::{Content, Entry};
pub use read::{Trouble, is_direction};

/// A submission that was found, with the name under which it is reported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Submission {
    pub name: String,
    pub path: PathBuf,
}

/// What is taken, and what is not.
#[derive(Debug, Deserialize, Serialize)]
pub struct Taken {
    /// The student's files, from the exercise's folder.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What it is built with.
    pub manifest: Table,
    pub left_out: Vec<LeftOut>,
    pub flags: Vec<String>,
}

/// A file that was handed in and is not used.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct LeftOut {
    pub path: String,
    pub reason: String,
}

/// So many files that were left out are named; of more, their number.
const NAMED: usize = 50;

/// Finds the submissions in what stands on the command line: each is one, or a folder of them, unless `each_is_one`.
pub fn find(paths: &[PathBuf], each_is_one: bool) -> Result<Vec<Submission>, String> {
    let mut found = Vec::new();
    for path in paths {
        let lost = |error| format!("{}: {error}", path.display());
        let kind = fs::symlink_metadata(path).map_err(lost)?;
        let one = |path: PathBuf| Submission {
            name: name_of(&path),
            path: inner(&path).unwrap_or(path),
        };
        if each_is_one || !kind.is_dir() || is_submission(path) {
            found.push(one(path.clone()));
            continue;
        }
        let mut paths = listed(path).map_err(lost)?;
        // Unpacked, a folder often has one in it that has all.
        while let [only] = &paths[..]
            && let Ok(below) = listed(only)
            && !is_submission(only)
            && below.iter().filter(|path| is_one(path)).count() > 1
        {
            paths = below;
        }
        found.extend(paths.into_iter().map(one));
    }
    found.sort();
    // Two of one name would be one in a table.
    let mut names = HashSet::new();
    for submission in &mut found {
        if !names.insert(submission.name.clone()) {
            let path = clean::line(&submission.path.display().to_string());
            let numbered = (2..).map(|number| format!("{path} ({number})"));
            let mut free = iter::once(path.clone()).chain(numbered);
            let free = free.find(|name| names.insert(name.clone()));
            submission.name = free.unwrap_or(path);
        }
    }
    Ok(found)
}

/// What is in a folder, and nothing that a tool has made.
fn listed(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if fs::symlink_metadata(folder)?.is_symlink() {
        return Ok(Vec::new());
    }
    let paths = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    let is_meant = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with('.') && passing(&name).is_none()
    };
    Ok(paths.filter(is_meant).collect())
}

/// Whether this is somebody's submission: an archive, or a folder with one, or with an exercise that does not have
/// the course's name. With that name, it is one of several exercises of one person.
fn is_one(path: &Path) -> bool {
    let name = name_of(path);
    let number = name.split('-').next().unwrap_or_default();
    let is_exercise = number.len() == 2 && number.parse::<u8>().is_ok();
    let is_nested = || match listed(path).as_deref() {
        Ok([only]) => only.is_dir() && (is_submission(only) || is_one(only)),
        _ => false,
    };
    is_archive(path)
        || !is_exercise
            && path.is_dir()
            && (is_submission(path) || inner(path).is_some() || is_nested())
}

fn name_of(path: &Path) -> String {
    let name = match path.file_name() {
        Some(name) => name.to_os_string(),
        // `.`, `..`
        None => fs::canonicalize(path)
            .ok()
            .and_then(|path| Some(path.file_name()?.to_os_string()))
            .unwrap_or_default(),
    };
    clean::line(&name.to_string_lossy())
}

/// Whether a folder is one submission, and not a folder of them.
fn is_submission(folder: &Path) -> bool {
    const SIGNS: [&str; 4] = ["Cargo.toml", "src", "exercises", "manifest.json"];
    const SOURCES: [&str; 3] = ["main.rs", "application.rs", "framework.rs"];
    let holds = |name: &&str| folder.join(name).exists();
    // A browser names the second `main.rs` that it has fetched `main(1).rs`.
    let is_fetched = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        is_archive(path) || name.ends_with(").rs")
    };
    let is_download = || listed(folder).is_ok_and(|paths| paths.iter().any(is_fetched));
    SIGNS.iter().any(holds) || SOURCES.iter().any(holds) && !is_download()
}

fn is_archive(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    let is_named = [".zip", ".tar", ".tgz", ".gz"]
        .iter()
        .any(|end| name.ends_with(end));
    is_named && fs::symlink_metadata(path).is_ok_and(|kind| kind.is_file())
}

/// Some systems put the one file that a student has uploaded into a folder with the student's name.
fn inner(folder: &Path) -> Option<PathBuf> {
    let is_dir = fs::symlink_metadata(folder).is_ok_and(|kind| kind.is_dir());
    let listed = is_dir.then(|| listed(folder).ok()).flatten()?;
    match &listed[..] {
        [only] if is_archive(only) => Some(only.clone()),
        _ => None,
    }
}

/// Takes what is the student's of an exercise.
pub fn take(
    course: &Course,
    exercise: Option<&Pristine>,
    submission: &Submission,
) -> Result<(String, Taken), Trouble> {
    let entries = read::read(&submission.path)?;
    let pristine = match exercise {
        Some(pristine) => pristine,
        None => chosen(course, &entries)?,
    };
    let taken = of_exercise(course, pristine, &entries)?;
    Ok((pristine.number.clone(), taken))
}

/// The exercise that a submission is of, by its manifest or its paths.
fn chosen<'a>(course: &'a Course, entries: &[Entry]) -> Result<&'a Pristine, Trouble> {
    let manifest = entries
        .iter()
        .find(|entry| entry.path == "manifest.json" || entry.path.ends_with("/manifest.json"));
    let manifest = manifest.and_then(|entry| serde_json::from_slice::<Value>(entry.bytes()?).ok());
    let listed = manifest.map(|manifest| {
        manifest["exercises"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    });
    let listed: Vec<String> = listed
        .into_iter()
        .flatten()
        .filter_map(|one| Some(one["exercise"].as_str()?.to_string()))
        .collect();
    let named = course.exercises.iter().filter(|pristine| {
        let topic = &pristine.exercise.topic;
        let package = format!("name = \"{}\"", pristine.package());
        let is_package = |entry: &Entry| {
            entry.path.ends_with("Cargo.toml")
                && entry
                    .bytes()
                    .is_some_and(|bytes| String::from_utf8_lossy(bytes).contains(&package))
        };
        match listed.is_empty() {
            false => listed.contains(topic),
            true => entries
                .iter()
                .any(|entry| entry.path.split('/').any(|name| name == topic) || is_package(entry)),
        }
    });
    let named: Vec<&Pristine> = named.collect();
    match named[..] {
        [one] => Ok(one),
        [] => Err(Trouble::Refused(
            "it does not say which exercise it is for: `--exercise NN` does".into(),
        )),
        _ => {
            let numbers: Vec<&str> = named
                .iter()
                .map(|pristine| pristine.number.as_str())
                .collect();
            let reason = format!(
                "it holds the exercises {}: `--exercise NN` says which one",
                numbers.join(", ")
            );
            Err(Trouble::Refused(reason))
        }
    }
}

fn of_exercise(course: &Course, pristine: &Pristine, entries: &[Entry]) -> Result<Taken, Trouble> {
    let refused = |path: &str, reason: &str| {
        // However long the path is, the reason can be read.
        let (path, more) = match path.char_indices().nth(100) {
            Some((at, _)) => (&path[..at], "…"),
            None => (path, ""),
        };
        Err(Trouble::Refused(format!("{path}{more}: {reason}")))
    };
    for entry in entries {
        if let Content::Refused(reason) = &entry.content {
            return refused(&entry.path, reason);
        }
    }
    let root = Root::find(pristine, entries)?;
    let mut taken = Taken {
        files: BTreeMap::new(),
        manifest: pristine.manifest().parse().unwrap_or_default(),
        left_out: Vec::new(),
        flags: Vec::new(),
    };
    let mut more = 0;
    let mut total = 0;
    for entry in entries {
        let (path, left_out) = match root.inside(&entry.path) {
            Some(path) => match fate(&pristine.exercise, &path) {
                Fate::Refused(reason) => return refused(&entry.path, reason),
                Fate::LeftOut(reason) => (path, reason.to_string()),
                Fate::Manifest => {
                    let Some(bytes) = entry.bytes() else {
                        return refused(&entry.path, "it is too large");
                    };
                    if pristine.solution_manifest.as_deref() == Some(bytes) {
                        continue;
                    }
                    let theirs = String::from_utf8_lossy(bytes);
                    match submission::manifest(&pristine.manifest(), &theirs, &course.lock) {
                        Ok(manifest) => taken.manifest = manifest,
                        Err(reason) => return refused(&entry.path, &reason),
                    }
                    continue;
                }
                Fate::Taken => {
                    let Some(bytes) = entry.bytes() else {
                        let limit = submission::FILE_LIMIT;
                        return refused(&entry.path, &format!("it has more than {limit} bytes"));
                    };
                    total += bytes.len() as u64;
                    if taken.files.insert(path, bytes.to_vec()).is_some() {
                        return refused(&entry.path, "it is there twice");
                    }
                    if total > submission::TOTAL_LIMIT
                        || taken.files.len() > submission::COUNT_LIMIT
                    {
                        let (files, bytes) = (submission::COUNT_LIMIT, submission::TOTAL_LIMIT);
                        return refused(
                            &entry.path,
                            &format!("a submission has at most {files} files and {bytes} bytes"),
                        );
                    }
                    continue;
                }
            },
            None => match root.outside(&entry.path) {
                Some(path) => {
                    let own = fs::read(course.root.join(&path)).ok();
                    if own.is_some() && own.as_deref() == entry.bytes() {
                        continue;
                    }
                    if let Some(reason) = outside(course, &path, entry) {
                        return refused(&entry.path, &reason);
                    }
                    let known = if own.is_some() {
                        "it differs from the course's own, which is used"
                    } else {
                        "it does not belong to this exercise"
                    };
                    (entry.path.clone(), known.to_string())
                }
                None => (
                    entry.path.clone(),
                    "it does not belong to this exercise".to_string(),
                ),
            },
        };
        let own = pristine.files.get(&path);
        if passing(&path).is_some()
            || path == "manifest.json"
            || own.is_some() && own.map(Vec::as_slice) == entry.bytes()
        {
            continue;
        }
        match taken.left_out.len() < NAMED {
            true => taken.left_out.push(LeftOut {
                path,
                reason: left_out,
            }),
            false => more += 1,
        }
    }
    if more > 0 {
        taken.left_out.push(LeftOut {
            path: "…".into(),
            reason: format!("{more} more files"),
        });
    }
    let is_folder = |file: &String| {
        let inside = format!("{file}/");
        taken.files.keys().any(|other| other.starts_with(&inside))
    };
    if let Some(file) = taken.files.keys().find(|file| is_folder(file)) {
        return refused(file, "it is a file and a folder");
    }
    if !taken.files.keys().any(|file| file.ends_with(".rs")) {
        return Err(Trouble::Refused(format!(
            "there is no source of exercise {} in it",
            pristine.number
        )));
    }
    let is_unchanged = taken
        .files
        .iter()
        .all(|(file, bytes)| pristine.files.get(file) == Some(bytes));
    if is_unchanged {
        taken
            .flags
            .push("nothing was changed: it is the starter".into());
    }
    if is_same(&taken.files, &pristine.solution) {
        taken.flags.push("it is the course's solution".into());
    }
    Ok(taken)
}

/// Whether two hold the same sources, but for comments at the top and white space.
fn is_same(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> bool {
    let essence = |files: &BTreeMap<String, Vec<u8>>| -> Vec<String> {
        let code = |bytes: &Vec<u8>| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let lines = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            lines.flat_map(str::split_whitespace).collect::<String>()
        };
        files
            .iter()
            .filter(|(file, _)| file.ends_with(".rs"))
            .map(|(_, bytes)| code(bytes))
            .collect()
    };
    essence(one) == essence(other)
}

/// Why a submission with this file, outside of the exercise, is refused; none where it is only not used.
fn outside(course: &Course, path: &str, entry: &Entry) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or_default();
    if path.split('/').any(|name| name == ".cargo") {
        // Another version of the course has other short names for its commands.
        let text = String::from_utf8_lossy(entry.bytes().unwrap_or_default()).into_owned();
        let is_harmless = |key: &String| ["alias", "term"].contains(&key.as_str());
        let settings: Option<Table> = text.parse().ok();
        return match settings.filter(|_| entry.bytes().is_some()) {
            Some(settings) if settings.keys().all(is_harmless) => None,
            _ => Some("a configuration of cargo can run any program".into()),
        };
    }
    if ["rust-toolchain", "rust-toolchain.toml"].contains(&name) {
        return Some("a toolchain file chooses another compiler".into());
    }
    if path == "Cargo.toml" {
        let theirs: Table = String::from_utf8_lossy(entry.bytes()?).parse().ok()?;
        let own: Table = fs::read_to_string(course.root.join(path))
            .ok()?
            .parse()
            .ok()?;
        let changed = ["patch", "profile", "replace"]
            .into_iter()
            .find(|key| theirs.get(*key) != own.get(*key));
        return changed.map(|key| format!("it has a [{key}] that is not the course's"));
    }
    None
}

/// Why nothing can be taken of a submission that has no source.
fn without_source(pristine: &Pristine, entries: &[Entry]) -> String {
    let is_archive = |entry: &&Entry| {
        let name = entry.path.to_lowercase();
        [".zip", ".tar", ".tgz", ".gz"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    match entries.iter().find(is_archive) {
        Some(entry) => format!(
            "there is an archive in it, {}: unpack it, and grade the folder",
            entry.path
        ),
        None => format!("there is no source of exercise {} in it", pristine.number),
    }
}

/// Where in a submission the exercise lies.
enum Root {
    /// `…/exercises/NN-topic/`, and what stands before `exercises/`.
    Course { prefix: String, exercise: String },
    /// The exercise's folder.
    Exercise(String),
    /// The files of `src/`, without it.
    Sources(String),
    /// One file, and the path that it must have in the exercise.
    File { file: String, path: String },
}

/// Where a single source belongs: by its name, or else where most of its lines stand in the exercise.
fn place_of(pristine: &Pristine, entries: &[Entry], file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let own = format!("src/{name}");
    if pristine.files.contains_key(&own) {
        return own;
    }
    let bytes = entries
        .iter()
        .find(|entry| entry.path == file)
        .and_then(Entry::bytes);
    let text = String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
    let lines: HashSet<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| line.len() > 8)
        .collect();
    let common = |bytes: &[u8]| {
        let other = String::from_utf8_lossy(bytes).into_owned();
        other
            .lines()
            .filter(|line| lines.contains(line.trim()))
            .count()
    };
    let sources = pristine.starter().filter(|(path, _)| path.ends_with(".rs"));
    let best = sources.max_by_key(|(path, bytes)| (common(bytes), *path == "src/main.rs"));
    best.map_or_else(|| "src/main.rs".into(), |(path, _)| path.clone())
}

impl Root {
    fn find(pristine: &Pristine, entries: &[Entry]) -> Result<Root, Trouble> {
        let topic = &pristine.exercise.topic;
        let paths = || {
            entries
                .iter()
                .map(|entry| entry.path.as_str())
                .filter(|path| passing(path).is_none())
        };
        // The one that lies highest. Of two that lie there, nobody knows which is meant.
        let highest = |found: HashSet<String>| -> Result<Option<String>, Trouble> {
            let depth = |prefix: &String| prefix.matches('/').count();
            let least = found.iter().map(depth).min();
            let mut found: Vec<String> = found.into_iter().collect();
            found.retain(|prefix| Some(depth(prefix)) == least);
            found.sort();
            match &found[..] {
                [one, other, ..] => Err(Trouble::Refused(format!(
                    "it holds exercise {} more than once, in {one} and {other}: hand in one",
                    pristine.number
                ))),
                _ => Ok(found.pop()),
            }
        };
        // Up to and with `name/`.
        let prefixes = |name: &str| {
            let inside = format!("/{name}/");
            let found = paths().filter_map(|path| {
                let path = format!("/{path}");
                let at = path.find(&inside)?;
                Some(path[1..at + inside.len()].to_string())
            });
            highest(found.collect())
        };
        if let Some(exercise) = prefixes(&format!("exercises/{topic}"))? {
            let prefix = exercise
                .strip_suffix(&format!("exercises/{topic}/"))
                .unwrap_or_default()
                .to_string();
            return Ok(Root::Course { prefix, exercise });
        }
        if let Some(exercise) = prefixes(topic)? {
            return Ok(Root::Exercise(exercise));
        }
        let sources: Vec<&str> = paths().filter(|path| path.ends_with(".rs")).collect();
        let with_src = sources.iter().filter_map(|path| {
            let path = format!("/{path}");
            let at = path.find("/src/")?;
            Some(path[1..=at].to_string())
        });
        if let Some(folder) = highest(with_src.collect())? {
            let other = entries
                .iter()
                .find(|entry| entry.path == format!("{folder}Cargo.toml"));
            let other = other
                .and_then(Entry::bytes)
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            let other: Option<Table> = other.and_then(|manifest| manifest.parse().ok());
            let name = other
                .as_ref()
                .and_then(|manifest| manifest.get("package")?.get("name")?.as_str());
            if let Some(name) =
                name.filter(|name| name.starts_with("exercise-") && *name != pristine.package())
            {
                return Err(Trouble::Refused(format!(
                    "it is {name}, not {}",
                    pristine.package()
                )));
            }
            return Ok(Root::Exercise(folder));
        }
        let folder = |path: &&str| {
            path.rsplit_once('/')
                .map_or(String::new(), |(folder, _)| format!("{folder}/"))
        };
        match sources[..] {
            [] => Err(Trouble::Refused(without_source(pristine, entries))),
            [one] => Ok(Root::File {
                file: one.to_string(),
                path: place_of(pristine, entries, one),
            }),
            _ => Ok(Root::Sources(
                highest(sources.iter().map(folder).collect())?.unwrap_or_default(),
            )),
        }
    }

    /// The path of a file of the exercise, from its folder.
    fn inside(&self, path: &str) -> Option<String> {
        match self {
            Root::Course { exercise, .. } | Root::Exercise(exercise) => {
                path.strip_prefix(exercise.as_str()).map(str::to_string)
            }
            Root::Sources(folder) => path.strip_prefix(folder.as_str()).map(|path| match path {
                "Cargo.toml" | "Cargo.lock" | "build.rs" | "exercise.toml" => path.to_string(),
                _ => format!("src/{path}"),
            }),
            Root::File { file, path: place } if file == path => Some(place.clone()),
            Root::File { .. } => None,
        }
    }

    /// The path of another file of the course, from its root.
    fn outside(&self, path: &str) -> Option<String> {
        match self {
            Root::Course { prefix, .. } => path.strip_prefix(prefix.as_str()).map(str::to_string),
            _ => Some(path.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    /// The names of the submissions in a folder with these files.
    fn found(files: &[&[u8]]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for file in files {
            let path = folder.path().join(OsStr::from_bytes(file));
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder can be made");
            fs::write(path, "").expect("a file can be written");
        }
        let found = find(&[folder.path().to_path_buf()], false).expect("it can be read");
        let root = folder.path().display().to_string();
        let short = |submission: Submission| submission.name.replace(&root, "…");
        found.into_iter().map(short).collect()
    }

    #[test]
    fn a_folder_of_downloads_holds_a_submission_for_each_file() {
        let files: [&[u8]; 5] = [
            b"main.rs",
            b"main(1).rs",
            b"main (2).rs",
            b"my tea.zip",
            b".DS_Store",
        ];
        let names = ["main (2).rs", "main(1).rs", "main.rs", "my tea.zip"];
        assert_eq!(found(&files), names);
    }

    #[test]
    fn sources_side_by_side_are_one_submission() {
        assert_eq!(found(&[b"main.rs", b"application.rs"]).len(), 1);
    }

    #[test]
    fn a_folder_in_a_folder_is_looked_into() {
        let files: [&[u8]; 3] = [
            b"submissions/Ada_1_assignsubmission_file/tea.zip",
            b"submissions/Bob_2_assignsubmission_file/src/main.rs",
            b"submissions/Cem_3_assignsubmission_file/05/src/main.rs",
        ];
        assert_eq!(found(&files).len(), 3);
        let twice = found(&[b"Ada/Ada/src/main.rs", b"Bob/Bob/src/main.rs"]);
        assert_eq!(twice, ["Ada", "Bob"]);
        let exercises: [&[u8]; 2] = [
            b"Ada/02-routing/src/main.rs",
            b"Ada/05-mini-framework/src/main.rs",
        ];
        assert_eq!(found(&exercises), ["Ada"]);
    }

    #[test]
    fn no_two_have_one_name() {
        let files: [&[u8]; 4] = [
            b"J\xfcrgen/tea.zip",
            b"J\xf6rgen/tea.zip",
            b"J\xe4rgen/tea.zip",
            b"Ada/tea.zip",
        ];
        let names: HashSet<String> = found(&files).into_iter().collect();
        assert_eq!(names.len(), 4, "{names:?}");
        assert!(names.contains("Ada") && names.contains("J\u{fffd}rgen"));
    }
}
