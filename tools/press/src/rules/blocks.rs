//! Code and output are copied, not typed: the blocks that have no source.

use std::ops::Range;

use crate::{page::CodeBlock, report::Report, sync::Checked};

const INDENTED: &str = "an indented code block cannot have a source: make it a fenced block";
const NOT_CLOSED: &str = "the fenced block is not closed";
const NO_MARKER: &str = "the fenced block has no `<!-- sync: … -->` on the line above; \
                         only a block of `sh` does without";
const PROMPT: &str = "a block of `sh` is there to be copied: leave out the prompt `$ `";
const NO_COMMAND: &str = "this line does not look like a command: \
                          output comes from a transcript, by `sync: console`";

/// Refuses the blocks without a marker, but for commands to type.
pub(crate) fn check(checked: &Checked, included: &[Range<usize>], report: &mut Report) {
    for block in &checked.page.code_blocks {
        let start = block.place.range.start;
        let copied = included.iter().any(|range| range.contains(&start));
        if copied || block.comment.is_some() {
            continue;
        }
        for (line, message) in problems(block) {
            report.add(&checked.path, line, message);
        }
    }
}

fn problems(block: &CodeBlock) -> Vec<(usize, &'static str)> {
    let message = match block.info.as_deref() {
        None => INDENTED,
        Some(_) if !block.closed => NOT_CLOSED,
        Some("sh") => return not_commands(block),
        Some(_) => NO_MARKER,
    };
    vec![(block.place.line, message)]
}

fn not_commands(block: &CodeBlock) -> Vec<(usize, &'static str)> {
    let mut problems = Vec::new();
    let mut continued = false;
    for (line, number) in block.content.lines().zip(block.place.line + 1..) {
        if line.starts_with("$ ") {
            problems.push((number, PROMPT));
        } else if !continued && !may_be_command(line) {
            problems.push((number, NO_COMMAND));
        }
        continued = line.ends_with('\\');
    }
    problems
}

/// Commands begin with a lower-case letter, a path or a setting such as `PORT=8001`. What is
/// indented goes on from the line above.
fn may_be_command(line: &str) -> bool {
    let word = line.split(' ').next().unwrap_or("");
    match word.chars().next() {
        None | Some('#' | '.' | '/' | '~') => true,
        Some(first) => first.is_ascii_lowercase() || first.is_whitespace() || is_setting(word),
    }
}

fn is_setting(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}
