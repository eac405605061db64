//! `cargo course submit`: what a grader takes, and nothing else.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::Outcome;
use crate::ask::changed_files;
use crate::course::{Course, Room};
use crate::screen::{count, say};

/// The largest file that is packed, in bytes. No source of a person comes near it.
const LIMIT: u64 = 256 * 1024;

/// `cargo course submit [NN]`
pub fn run(course: &Course, name: Option<&str>, output: &Path) -> Outcome {
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
    let mut entries = Vec::new();
    let mut listed = Vec::new();
    for room in &rooms {
        let mut files = Vec::new();
        for file in room.files(&course.root) {
            let path = course.root.join(&room.folder).join(&file);
            let bytes = read(&path)?;
            files.push(json!({ "path": file, "bytes": bytes.len() }));
            entries.push((format!("exercises/{}/{file}", room.exercise.topic), bytes));
        }
        listed.push(json!({ "exercise": room.exercise.topic, "files": files }));
    }
    let manifest = json!({ "schema": "course-submission/1", "exercises": listed });
    entries.insert(
        0,
        (
            "manifest.json".into(),
            format!("{manifest:#}\n").into_bytes(),
        ),
    );
    pack(output, &entries)
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

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
    if size > LIMIT {
        return Err(format!(
            "{} has {size} bytes; a grader takes {LIMIT} at most.",
            path.display()
        ));
    }
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The same work gives the same file, to the byte: no dates, no compression.
fn pack(output: &Path, entries: &[(String, Vec<u8>)]) -> zip::result::ZipResult<()> {
    let mut archive = ZipWriter::new(File::create(output)?);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    for (name, bytes) in entries {
        archive.start_file(name.as_str(), options)?;
        archive.write_all(bytes)?;
    }
    archive.finish()?;
    Ok(())
}
