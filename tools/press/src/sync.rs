//! `cargo sync` for the whole repository.

use crate::{
    fill::{self, Filling},
    ladder,
    page::Page,
    report::{Report, Stale},
    repository::Repository,
    rules, sizes,
};

/// A page whose blocks may hold anything, but whose links must lead somewhere.
const HOUSE_RULES: &str = "CONTRIBUTING.md";

/// A page with what a check needs to know of it.
pub(crate) struct Checked {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) page: Page,
}

/// Fills the blocks of all pages from their sources, and says which have changed: a line such as
/// `notes/00-http-by-hand.md: lessons/00-http-by-hand/src/main.rs#answer` for each. Places whose
/// source cannot be read stay as they are; [`check`] says why.
///
/// # Errors
///
/// A sentence, when the pages cannot be listed or a page cannot be written.
pub fn fill(repository: &Repository) -> Result<Vec<String>, String> {
    let mut changed = Vec::new();
    for path in pages(repository)? {
        // A page that cannot be read is a problem for the check.
        let Ok(text) = repository.read_exactly(&path) else {
            continue;
        };
        let page = Page::parse(&text);
        let mut fillings = fill::page(repository, &path, &text, &page).fillings;
        fillings.retain(|filling| !filling.is_in(&text));
        if fillings.is_empty() {
            continue;
        }
        repository.write(&path, &fill::apply(&text, &fillings))?;
        let sources = fillings.iter().map(|Filling { source, .. }| source);
        changed.extend(sources.map(|source| format!("{path}: {source}")));
    }
    changed.extend(ladder::fill(repository)?);
    Ok(changed)
}

/// Finds the blocks that are not what their sources say, and everything that a page must not
/// contain. Writes nothing.
///
/// # Errors
///
/// A sentence, when the pages cannot be listed.
pub fn check(repository: &Repository) -> Result<Report, String> {
    let mut report = Report::default();
    let mut checked: Vec<Checked> = pages(repository)?
        .iter()
        .filter_map(|path| read(repository, path, &mut report))
        .collect();
    for page in &checked {
        check_blocks(repository, page, &mut report);
    }
    ladder::check(repository, &mut report);
    rules::pictures::check(repository, &checked, &mut report)?;
    if repository.exists(HOUSE_RULES) {
        checked.extend(read(repository, HOUSE_RULES, &mut report));
    }
    rules::links::check(repository, &checked, &mut report);
    sizes::check(repository, &mut report);
    report.problems.sort();
    report.problems.dedup();
    Ok(report)
}

fn pages(repository: &Repository) -> Result<Vec<String>, String> {
    let pages = repository.pages();
    pages.map_err(|error| format!("the pages cannot be listed: {error}"))
}

fn read(repository: &Repository, path: &str, report: &mut Report) -> Option<Checked> {
    match repository.read_exactly(path) {
        Ok(text) => Some(Checked {
            path: path.to_owned(),
            page: Page::parse(&text),
            text,
        }),
        Err(message) => {
            report.add(path, 1, message);
            None
        }
    }
}

fn check_blocks(repository: &Repository, checked: &Checked, report: &mut Report) {
    let Checked { path, text, page } = checked;
    let filled = fill::page(repository, path, text, page);
    for (line, message) in filled.problems {
        report.add(path, line, message);
    }
    rules::blocks::check(checked, &filled.included, report);
    for filling in filled.fillings {
        if !filling.is_in(text) {
            report.stale.push(Stale {
                path: path.clone(),
                line: filling.line,
                source: filling.source,
                found: text[filling.range].to_owned(),
                expected: filling.text,
            });
        }
    }
}
