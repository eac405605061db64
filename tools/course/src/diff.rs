//! Differences between files, in colour.

use std::fs;
use std::path::Path;

use house::lessons::find;
use similar::{ChangeTag, TextDiff};

use crate::Outcome;
use crate::course::{Course, files_below};
use crate::screen::{BAD, GOOD, NEW, QUIET, STRONG, say, styled};

/// `cargo course diff 04 05`
pub fn lessons(course: &Course, from: &str, to: &str) -> Outcome {
    let folder = |name| find(&course.root, name).map(|lesson| lesson.folder);
    let (old, new) = (folder(from)?, folder(to)?);
    let (olds, news) = (files_below(&old), files_below(&new));
    let mut all: Vec<&String> = olds.iter().chain(&news).collect();
    all.sort();
    all.dedup();
    for file in all {
        let (in_old, in_new) = (olds.contains(file), news.contains(file));
        if in_old && !in_new {
            say!("{}", styled(BAD, format!("gone: {from} {file}")));
            continue;
        }
        let shown = |number: &str| format!("{number} {file}");
        files(&old.join(file), &new.join(file), &shown(from), &shown(to))?;
    }
    Ok(true)
}

/// Prints what has changed from one file to another; nothing when nothing has. A file that is not
/// there is empty.
pub fn files(old: &Path, new: &Path, old_name: &str, new_name: &str) -> Result<(), String> {
    let read = |path: &Path| match fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(format!("{}: {error}", path.display())),
    };
    let (old_text, new_text) = (read(old)?, read(new)?);
    if old_text == new_text {
        return Ok(());
    }
    match old_text.is_empty() {
        true => say!("{}", styled(STRONG, format!("new: {new_name}"))),
        false => say!("{}", styled(STRONG, format!("{old_name} -> {new_name}"))),
    }
    let difference = TextDiff::from_lines(&old_text, &new_text);
    for hunk in difference.unified_diff().context_radius(3).iter_hunks() {
        say!("{}", styled(NEW, hunk.header().to_string()));
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches(['\r', '\n']);
            match change.tag() {
                ChangeTag::Delete => say!("{}", styled(BAD, format!("-{line}"))),
                ChangeTag::Insert => say!("{}", styled(GOOD, format!("+{line}"))),
                ChangeTag::Equal => say!("{}", styled(QUIET, format!(" {line}"))),
            }
        }
    }
    say!("");
    Ok(())
}
