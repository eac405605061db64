//! Commands of a `.console` file, with the output that was recorded for them.

use super::recording;
use crate::{block::Content, marker::Numbers, repository::Repository};

pub(super) fn fetch(
    repository: &Repository,
    path: &str,
    numbers: Option<&Numbers>,
) -> Result<Content, String> {
    let text = repository.read(path)?;
    let commands: Vec<String> = text
        .lines()
        .filter(|line| line.starts_with("$ "))
        .map(str::to_owned)
        .collect();
    if commands.is_empty() {
        return Err(format!("{path} has no line that begins with `$ `"));
    }
    let ending = ("tests/transcripts/", ".console", ".console.snap");
    let recorded = recording::read(repository, path, ending)?;
    let outputs = recording::split(path, &recorded, &commands)?;
    let selected = recording::select(path, numbers, commands.len())?;
    let shown: String = selected
        .map(|index| format!("{}\n{}", commands[index], outputs[index]))
        .collect();
    Ok(Content {
        language: "console",
        text: shown.trim_end_matches('\n').to_owned(),
    })
}
