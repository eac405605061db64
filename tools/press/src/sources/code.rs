//! A file of code, or part of it: items by their names, or what is between two comments
//! `ANCHOR: name` and `ANCHOR_END: name`.

use std::{ops::Range, path::Path};

use super::items::Items;
use crate::{block::Content, marker::Shown, repository::Repository};

/// What can be shown, by the ending of the file's name.
const LANGUAGES: [(&str, &str); 9] = [
    ("rs", "rust"),
    ("toml", "toml"),
    ("html", "html"),
    ("js", "javascript"),
    ("css", "css"),
    ("json", "json"),
    ("conf", "nginx"),
    ("yml", "yaml"),
    ("diff", "diff"),
];

/// How comments begin and end in these languages, and in templates.
const COMMENTS: [(&str, &str); 5] = [
    ("//", ""),
    ("#", ""),
    ("<!--", "-->"),
    ("{#", "#}"),
    ("/*", "*/"),
];

pub(super) fn fetch(repository: &Repository, path: &str, shown: &Shown) -> Result<Content, String> {
    let language = language(path)?;
    let text = repository.read(path)?;
    let lines = read_lines(path, &text)?;
    let range = locate(path, &text, &lines, shown)?;
    let code: Vec<&str> = lines[range].iter().filter_map(Line::code).collect();
    let text = outdent(trim_blank_lines(&code));
    if text.is_empty() {
        return Err(match shown {
            Shown::Anchor(name) => format!("there is nothing at the anchor {name} in {path}"),
            _ => format!("{path} is empty"),
        });
    }
    Ok(Content { language, text })
}

/// The lines that are shown, without empty lines at both ends; the first of the file is 0.
pub(crate) fn lines_shown(path: &str, text: &str, shown: &Shown) -> Result<Range<usize>, String> {
    let lines = read_lines(path, text)?;
    let range = locate(path, text, &lines, shown)?;
    let all: Vec<&str> = text.lines().collect();
    Ok(trimmed(&all, range))
}

/// The lines without those at both ends that are empty, or comments of anchors.
pub(crate) fn trimmed(lines: &[&str], range: Range<usize>) -> Range<usize> {
    let says = |line: &&str| !line.trim().is_empty() && !is_anchor(line);
    let shown = &lines[range.clone()];
    match (shown.iter().position(says), shown.iter().rposition(says)) {
        (Some(first), Some(last)) => range.start + first..range.start + last + 1,
        _ => range.start..range.start,
    }
}

/// The tables of a TOML file: the header of each, and its lines.
pub(crate) fn tables(path: &str, text: &str) -> Result<Vec<(String, Range<usize>)>, String> {
    let lines = read_lines(path, text)?;
    let names = lines.iter().filter_map(header);
    names
        .map(|name| table(path, &lines, &name).map(|lines| (name, lines)))
        .collect()
}

