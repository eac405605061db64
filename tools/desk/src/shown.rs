//! A deck with all that its page needs.

use arborium::Highlighter;
use minijinja::Environment;

use press::{
    fill,
    page::Page,
    report::Report,
    repository::Repository,
    slides::{
        check::{self, Checked},
        deck::Deck,
    },
};

use crate::render::{self, Place};

/// The slides of a deck as HTML, and what is wrong with it.
pub struct Shown {
    pub checked: Checked,
    pub slides: String,
    pub report: Report,
}

/// Reads a deck and makes its slides. Its blocks hold what their sources say now.
pub fn show(
    repository: &Repository,
    highlighter: &mut Highlighter,
    path: &str,
    place: Place<'_>,
) -> Shown {
    let (checked, report) = read(repository, path);
    let slides = render::slides(highlighter, repository, path, &checked.deck, place);
    Shown {
        checked,
        slides,
        report,
    }
}

/// The title of a deck, and one slide of it for those who sit before the wall.
pub fn slide(
    repository: &Repository,
    highlighter: &mut Highlighter,
    path: &str,
    number: usize,
) -> Option<(String, String)> {
    let (Checked { deck, .. }, _) = read(repository, path);
    let slide = render::slide(highlighter, repository, path, &deck, number)?;
    Some((deck.title(), slide))
}

fn read(repository: &Repository, path: &str) -> (Checked, Report) {
    let mut report = Report::default();
    let mut checked = check::deck(repository, path, &mut report);
    if let Ok(text) = repository.read(path) {
        let page = Page::parse(&text);
        let filled = fill::page(repository, path, &text, &page);
        for (line, message) in filled.problems {
            report.add(path, line, message);
        }
        checked.deck = Deck::parse(&fill::apply(&text, &filled.fillings));
    }
    report.problems.sort();
    (checked, report)
}

/// What the pages are made from.
pub fn pages() -> Environment<'static> {
    let mut pages = Environment::new();
    for (name, source) in [
        ("base.html", include_str!("pages/base.html")),
        ("keys.html", include_str!("pages/keys.html")),
        ("deck.html", include_str!("pages/deck.html")),
        ("presenter.html", include_str!("pages/presenter.html")),
        ("shared.html", include_str!("pages/shared.html")),
        ("list.html", include_str!("pages/list.html")),
    ] {
        let added = pages.add_template(name, source);
        added.expect("the pages of the press are templates");
    }
    pages
}
