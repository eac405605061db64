//! How long each lesson is, and how much of it its note shows.
//!
//! A line of code is a line below the lesson's `src/` that is not empty, no comment, no `use` or `mod`, no
//! attribute, and more than brackets. It is shown when such a line is in a block of the note.
//!
//! How long a lesson may be, and which share of it is to be shown, says the table of CONTRIBUTING.md: `cargo sync --check`
//! reads it there. The note of lesson 12 teaches how to find one's way in a program that nobody reads from end to end, so it
//! need not show it.
//!
//! `cargo sync --list 05` prints each line of a lesson that no block of its note shows: of `src/`, of what that includes, of
//! `templates/` and `static/`, and the dependencies.
//!
//! Where 95 % or more are due, the note must show every line, comments included: `cargo test -p checks --test assembled`
//! puts the lesson together from the blocks of its note and their captions alone (the dependencies too: show
//! `Cargo.toml [dependencies]`), compiles it, and plays the lesson's request files against it. `… -- 05` takes one lesson.

use std::{collections::HashSet, fmt, ops::Range};

use crate::{fill, page::Page, place, report::Report, repository::Repository, sources::code};

/// The page with the table of bars, and its heading.
const TABLE: (&str, &str) = ("CONTRIBUTING.md", "## Sizes");

/// What a lesson comes to.
#[derive(Debug, PartialEq, Eq)]
pub struct Size {
    /// The lesson's number, `05`.
    pub lesson: String,
    /// Its lines of code.
    pub code: usize,
    /// How many of them the note shows.
    pub shown: usize,
}

/// What a lesson may come to: a row of the table.
#[derive(Debug, PartialEq, Eq)]
struct Bar {
    lesson: String,
    /// Lines of code.
    at_most: usize,
    /// The share of them that is shown, of 100.
    at_least: usize,
    /// The line of the table.
    line: usize,
}

/// A line that no block shows.
#[derive(Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The file.
    pub path: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What it says.
    pub text: String,
}

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.text)
    }
}

impl Size {
    /// The share that is shown, of 100, rounded.
    pub fn share(&self) -> usize {
        (200 * self.shown + self.code)
            .checked_div(2 * self.code)
            .unwrap_or(100)
    }

    /// `05: 220 lines of code, 215 shown: 98 %`.
    pub fn line(&self) -> String {
        let Self {
            lesson,
            code,
            shown,
        } = self;
        format!(
            "{lesson}: {code} lines of code, {shown} shown: {} %",
            self.share()
        )
    }
}

/// The sizes of all lessons that have a note.
///
/// # Errors
///
/// A sentence, when a lesson cannot be read.
pub fn all(repository: &Repository) -> Result<Vec<Size>, String> {
    let mut sizes = Vec::new();
    for lesson in lessons(repository) {
        let note = repository.read(&lesson.note)?;
        let mut inside = false;
        let mut shown = HashSet::new();
        for line in note.lines() {
            if line.starts_with("```") {
                inside = !inside;
            } else if inside {
                shown.insert(line.trim());
            }
        }
        let mut size = Size {
            lesson: lesson.number,
            code: 0,
            shown: 0,
        };
        for file in files_below(repository, &format!("{}/src", lesson.folder))? {
            if !file.ends_with(".rs") {
                continue;
            }
            let text = repository.read(&file)?;
            for line in text.lines().map(str::trim).filter(|line| is_code(line)) {
                size.code += 1;
                size.shown += usize::from(shown.contains(line));
            }
        }
        sizes.push(size);
    }
    Ok(sizes)
}

fn is_code(line: &str) -> bool {
    let begins = ["//", "use ", "mod ", "pub mod ", "pub use ", "#![", "#["];
    let is_bracket = |c| "[](){};,".contains(c);
    !begins.iter().any(|begin| line.starts_with(begin)) && !line.chars().all(is_bracket)
}

/// Holds all lessons against the table. A repository without the table has no bars.
pub(crate) fn check(repository: &Repository, report: &mut Report) {
    let (page, heading) = TABLE;
    let Some(text) = repository
        .read(page)
        .ok()
        .filter(|text| text.lines().any(|line| line == heading))
    else {
        return;
    };
    let sizes = match all(repository) {
        Ok(sizes) => sizes,
        Err(message) => return report.add(page, 1, message),
    };
    let bars = bars(&text, report);
    let line = 1 + text.lines().take_while(|line| *line != heading).count();
    for (number, bar) in bars.iter().enumerate() {
        if bars[..number]
            .iter()
            .any(|above| above.lesson == bar.lesson)
        {
            let message = format!("the table has two rows for lesson {}", bar.lesson);
            report.add(page, bar.line, message);
        }
        if !sizes.iter().any(|size| size.lesson == bar.lesson) {
            report.add(
                page,
                bar.line,
                format!("there is no lesson {} with a note", bar.lesson),
            );
        }
    }
    for size in sizes {
        let Some(bar) = bars.iter().find(|bar| bar.lesson == size.lesson) else {
            report.add(
                page,
                line,
                format!("the table has no row for lesson {}", size.lesson),
            );
            continue;
        };
        if size.code > bar.at_most {
            let message = format!(
                "lesson {} has {} lines of code; at most {} are allowed",
                bar.lesson, size.code, bar.at_most
            );
            report.add(page, bar.line, message);
        }
        if size.share() < bar.at_least {
            let message = format!(
                "the note of lesson {0} shows {1} % of its code; at least {2} % are required: `cargo sync --list {0}` says what is missing",
                bar.lesson,
                size.share(),
                bar.at_least
            );
            report.add(page, bar.line, message);
        }
    }
}

