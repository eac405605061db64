//! Where a block of code belongs: its file, and the place in it. A reader who has only the blocks can
//! put the file together by this.

use std::ops::Range;

use crate::{
    html::escaped,
    marker::Shown,
    repository::Repository,
    sources::{code, items::Items},
};

/// Where a block of code belongs.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// The lines that the block shows; the first of the file is 0.
    pub lines: Range<usize>,
    /// Where in the file: `after`, and code `fn serve`.
    pub position: Vec<Words>,
    /// For part of an item: the lines above it and below it, outdented as the block is.
    pub neighbours: Option<(String, String)>,
}

/// Words of a caption.
#[derive(Debug, PartialEq, Eq)]
pub enum Words {
    /// As they are.
    Plain(String),
    /// A name, or a line.
    Code(String),
}

/// Where the code of a marker is, in the file as it is.
///
/// # Errors
///
/// A sentence that names the file, as for [`crate::sources::fetch`].
pub fn of(repository: &Repository, path: &str, shown: &Shown) -> Result<Place, String> {
    let text = repository.read(path)?;
    let lines = code::lines_shown(path, &text, shown)?;
    Ok(File::read(path, &text, None)?.place(lines))
}

/// Where these lines of a file are, as far as a reader knows it who has seen the lines that are `told`.
///
/// # Errors
///
/// As for [`of`].
pub fn among(
    repository: &Repository,
    path: &str,
    lines: Range<usize>,
    told: &[Range<usize>],
) -> Result<Place, String> {
    let text = repository.read(path)?;
    Ok(File::read(path, &text, Some(told))?.place(lines))
}

/// The lines of a file that say something: they are not empty, and no comments of anchors.
///
/// # Errors
///
/// As for [`of`].
pub fn lines_that_say(repository: &Repository, path: &str) -> Result<Vec<(usize, String)>, String> {
    let text = repository.read(path)?;
    let lines = text.lines().enumerate();
    let says = |line: &str| !line.trim().is_empty() && !code::is_anchor(line);
    Ok(lines
        .filter(|(_, line)| says(line))
        .map(|(number, line)| (number, line.to_owned()))
        .collect())
}

impl Place {
    /// The caption as Markdown: the file as the page calls it, and the position.
    pub fn markdown(&self, file: &str) -> String {
        let position: Vec<String> = self.position.iter().map(Words::markdown).collect();
        format!("*{}, {}*", markdown_code(file), position.concat())
    }
}

impl Words {
    fn markdown(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Code(code) => markdown_code(code),
        }
    }
}

/// Code within a line of Markdown; there may be backticks in it.
fn markdown_code(code: &str) -> String {
    let runs = code.split(|c| c != '`').map(str::len);
    let longest = runs.max().unwrap_or(0);
    if longest == 0 {
        return format!("`{code}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {code} {fence}")
}

/// What a note calls a file of a lesson in its captions; nothing for other pages and other files.
pub fn name_in<'a>(page: &str, file: &'a str) -> Option<&'a str> {
    let topic = page.strip_prefix("notes/")?.strip_suffix(".md")?;
    let below = file.strip_prefix("lessons/")?;
    let own = below
        .strip_prefix(topic)
        .and_then(|own| own.strip_prefix('/'));
    Some(own.unwrap_or(file))
}

/// What a line below a block must look like to be its caption.
pub fn is_caption(line: &str) -> bool {
    line.len() > 2 && line.starts_with("*`") && line.ends_with('*') && line.contains("`, ")
}

/// A caption, read again: the file, and the position in it.
pub fn read_caption(caption: &str) -> Option<(String, Vec<Words>)> {
    let mut rest = caption.strip_prefix('*')?.strip_suffix('*')?;
    let mut words = Vec::new();
    while let Some(begin) = rest.find('`') {
        let length = rest[begin..].len() - rest[begin..].trim_start_matches('`').len();
        let (fence, inside) = rest[begin..].split_at(length);
        let (code_inside, after) = inside.split_once(fence)?;
        if begin > 0 {
            words.push(plain(&rest[..begin]));
        }
        words.push(code(code_inside.trim()));
        rest = after;
    }
    if !rest.is_empty() {
        words.push(plain(rest));
    }
    let mut words = words.into_iter();
    let (Some(Words::Code(file)), Some(Words::Plain(first))) = (words.next(), words.next()) else {
        return None;
    };
    let first = first.strip_prefix(", ")?.to_owned();
    let mut position = vec![Words::Plain(first)];
    position.extend(words);
    Some((file, position))
}