/// The lines of a part, as its marker names it.
fn locate(
    path: &str,
    text: &str,
    lines: &[Line<'_>],
    shown: &Shown,
) -> Result<Range<usize>, String> {
    match shown {
        Shown::File => Ok(0..lines.len()),
        Shown::Anchor(name) => between(path, lines, name),
        Shown::Items(names) if path.ends_with(".rs") => {
            let items = Items::parse(path, text)?;
            let find = |name: &str| items.find(path, name);
            all_of(path, lines, names, find)
        }
        Shown::Items(names) if path.ends_with(".toml") => {
            all_of(path, lines, names, |name| table(path, lines, name))
        }
        Shown::Items(names) => Err(format!(
            "`{}` does not name a part of {path}: items have names in Rust, tables in TOML; elsewhere, use an anchor",
            names.join(", ")
        )),
    }
}

/// The lines of several items: from the first to the last, if nothing else is between them.
fn all_of(
    path: &str,
    lines: &[Line<'_>],
    names: &[String],
    find: impl Fn(&str) -> Result<Range<usize>, String>,
) -> Result<Range<usize>, String> {
    let mut all: Option<(Range<usize>, &str)> = None;
    for name in names {
        let found = find(name)?;
        all = match all {
            None => Some((found, name)),
            Some((before, above)) if found.start < before.end => {
                return Err(format!("in {path}, `{name}` is not below `{above}`"));
            }
            Some((before, above)) => {
                let mut between = (before.end..found.start).zip(&lines[before.end..found.start]);
                if let Some((number, _)) = between.find(|(_, line)| !line.is_blank()) {
                    return Err(format!(
                        "in {path}, `{above}` and `{name}` are not next to each other: see line {}",
                        number + 1
                    ));
                }
                Some((before.start..found.end, name))
            }
        };
    }
    Ok(all.map_or(0..0, |(range, _)| range))
}

/// The lines of a table of a TOML file, `[dependencies]`.
fn table(path: &str, lines: &[Line<'_>], name: &str) -> Result<Range<usize>, String> {
    if !name.starts_with('[') || !name.ends_with(']') {
        return Err(format!(
            "`{name}` does not name a table of {path}: write `[dependencies]`"
        ));
    }
    let Some(start) = lines
        .iter()
        .position(|line| header(line).is_some_and(|found| found == name))
    else {
        return Err(format!("there is no table {name} in {path}"));
    };
    let rest = &lines[start + 1..];
    let end = rest.iter().position(|line| header(line).is_some());
    let end = end.map_or(lines.len(), |below| {
        // What is said right above the next table belongs to that one.
        let said = rest[..below]
            .iter()
            .rev()
            .take_while(|line| line.code().is_some_and(|code| code.starts_with('#')));
        start + 1 + below - said.count()
    });
    Ok(start..end)
}

/// The header of a table, if this line is one.
fn header(line: &Line<'_>) -> Option<String> {
    let code = line.code()?.split('#').next()?.trim();
    code.starts_with('[').then(|| code.to_owned())
}

/// Whether a line of a file is an anchor's comment.
pub(crate) fn is_anchor(line: &str) -> bool {
    !matches!(Line::read(line), Some(Line::Code(_)))
}

fn language(path: &str) -> Result<&'static str, String> {
    let ending = Path::new(path)
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or("");
    let known = LANGUAGES.iter().find(|(known, _)| *known == ending);
    known.map(|(_, language)| *language).ok_or_else(|| {
        let endings = LANGUAGES.map(|(ending, _)| ending).join(", ");
        format!("{path} is not of a kind that can be shown ({endings})")
    })
}

enum Line<'a> {
    Code(&'a str),
    Begin(&'a str),
    End(&'a str),
}

impl<'a> Line<'a> {
    /// Reads a line. A line that speaks of an anchor but is no anchor comment is a slip of the
    /// pen, which must not be shown to a reader.
    fn read(line: &'a str) -> Option<Self> {
        if !line.contains("ANCHOR:") && !line.contains("ANCHOR_END:") {
            return Some(Self::Code(line));
        }
        let comment = comment(line.trim())?;
        if let Some(name) = comment.strip_prefix("ANCHOR:") {
            return anchor_name(name).map(Self::Begin);
        }
        anchor_name(comment.strip_prefix("ANCHOR_END:")?).map(Self::End)
    }

    /// Whether it says nothing to a reader of the code.
    fn is_blank(&self) -> bool {
        self.code().is_none_or(|code| code.trim().is_empty())
    }

    fn code(&self) -> Option<&'a str> {
        match self {
            Self::Code(code) => Some(code),
            Self::Begin(_) | Self::End(_) => None,
        }
    }
}

/// What is in the comment, if the line is nothing else.
fn comment(line: &str) -> Option<&str> {
    COMMENTS.iter().find_map(|(begin, end)| {
        let inside = line.strip_prefix(begin)?.strip_suffix(end)?;
        Some(inside.trim())
    })
}

fn anchor_name(text: &str) -> Option<&str> {
    let name = text.trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

fn read_lines<'a>(path: &str, text: &'a str) -> Result<Vec<Line<'a>>, String> {
    let numbered = text.lines().zip(1..);
    numbered
        .map(|(line, number): (&str, usize)| {
            Line::read(line).ok_or_else(|| {
                format!("{path}:{number} is not a comment of the form `// ANCHOR: name` or `// ANCHOR_END: name`")
            })
        })
        .collect()
}

/// The lines between the two comments of the anchor `name`.
fn between(path: &str, lines: &[Line<'_>], name: &str) -> Result<Range<usize>, String> {
    let begins = positions(
        lines,
        |line| matches!(line, Line::Begin(found) if *found == name),
    );
    let ends = positions(
        lines,
        |line| matches!(line, Line::End(found) if *found == name),
    );
    match (begins.as_slice(), ends.as_slice()) {
        ([], []) => Err(format!("there is no anchor {name} in {path}")),
        (&[first, second, ..], _) => Err(format!(
            "the anchor {name} begins twice in {path}, on lines {} and {}",
            first + 1,
            second + 1
        )),
        (_, &[first, second, ..]) => Err(format!(
            "the anchor {name} ends twice in {path}, on lines {} and {}",
            first + 1,
            second + 1
        )),
        (&[begin], []) => Err(format!(
            "the anchor {name} begins on {path}:{} and never ends",
            begin + 1
        )),
        ([], &[end]) => Err(format!(
            "the anchor {name} ends on {path}:{} and never begins",
            end + 1
        )),
        (&[begin], &[end]) if end < begin => Err(format!(
            "the anchor {name} ends on {path}:{}, before it begins on line {}",
            end + 1,
            begin + 1
        )),
        (&[begin], &[end]) => Ok(begin + 1..end),
    }
}

fn positions<'a>(lines: &[Line<'a>], matches: impl Fn(&Line<'a>) -> bool) -> Vec<usize> {
    (0..lines.len())
        .filter(|&index| matches(&lines[index]))
        .collect()
}

fn trim_blank_lines<'a, 'b>(mut lines: &'b [&'a str]) -> &'b [&'a str] {
    while let [first, rest @ ..] = lines
        && first.trim().is_empty()
    {
        lines = rest;
    }
    while let [rest @ .., last] = lines
        && last.trim().is_empty()
    {
        lines = rest;
    }
    lines
}

