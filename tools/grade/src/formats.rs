//! The verdicts, in the form that somebody reads them in. All forms are written from the same values.

mod page;
mod school;
mod table;

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use clap::ValueEnum;

use crate::prepare::digest;
use crate::verdict::{Status, Verdict};
use crate::work::write_whole;
pub use table::written as rows;

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, in a terminal
    Table,
    /// All that is known: results.json
    Json,
    /// JUnit's XML: results.xml
    Junit,
    /// Gradescope's results.json: gradescope/NAME.json
    Gradescope,
    /// Classroom 50's result.json: classroom50/NAME.json
    Classroom50,
    /// GitHub Classroom's, as base64: github/NAME.txt
    Github,
    /// Exercism's results.json, version 3: exercism/NAME.json
    Exercism,
    /// For a spreadsheet: results.csv
    Csv,
    /// Pages: html/index.html, and one for each submission that its student may read
    Html,
    /// The sources, as Dolos and JPlag compare them: dolos/NN/info.csv and folders
    Dolos,
}

/// Writes the verdicts into a folder; without one, to standard output.
pub fn write(format: Format, verdicts: &[Verdict], out: Option<&Path>) -> Result<(), String> {
    let of_each =
        |folder: &str, end: &str, text: fn(&Verdict) -> String| -> Vec<(String, String)> {
            let file =
                |verdict: &Verdict| format!("{folder}/{}.{end}", file_name(&verdict.submission));
            verdicts
                .iter()
                .map(|verdict| (file(verdict), text(verdict)))
                .collect()
        };
    let files = match format {
        Format::Table => {
            let table = table::table(verdicts);
            let _ = write!(anstream::stdout(), "{table}");
            match out {
                None => return Ok(()),
                Some(_) => vec![("results.txt".into(), table)],
            }
        }
        Format::Json => vec![("results.json".into(), json(verdicts))],
        Format::Csv => vec![("results.csv".into(), table::csv(verdicts))],
        Format::Junit => vec![("results.xml".into(), school::junit(verdicts))],
        Format::Gradescope => of_each("gradescope", "json", school::gradescope),
        Format::Classroom50 => of_each("classroom50", "json", school::classroom50),
        Format::Github => of_each("github", "txt", school::github),
        Format::Exercism => of_each("exercism", "json", school::exercism),
        // It is not written from verdicts.
        Format::Dolos => return Ok(()),
        Format::Html => {
            let mut pages = of_each("html", "html", page::of_student);
            pages.push(("html/index.html".into(), page::of_class(verdicts)));
            pages
        }
    };
    for (file, text) in files {
        match out {
            Some(out) => write_whole(&out.join(file), text.as_bytes())?,
            None => drop(writeln!(anstream::stdout(), "{}", text.trim_end())),
        }
    }
    Ok(())
}

fn json(verdicts: &[Verdict]) -> String {
    serde_json::to_string_pretty(verdicts).expect("a verdict is plain data") + "\n"
}

/// A name that is a file's on every system. Two names stay two.
pub fn file_name(name: &str) -> String {
    let letter = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() || "-_.".contains(letter) => letter,
        _ => '_',
    };
    let plain: String = name.chars().map(letter).take(100).collect();
    let is_plain = plain == name && !plain.starts_with('.') && plain != "index";
    match is_plain {
        true => plain,
        false => {
            let number = digest([name.as_bytes()]);
            format!("{}-{}", plain.trim_start_matches('.'), &number[..8])
        }
    }
}

/// Says of each which others have the same content.
pub fn flagged(mut verdicts: Vec<Verdict>) -> Vec<Verdict> {
    let mut same: HashMap<String, Vec<String>> = HashMap::new();
    for verdict in verdicts
        .iter()
        .filter(|verdict| verdict.status == Status::Graded)
    {
        same.entry(verdict.digest.clone())
            .or_default()
            .push(verdict.submission.clone());
    }
    for verdict in &mut verdicts {
        let others = same.get(&verdict.digest).into_iter().flatten();
        let others: Vec<&str> = others
            .filter(|name| **name != verdict.submission)
            .map(String::as_str)
            .collect();
        let is_starter = verdict
            .flags
            .iter()
            .any(|flag| flag.starts_with("nothing is changed"));
        if !others.is_empty() && !is_starter {
            let more = if others.len() > 5 { " and others" } else { "" };
            let named = others
                .iter()
                .take(5)
                .copied()
                .collect::<Vec<_>>()
                .join(", ");
            verdict.flags.push(format!("the same as {named}{more}"));
        }
    }
    verdicts
}

/// A sentence of a test's name.
fn sentence(name: &str) -> String {
    name.replace('_', " ")
}

/// What is said of a submission that has no tests to show.
fn summary(verdict: &Verdict) -> String {
    match (verdict.status, &verdict.reason) {
        (Status::Graded, None) => String::new(),
        (Status::Graded, Some(reason)) => reason.clone(),
        (Status::Rejected, reason) => {
            format!("Not judged: {}", reason.as_deref().unwrap_or_default())
        }
        (Status::Error, _) => "Not judged: the grader could not do it, and was told why.".into(),
    }
}