/// Words of a caption as HTML.
pub fn as_html(words: &[Words]) -> String {
    let as_html = |words: &Words| match words {
        Words::Plain(text) => escaped(text),
        Words::Code(code) => format!("<code>{}</code>", escaped(code)),
    };
    words.iter().map(as_html).collect()
}

/// A file that is shown.
struct File<'a> {
    lines: Vec<&'a str>,
    items: Option<Items>,
    /// The tables of a TOML file: their headers and their lines.
    tables: Vec<(String, Range<usize>)>,
    /// What a reader has seen of it; `None` for one who knows it.
    told: Option<&'a [Range<usize>]>,
}

impl<'a> File<'a> {
    fn read(path: &str, text: &'a str, told: Option<&'a [Range<usize>]>) -> Result<Self, String> {
        Ok(Self {
            lines: text.lines().collect(),
            items: if path.ends_with(".rs") {
                Some(Items::parse(path, text)?)
            } else {
                None
            },
            tables: if path.ends_with(".toml") {
                code::tables(path, text)?
            } else {
                Vec::new()
            },
            told,
        })
    }

    /// Whether a reader has seen any of these lines.
    fn is_told(&self, lines: &Range<usize>) -> bool {
        let overlaps = |told: &Range<usize>| told.start < lines.end && lines.start < told.end;
        self.told.is_none_or(|told| told.iter().any(overlaps))
    }

    fn place(&self, lines: Range<usize>) -> Place {
        let all = self.said(0..self.lines.len());
        let (position, is_part) = if lines == all {
            (vec![plain("the whole file")], false)
        } else {
            let (position, is_part) = self.position(&lines, lines.start == all.start);
            match self.told {
                Some([]) => (vec![plain("a new file")], is_part),
                _ => (position, is_part),
            }
        };
        let neighbours = is_part.then(|| self.neighbours(&lines));
        Place {
            lines,
            position,
            neighbours,
        }
    }

    /// The position, and whether an item, or a file without items, is shown in part.
    fn position(&self, lines: &Range<usize>, is_first: bool) -> (Vec<Words>, bool) {
        if let Some(items) = &self.items {
            return self.position_in_rust(items, lines, is_first);
        }
        if is_first {
            return (vec![plain("the beginning")], self.tables.is_empty());
        }
        let mut tables = self.tables.iter();
        if tables.any(|(_, table)| table.start == lines.start) {
            let is_above = |table: &Range<usize>| table.end <= lines.start && self.is_told(table);
            let position = match self.tables.iter().rfind(|(_, table)| is_above(table)) {
                Some((name, _)) => vec![plain("after "), code(name)],
                None => vec![plain("after the first lines")],
            };
            return (position, false);
        }
        (self.between(lines, &(0..self.lines.len())), true)
    }

    fn position_in_rust(
        &self,
        items: &Items,
        lines: &Range<usize>,
        is_first: bool,
    ) -> (Vec<Words>, bool) {
        let Some(inside) = items.around(lines) else {
            let uses = self.said(items.uses.clone());
            return if is_first {
                (vec![plain("the beginning")], false)
            } else if *lines == uses {
                (with_code(self.name_of(&uses)), false)
            } else if items.is_whole(lines, None) {
                (self.among_items(items, lines), false)
            } else {
                (self.between(lines, &(0..self.lines.len())), true)
            };
        };
        let item = self.said(items.all[inside].lines.clone());
        let name = code(&items.label(inside));
        if items.is_whole(lines, Some(inside)) {
            let is_told = |lines: &Range<usize>| self.is_told(lines);
            let mut position = vec![plain("in "), name];
            if let Some(above) = items.above(lines, Some(inside), is_told) {
                position.extend([plain(", after "), code(&items.short_label(above))]);
            } else if items.above(lines, Some(inside), |_| true).is_some()
                && let Some(below) = items.below(lines, Some(inside), is_told)
            {
                position.extend([plain(", before "), code(&items.short_label(below))]);
            } else {
                position.push(plain(", at its top"));
            }
            (position, false)
        } else if lines.start == item.start {
            (vec![plain("the beginning of "), name], true)
        } else {
            let mut position = vec![plain("in "), name, plain(", ")];
            position.extend(self.between(lines, &item));
            (position, true)
        }
    }

