//! What a check has found, and how it is printed.

use std::{
    fmt,
    io::{self, Write},
};

use similar::TextDiff;

/// What a check of the repository has found.
#[derive(Debug, Default)]
pub struct Report {
    /// What is wrong and has to be mended by hand.
    pub problems: Vec<Problem>,
    /// The blocks that `cargo sync` would write anew.
    pub stale: Vec<Stale>,
}

/// Something wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file.
    pub path: String,
    /// The line, counted from 1.
    pub line: usize,
    /// One sentence.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// A block that is not what its source says.
#[derive(Debug)]
pub struct Stale {
    /// The page.
    pub path: String,
    /// The line of the marker.
    pub line: usize,
    /// The source as the marker names it.
    pub source: String,
    /// What is there.
    pub found: String,
    /// What has to be there.
    pub expected: String,
}

impl Report {
    /// Whether there is nothing to do.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty() && self.stale.is_empty()
    }

    /// Adds a problem.
    pub fn add(&mut self, path: &str, line: usize, message: impl Into<String>) {
        let (path, message) = (path.to_owned(), message.into());
        self.problems.push(Problem {
            path,
            line,
            message,
        });
    }

    /// Writes everything that was found; nothing if nothing was.
    ///
    /// # Errors
    ///
    /// When `out` cannot be written to.
    pub fn print(&self, out: &mut dyn Write, colour: bool) -> io::Result<()> {
        for problem in &self.problems {
            writeln!(out, "{problem}")?;
        }
        for stale in &self.stale {
            let Stale {
                path, line, source, ..
            } = stale;
            writeln!(out, "{path}:{line}: the block is not what {source} says")?;
            write!(out, "{}", stale.diff(colour))?;
        }
        if !self.is_clean() {
            writeln!(out, "{}", self.summary())?;
        }
        Ok(())
    }

    fn summary(&self) -> String {
        let problems = count(self.problems.len(), "problem", "problems");
        let stale = count(self.stale.len(), "block is stale", "blocks are stale");
        match (self.problems.len(), self.stale.len()) {
            (_, 0) => problems,
            (0, _) => format!("{stale}: run `cargo sync`"),
            (_, _) => format!("{problems}, and {stale}: run `cargo sync`"),
        }
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

impl Stale {
    /// The lines to go and the lines to come, within their neighbours.
    fn diff(&self, colour: bool) -> String {
        let diff = TextDiff::from_lines(&self.found, &self.expected);
        let diff = diff
            .unified_diff()
            .missing_newline_hint(false)
            .header(&self.path, &self.source)
            .to_string();
        if colour {
            diff.split_inclusive('\n').map(coloured).collect()
        } else {
            diff
        }
    }
}

fn coloured(line: &str) -> String {
    let colour = match line.as_bytes().first() {
        Some(b'-') => "31",
        Some(b'+') => "32",
        Some(b'@') => "36",
        _ => return line.to_owned(),
    };
    let text = line.trim_end_matches(['\r', '\n']);
    format!("\x1b[{colour}m{text}\x1b[0m{}", &line[text.len()..])
}
