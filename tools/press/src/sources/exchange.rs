//! Requests of a `.http` file, with the answers that were recorded for them.

use recordings::requests::{File, Request};

use super::recording;
use crate::{
    block::Content,
    marker::{Numbers, Part},
    repository::Repository,
};

pub(super) fn fetch(
    repository: &Repository,
    path: &str,
    numbers: Option<&Numbers>,
    part: Part,
) -> Result<Content, String> {
    let text = repository.read(path)?;
    let requests = File::parse(&text)
        .map_err(|problem| format!("{path}: {problem}"))?
        .requests;
    // What is asked of a lesson, or of a change to it.
    let folders = ["tests/requests/", "tests/tasks/"];
    let folder = folders.into_iter().find(|folder| path.starts_with(folder));
    let folder = folder.unwrap_or("tests/requests/");
    let recorded = recording::read(repository, path, (folder, ".http", ".snap"))?;
    let titles: Vec<String> = requests
        .iter()
        .map(|request| format!("### {}", request.shows))
        .collect();
    let answers = recording::split(path, &recorded, &titles)?;
    let selected = recording::select(path, numbers, requests.len())?;
    let shown: Vec<String> = selected
        .map(|index| show(&requests[index], &answers[index], part))
        .filter(|shown| !shown.is_empty())
        .collect();
    if shown.is_empty() {
        return Err(format!("{path} has no answer there"));
    }
    Ok(Content {
        language: "http",
        text: shown.join("\n\n"),
    })
}

/// One exchange: the request, an empty line, the answer.
fn show(request: &Request, answer: &str, part: Part) -> String {
    let request = request.shown.trim_end_matches('\n');
    let answer = answer.trim_matches('\n');
    let head = answer.split("\n\n").next().unwrap_or(answer);
    match part {
        Part::Whole if answer.is_empty() => request.to_owned(),
        Part::Whole => format!("{request}\n\n{answer}"),
        Part::Request => request.to_owned(),
        Part::Answer => answer.to_owned(),
        Part::Head => head.to_owned(),
    }
}
