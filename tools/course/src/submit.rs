//! `cargo course submit`: what a grader takes, and nothing else.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use judge::submission::{self, Fate};
use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::Outcome;
use crate::ask::changed_files;
use crate::check;
use crate::course::{Chosen, Course, Room, files_below};
use crate::progress::committed;
use crate::screen::{BAD, count, say, styled};

/// What is packed of an exercise, and what is not, with the reason.
struct Packed {
    files: Vec<(String, Vec<u8>)>,
    left_out: Vec<(String, String)>,
}

/// `cargo course submit [NN]`. What is `unfinished` is neither built nor judged first.
pub fn run(course: &Course, name: Option<&str>, output: &Path, unfinished: bool) -> Outcome {
    let rooms: Vec<&Room> = match name {
        Some(name) => vec![course.find(name)?.room],
        // What was not begun need not be handed in.
        None => course
            .exercises
            .iter()
            .filter(|room| !changed_files(course, room).is_empty())
            .collect(),
    };
    if rooms.is_empty() {
        return Err("Nothing is changed yet, so there is nothing to hand in.".into());
    }
    let date = Timestamp::now();
    let mut entries = Vec::new();
    let mut listed = Vec::new();
    for room in &rooms {
        let packed = packed(course, room)?;
        if !unfinished {
            judge(course, room)?;
        }
        let files = packed.files.iter();
        let files: Vec<_> = files
            .map(|(file, bytes)| json!({ "path": file, "bytes": bytes.len() }))
            .collect();
        listed.push(json!({ "exercise": room.exercise.topic, "files": files }));
        let folder = format!("exercises/{}", room.exercise.topic);
        for (file, reason) in &packed.left_out {
            say!("{} left out: {folder}/{file}: {reason}", styled(BAD, "!"));
        }
        let files = packed.files.into_iter();
        entries.extend(files.map(|(file, bytes)| (format!("{folder}/{file}"), bytes)));
    }
    let manifest = json!({
        "schema": "course-submission/2",
        "course": { "version": env!("CARGO_PKG_VERSION"), "commit": commit(course) },
        "date": date.to_string(),
        "exercises": listed,
    });
    let manifest = format!("{manifest:#}\n").into_bytes();
    entries.insert(0, ("manifest.json".into(), manifest));
    pack(output, &entries, date)
        .map_err(|error| format!("{} cannot be written: {error}.", output.display()))?;
    for (name, bytes) in &entries {
        say!("  {name} ({} bytes)", bytes.len());
    }
    let numbers: Vec<&str> = rooms.iter().map(|room| room.number.as_str()).collect();
    say!(
        "{} in {}, of exercise {}.",
        count(entries.len(), "file"),
        output.display(),
        numbers.join(", ")
    );
    Ok(true)
}

/// Says how far the work has come. Work that does not compile is not handed in by accident.
fn judge(course: &Course, room: &Room) -> Result<(), String> {
    let chosen = Chosen { room, task: None };
    let number = &room.number;
    let Some(report) = check::judged(course, chosen, None)?.report else {
        return Err(format!(
            "Exercise {number} does not compile, for the reason above, and nothing was packed. It would have no points. `--unfinished` packs it all the same."
        ));
    };
    let tasks = &room.exercise.tasks;
    let held = tasks.iter().filter(|task| check::has_passed(task, &report));
    let held = held.count();
    say!(
        "Exercise {number}: {held} of {} hold.",
        count(tasks.len(), "task")
    );
    Ok(())
}

/// The files of an exercise as a grader takes them.
fn packed(course: &Course, room: &Room) -> Result<Packed, String> {
    let folder = course.root.join(&room.folder);
    let mut packed = Packed {
        files: Vec::new(),
        left_out: Vec::new(),
    };
    for file in files_below(&folder) {
        let path = folder.join(&file);
        match submission::fate(&room.exercise, &file) {
            Fate::Taken => packed.files.push((file, read(&path)?)),
            Fate::Manifest => {
                let own = committed(&course.root, &room.folder.join(&file));
                let own = own.unwrap_or_else(|| fs::read(&path).unwrap_or_default());
                let theirs = read(&path)?;
                let lock = fs::read_to_string(course.root.join("Cargo.lock")).unwrap_or_default();
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                match submission::manifest(&text(&own), &text(&theirs), &lock) {
                    Ok(_) => packed.files.push((file, theirs)),
                    Err(reason) => packed.left_out.push((file, reason)),
                }
            }
            Fate::LeftOut(reason) | Fate::Refused(reason) => {
                // What is as the course has it need not be spoken of.
                let own = committed(&course.root, &room.folder.join(&file));
                let is_own = match own {
                    Some(own) => fs::read(&path).is_ok_and(|now| now == own),
                    None => ["exercise.toml", "tests/tasks.rs"].contains(&file.as_str()),
                };
                if !is_own && submission::passing(&file).is_none() {
                    packed.left_out.push((file, reason.to_string()));
                }
            }
        }
    }
    packed.files.sort();
    let missing = starters(course, room);
    let missing = missing.iter().find(|file| !folder.join(file).is_file());
    let total: usize = packed.files.iter().map(|(_, bytes)| bytes.len()).sum();
    if let Some(main) = missing.filter(|file| *file == "src/main.rs") {
        return Err(format!("{main} of exercise {} is missing.", room.number));
    }
    if total as u64 > submission::TOTAL_LIMIT || packed.files.len() > submission::COUNT_LIMIT {
        return Err(format!(
            "Exercise {} has {} of {total} bytes; a grader takes at most {} files and {} bytes.",
            room.number,
            count(packed.files.len(), "file"),
            submission::COUNT_LIMIT,
            submission::TOTAL_LIMIT
        ));
    }
    Ok(packed)
}

/// The files that the exercise began with.
fn starters(course: &Course, room: &Room) -> Vec<String> {
    room.files(&crate::progress::folder(course).join("starter"))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
    let limit = submission::FILE_LIMIT;
    if size > limit {
        return Err(format!(
            "{} has {size} bytes; a grader takes at most {limit}.",
            path.display()
        ));
    }
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The version of the course that the student has, as git calls it.
fn commit(course: &Course) -> Option<String> {
    let head = course.root.join(".git");
    let output = std::process::Command::new("git")
        .args(["rev-parse", "HEAD"])
        .current_dir(&course.root)
        .output();
    let output = output
        .ok()
        .filter(|output| output.status.success() && head.exists())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_string())
}

/// Dated now, so that whoever unpacks it has files that are newer than what they had built before.
fn pack(
    output: &Path,
    entries: &[(String, Vec<u8>)],
    date: Timestamp,
) -> zip::result::ZipResult<()> {
    let mut archive = ZipWriter::new(File::create(output)?);
    let civil = date.to_zoned(TimeZone::UTC).datetime();
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(civil.try_into().unwrap_or_default())
        .unix_permissions(0o644);
    for (name, bytes) in entries {
        archive.start_file(name.as_str(), options)?;
        archive.write_all(bytes)?;
    }
    archive.finish()?;
    Ok(())
}