/// The lessons whose notes must show so much of them that the rest can be told: 95 of 100 lines of code.
/// Each of them is put together from its note by a test.
///
/// # Errors
///
/// A sentence, when the table cannot be read.
pub fn shown_whole(repository: &Repository) -> Result<Vec<String>, String> {
    let mut report = Report::default();
    let bars = bars(&repository.read(TABLE.0)?, &mut report);
    match report.problems.first() {
        Some(problem) => Err(problem.to_string()),
        None => Ok(bars
            .into_iter()
            .filter(|bar| bar.at_least >= 95)
            .map(|bar| bar.lesson)
            .collect()),
    }
}

/// The rows of the table: `| 05 | 220 | 95 % |`.
fn bars(text: &str, report: &mut Report) -> Vec<Bar> {
    let (page, heading) = TABLE;
    let section = text
        .lines()
        .zip(1..)
        .skip_while(|(line, _)| *line != heading)
        .skip(1)
        .take_while(|(line, _)| !line.starts_with("## "));
    let rows =
        section.filter(|(line, _)| line.starts_with("| ") && line.contains(char::is_numeric));
    let mut bars = Vec::new();
    for (row, line) in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let number = |cell: &str| {
            cell.trim_end_matches('%')
                .trim()
                .replace(',', "")
                .parse()
                .ok()
        };
        match cells.as_slice() {
            [lesson, at_most, at_least]
                if let (Some(at_most), Some(at_least)) = (number(at_most), number(at_least)) =>
            {
                bars.push(Bar {
                    lesson: (*lesson).to_owned(),
                    at_most,
                    at_least,
                    line,
                });
            }
            _ => report.add(
                page,
                line,
                "a row must be of the form `| 05 | 220 | 95 % |`",
            ),
        }
    }
    bars
}

/// The lines of a lesson that no block of its note shows: of `src/`, of what that includes, of
/// `templates/` and `static/`, and the dependencies.
///
/// # Errors
///
/// A sentence, when there is no such lesson or it cannot be read.
pub fn hidden(repository: &Repository, number: &str) -> Result<Vec<Hidden>, String> {
    let found = lessons(repository).find(|lesson| lesson.number == number);
    let Noted { folder, note, .. } =
        found.ok_or_else(|| format!("there is no lesson {number} with a note"))?;
    let text = repository.read_exactly(&note)?;
    let shown = fill::lines_shown(repository, &note, &Page::parse(&text));
    let mut hidden = Vec::new();
    for (path, lines) in files_to_show(repository, &folder)? {
        let Ok(says) = place::lines_that_say(repository, &path) else {
            // A picture, say.
            continue;
        };
        for (number, text) in says {
            let is_shown =
                |(_, file, shown): &fill::Shown| *file == path && shown.contains(&number);
            if lines.contains(&number) && !shown.iter().any(is_shown) {
                let path = path.clone();
                hidden.push(Hidden {
                    path,
                    line: number + 1,
                    text,
                });
            }
        }
    }
    Ok(hidden)
}

/// The files of a lesson that its note is to show, with the lines that count.
///
/// # Errors
///
/// A sentence, when the lesson cannot be read.
pub fn files_to_show(
    repository: &Repository,
    lesson: &str,
) -> Result<Vec<(String, Range<usize>)>, String> {
    let mut files = Vec::new();
    for folder in ["src", "templates", "static"] {
        files.extend(files_below(repository, &format!("{lesson}/{folder}"))?);
    }
    let mut included = Vec::new();
    for file in files.iter().filter(|file| file.ends_with(".rs")) {
        let text = repository.read(file)?;
        for name in ["include_str", "include_bytes"] {
            let strings = strings_of_macro(&text, name);
            included.extend(
                strings
                    .iter()
                    .filter_map(|path| crate::target::joined(file, path)),
            );
        }
    }
    included.retain(|file| repository.exists(file));
    files.extend(included);
    files.sort();
    files.dedup();
    let mut files: Vec<_> = files
        .into_iter()
        .map(|file| (file, 0..usize::MAX))
        .collect();
    let manifest = format!("{lesson}/Cargo.toml");
    let tables = code::tables(&manifest, &repository.read(&manifest).unwrap_or_default())?;
    let dependencies = tables
        .into_iter()
        .filter(|(name, _)| name == "[dependencies]");
    files.extend(dependencies.map(|(_, lines)| (manifest.clone(), lines)));
    Ok(files)
}

/// A lesson that has a note.
struct Noted {
    number: String,
    /// `lessons/05-mini-framework`
    folder: String,
    note: String,
}

fn lessons(repository: &Repository) -> impl Iterator<Item = Noted> {
    let lessons = house::lessons::folders(repository.root()).into_iter();
    lessons.filter_map(|lesson| {
        let note = format!("notes/{}.md", lesson.topic);
        repository.exists(&note).then(|| Noted {
            number: lesson.number().to_owned(),
            folder: format!("lessons/{}", lesson.topic),
            note,
        })
    })
}

/// The files in a folder and in its folders.
fn files_below(repository: &Repository, folder: &str) -> Result<Vec<String>, String> {
    let cannot = |error| format!("{folder} cannot be listed: {error}");
    let mut files = repository.files(folder).map_err(cannot)?;
    for folder in repository.folders(folder).map_err(cannot)? {
        files.extend(files_below(repository, &folder)?);
    }
    Ok(files)
}

/// The texts that calls of a macro are given: of each `include_str!("a.html")` the path.
fn strings_of_macro(text: &str, name: &str) -> Vec<String> {
    let call = format!("{name}!(");
    text.split(&call)
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
        .map(str::to_owned)
        .collect()
}
