//! `cargo slides export`: a deck as one file that needs no server, and as a PDF.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use arborium::Highlighter;
use base64::{Engine, prelude::BASE64_STANDARD};
use minijinja::{Value, context};
use sha2::{Digest, Sha256};

use press::{repository::Repository, slides::check};

use crate::{
    own,
    pdf::{Browser, unwritten},
    picture,
    render::Place,
    shown::{self, Shown},
};

const ICON: &str = include_str!("assets/icon.svg");
const LOOK: &str = include_str!("assets/look.js");
const STYLES: [&str; 2] = [
    include_str!("assets/deck.css"),
    include_str!("live/console.css"),
];
/// Modules of the served page: the last imports what the others export.
const MODULES: [&str; 3] = [
    include_str!("assets/ink.js"),
    include_str!("assets/slides.js"),
    include_str!("assets/deck.js"),
];

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wishes<'a> {
    /// The deck; without one, all.
    pub deck: Option<&'a str>,
    /// Where the files go; without it, `target/slides`.
    pub out: Option<&'a Path>,
    /// Whether there is a PDF, too.
    pub pdf: bool,
    /// Whether there is a PDF with the notes below the slides, too.
    pub notes: bool,
    /// Whether there is a PDF with several slides a page, too.
    pub handout: bool,
}

/// Writes the files, and says on standard output which. What is wrong with a deck is said on standard error,
/// and does not keep it from being written.
///
/// # Errors
///
/// A sentence: there is no such deck, a file cannot be written, or there is no Chromium for the PDF.
pub fn run(repository: &Repository, wishes: &Wishes<'_>) -> Result<(), String> {
    let decks = match wishes.deck {
        Some(deck) => vec![check::find(repository, deck)?],
        None => check::paths(repository)?,
    };
    // Before the first file: without it half of what was asked for would be written.
    let browser = wishes.pdf.then(Browser::find).transpose()?;
    let folder = match wishes.out {
        Some(folder) => folder.to_owned(),
        None => repository.root().join("target/slides"),
    };
    fs::create_dir_all(&folder)
        .map_err(|error| format!("{} cannot be made: {error}.", folder.display()))?;
    let mut highlighter = Highlighter::new();
    for path in &decks {
        let shown = shown::show(repository, &mut highlighter, path, Place::File(&decks));
        let _ = shown.report.print(&mut io::stderr().lock(), false);
        let stem = check::stem(path);
        let target = folder.join(format!("{stem}.html"));
        let page = |layout| page(repository, path, &shown, layout);
        fs::write(&target, page("")?).map_err(|error| unwritten(&target, &error))?;
        written(&target);
        let Some(browser) = &browser else { continue };
        for (wished, ending, layout) in [
            (true, "", ""),
            (wishes.notes, "-notes", "with-notes"),
            (wishes.handout, "-handout", "handout"),
        ] {
            if wished {
                let target = folder.join(format!("{stem}{ending}.pdf"));
                browser.print(&page(layout)?, &target)?;
                written(&target);
            }
        }
    }
    Ok(())
}

/// Whoever reads along may have gone away.
fn written(file: &Path) {
    let _ = writeln!(io::stdout(), "{}", file.display());
}

/// The page of a deck with all that it needs. The layout is a class of the style sheet, for print.
fn page(
    repository: &Repository,
    path: &str,
    shown: &Shown,
    layout: &str,
) -> Result<String, String> {
    let deck = &shown.checked.deck;
    // A browser reads line ends of one kind, and the hashes are of what it reads.
    let style = STYLES.join("\n") + &own::style(repository);
    let style = style.replace('\r', "");
    let look = LOOK.replace('\r', "");
    let script = script();
    let values = context! {
        name => check::name(path),
        title => deck.title(),
        slides => Value::from_safe_string(shown.slides.clone()),
        file => context! {
            policy => Value::from_safe_string(policy(&[&look, &script], &style)),
            icon => Value::from_safe_string(picture::in_page("image/svg+xml", ICON.as_bytes())),
            look => Value::from_safe_string(look),
            script => Value::from_safe_string(script),
            style => Value::from_safe_string(style),
            layout => layout,
        },
    };
    let pages = shown::pages();
    pages
        .get_template("deck.html")
        .and_then(|page| page.render(values))
        .map_err(|error| format!("The page of {path} cannot be made: {error:#}"))
}

/// The modules as one: a page that was opened from a file may import nothing.
fn script() -> String {
    let mut script = String::new();
    for line in MODULES.iter().flat_map(|module| module.lines()) {
        if !line.starts_with("import ") {
            script.push_str(line.strip_prefix("export ").unwrap_or(line));
            script.push('\n');
        }
    }
    script
}

/// What is in the page may run, and nothing is loaded or sent.
fn policy(scripts: &[&str], style: &str) -> String {
    let hash = |text: &str| {
        let hash = BASE64_STANDARD.encode(Sha256::digest(text));
        format!("'sha256-{hash}'")
    };
    let scripts: Vec<String> = scripts.iter().map(|script| hash(script)).collect();
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        scripts.join(" "),
        hash(style)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_styles_can_stand_in_a_page() {
        let script = script();
        for text in [LOOK, &script] {
            assert!(!text.contains("</script") && !text.contains("<!--"));
        }
        assert!(STYLES.iter().all(|style| !style.contains("</style")));
        let outside = |line: &str| line.starts_with("import") || line.starts_with("export");
        assert!(!script.lines().any(outside), "{script}");
    }
}
