//! What the tests have recorded below `tests/snapshots/`.

use std::ops::Range;

use crate::{marker::Numbers, repository::Repository};

/// How to mend a recording that is missing or old.
const RECORD: &str = "record it with `INSTA_UPDATE=always cargo test -p tests`";

/// What was recorded for the file `folder/NAME.ending`, without the header of the snapshot.
/// `snapshot_ending` is that of the recording, `tests/snapshots/NAME.snapshot_ending`.
pub(super) fn read(
    repository: &Repository,
    path: &str,
    (folder, ending, snapshot_ending): (&str, &str, &str),
) -> Result<String, String> {
    let name = path
        .strip_prefix(folder)
        .and_then(|rest| rest.strip_suffix(ending))
        .ok_or_else(|| format!("{path} is not of the form {folder}NAME{ending}"))?;
    let snapshot = format!("tests/snapshots/{name}{snapshot_ending}");
    if !repository.exists(&snapshot) {
        return Err(format!("{snapshot} does not exist: {RECORD}"));
    }
    let text = repository.read(&snapshot)?;
    let body = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .map(|(_header, body)| body.to_owned());
    body.ok_or_else(|| format!("{snapshot} does not begin with a snapshot's header: {RECORD}"))
}

/// Splits a recording into one piece for each of the `titles`: the lines between its title and
/// the next. Only the title whose turn it is counts, so that an answer may contain any line.
pub(super) fn split(path: &str, recorded: &str, titles: &[String]) -> Result<Vec<String>, String> {
    let mut pieces: Vec<String> = Vec::new();
    for line in recorded.lines() {
        if titles.get(pieces.len()).is_some_and(|title| title == line) {
            pieces.push(String::new());
        } else if let Some(piece) = pieces.last_mut() {
            piece.push_str(line);
            piece.push('\n');
        }
    }
    match titles.get(pieces.len()) {
        Some(missing) => Err(format!(
            "nothing is recorded for `{missing}` of {path}: {RECORD}"
        )),
        None => Ok(pieces),
    }
}

/// The indices that a selection names, of `count` that there are.
pub(super) fn select(
    path: &str,
    numbers: Option<&Numbers>,
    count: usize,
) -> Result<Range<usize>, String> {
    match numbers {
        None => Ok(0..count),
        Some(numbers) if *numbers.end() <= count => Ok(numbers.start() - 1..*numbers.end()),
        Some(numbers) => Err(format!(
            "{path} has no number {}: it ends with {count}",
            numbers.end()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_looks_like_a_title_stays_in_the_piece() {
        let titles = ["### One".to_owned(), "### Two".to_owned()];
        let recorded = "### One\n### Three\na\n### Two\n### One\n";
        let pieces = split("a.http", recorded, &titles);
        assert_eq!(
            pieces,
            Ok(vec!["### Three\na\n".to_owned(), "### One\n".to_owned()])
        );
    }
}