    /// The position of whole items of the file.
    fn among_items(&self, items: &Items, lines: &Range<usize>) -> Vec<Words> {
        let is_told = |lines: &Range<usize>| self.is_told(lines);
        let uses = self.said(items.uses.clone());
        if let Some(above) = items.above(lines, None, is_told) {
            vec![plain("after "), code(&items.label(above))]
        } else if !uses.is_empty() && self.is_told(&uses) {
            with_code(&format!("after {}", self.name_of(&uses)))
        } else if self.is_told(&items.head) {
            vec![plain("after the first lines")]
        } else if let Some(below) = items.below(lines, None, is_told) {
            vec![plain("before "), code(&items.label(below))]
        } else {
            vec![plain("after the first lines")]
        }
    }

    fn name_of(&self, uses: &Range<usize>) -> &'static str {
        let is_use = |line: &&str| line.starts_with("use ") || line.starts_with("pub use ");
        if self.lines[uses.clone()].iter().any(is_use) {
            "the `use` lines"
        } else {
            "the `mod` lines"
        }
    }

    /// `after` the line above, if there is but one such line within these lines; or `before` the
    /// line below, or between both.
    fn between(&self, lines: &Range<usize>, within: &Range<usize>) -> Vec<Words> {
        let says = |number: &usize| self.said(*number..number + 1).len() == 1;
        let is_told = |number: &usize| self.is_told(&(*number..number + 1));
        let mut above = (within.start..lines.start).rev().filter(says);
        let mut below = (lines.end..within.end).filter(says);
        let told = (above.clone().find(is_told), below.clone().find(is_told));
        let (above, below) = match told {
            (None, None) => (above.next(), below.next()),
            told => told,
        };
        let line = |number: Option<usize>| number.map_or("", |number| self.lines[number].trim());
        let (above, below) = (line(above), line(below));
        let is_sign = |line: &str| {
            let within = self.lines[within.clone()].iter();
            line.chars().any(char::is_alphanumeric)
                && within.filter(|other| other.trim() == line).count() == 1
        };
        if is_sign(above) {
            vec![plain("after "), code(above)]
        } else if is_sign(below) {
            vec![plain("before "), code(below)]
        } else if below.is_empty() {
            vec![plain("at the end, after "), code(above)]
        } else if above.is_empty() {
            vec![plain("before "), code(below)]
        } else {
            vec![plain("between "), code(above), plain(" and "), code(below)]
        }
    }

    fn neighbours(&self, lines: &Range<usize>) -> (String, String) {
        let margin = code::margin(&self.lines[lines.clone()]);
        let outdented = |line: Option<&&str>| {
            let line = line.map_or("", |line| line.trim_end());
            let outdented = line.strip_prefix(margin);
            outdented.unwrap_or_else(|| line.trim_start()).to_owned()
        };
        let above = self.said(0..lines.start);
        let below = self.said(lines.end..self.lines.len());
        (
            outdented(self.lines[above].last()),
            outdented(self.lines[below].first()),
        )
    }

    /// The lines without those at both ends that say nothing.
    fn said(&self, lines: Range<usize>) -> Range<usize> {
        code::trimmed(&self.lines, lines)
    }
}

fn plain(text: &str) -> Words {
    Words::Plain(text.to_owned())
}

fn code(text: &str) -> Words {
    Words::Code(text.to_owned())
}

/// Words with code in backticks.
fn with_code(text: &str) -> Vec<Words> {
    text.split('`')
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(number, part)| {
            if number % 2 == 0 {
                plain(part)
            } else {
                code(part)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caption_is_read_again() {
        let place = Place {
            lines: 0..1,
            position: vec![plain("in "), code("fn a"), plain(", after "), code("a`<b>")],
            neighbours: None,
        };
        let caption = place.markdown("src/a.rs");
        assert_eq!(caption, "*`src/a.rs`, in `fn a`, after `` a`<b> ``*");
        assert!(is_caption(&caption));
        let read = read_caption(&caption).expect("it is a caption");
        assert_eq!(read, ("src/a.rs".to_owned(), place.position));
        assert_eq!(
            as_html(&read.1),
            "in <code>fn a</code>, after <code>a`&lt;b&gt;</code>"
        );
    }
}