/// The lines without the white space that all of them begin with.
fn outdent(lines: &[&str]) -> String {
    let margin = margin(lines);
    let outdented: Vec<&str> = lines
        .iter()
        .map(|line| line.strip_prefix(margin).unwrap_or(""))
        .collect();
    outdented.join("\n")
}

/// The white space that all lines begin with. Empty lines have no say.
pub(crate) fn margin<'a>(lines: &[&'a str]) -> &'a str {
    lines
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| &line[..line.len() - line.trim_start().len()])
        .reduce(common_start)
        .unwrap_or("")
}

fn common_start<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    &one[..same.map(|(c, _)| c.len_utf8()).sum()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_comment_style_can_hold_an_anchor() {
        let begins = |line: &str| matches!(Line::read(line), Some(Line::Begin("a-b_1")));
        assert!(begins("    // ANCHOR: a-b_1"));
        assert!(begins("# ANCHOR: a-b_1"));
        assert!(begins("<!-- ANCHOR: a-b_1 -->"));
        assert!(begins("{# ANCHOR: a-b_1 #}"));
        assert!(begins("/* ANCHOR: a-b_1 */"));
        assert!(matches!(Line::read("//ANCHOR_END:a"), Some(Line::End("a"))));
    }

    #[test]
    fn a_line_that_misses_the_form_is_neither_anchor_nor_code() {
        for line in [
            "// ANCHOR:",
            "// ANCHOR: two words",
            "serve(); // ANCHOR: a",
            "<!-- ANCHOR: a",
            "ANCHOR: a",
            "// see ANCHOR: a",
        ] {
            assert!(Line::read(line).is_none(), "{line}");
        }
    }

    #[test]
    fn the_common_margin_goes_and_the_rest_stays() {
        assert_eq!(outdent(&["    a", "", "      b", "    "]), "a\n\n  b\n");
        assert_eq!(outdent(&["\ta", "\t\tb"]), "a\n\tb");
        assert_eq!(outdent(&["\ta", "    b"]), "\ta\n    b");
        assert_eq!(outdent(&[]), "");
    }
}
