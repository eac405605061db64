//! What a rehearsal has measured, in a file of the instructor's own.

use std::{fmt::Write, fs, path::Path};

use jiff::Zoned;
use serde::Deserialize;

use press::slides::check::{name, stem};
use press::slides::deck::Deck;

/// Where rehearsals lie. Git does not see them.
const FOLDER: &str = ".course/rehearsals";

/// The time that was spent on each slide that was shown.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rehearsal {
    slides: Vec<Spent>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spent {
    number: usize,
    seconds: u32,
}

/// Writes the file, and tells its name.
pub(super) fn keep(
    root: &Path,
    path: &str,
    deck: &Deck,
    rehearsal: &Rehearsal,
) -> Result<String, String> {
    let now = Zoned::now();
    let file = format!(
        "{FOLDER}/{}-{}.toml",
        name(path),
        now.strftime("%Y-%m-%d-%H%M%S")
    );
    let text = text(
        path,
        deck,
        rehearsal,
        &now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    )?;
    let written =
        fs::create_dir_all(root.join(FOLDER)).and_then(|()| fs::write(root.join(&file), text));
    match written {
        Ok(()) => Ok(file),
        Err(error) => Err(format!("{file} cannot be written: {error}")),
    }
}

fn text(path: &str, deck: &Deck, rehearsal: &Rehearsal, ended: &str) -> Result<String, String> {
    let measured: u64 = rehearsal
        .slides
        .iter()
        .map(|slide| u64::from(slide.seconds))
        .sum();
    let mut text = format!(
        "# What `cargo slides` measured at a rehearsal, in seconds.\n\
         deck = \"{}\"\nended = {ended}\nplanned = {}\nmeasured = {measured}\n",
        stem(path),
        deck.minutes().seconds(),
    );
    for Spent { number, seconds } in &rehearsal.slides {
        let slide = number
            .checked_sub(1)
            .and_then(|index| deck.slides.get(index));
        let slide = slide.ok_or_else(|| format!("there is no slide {number}"))?;
        // A string of JSON is one of TOML.
        let title = serde_json::to_string(&slide.title()).unwrap_or_default();
        let planned = slide.minutes.seconds();
        let _ = write!(
            text,
            "\n[[slide]]\nnumber = {number}\ntitle = {title}\nplanned = {planned}\nmeasured = {seconds}\n"
        );
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rehearsal_says_what_was_planned_and_what_was_measured() {
        let deck = Deck::parse("# A \"b\"\n<!-- slide: 1.5 min -->\n## C\n<!-- slide: 2 min -->\n");
        let rehearsal =
            r#"{"slides": [{"number": 1, "seconds": 80}, {"number": 2, "seconds": 125}]}"#;
        let rehearsal = serde_json::from_str(rehearsal).expect("a rehearsal");
        let text = text(
            "slides/05-a.md",
            &deck,
            &rehearsal,
            "2026-11-21T14:00:00+00:00",
        );
        assert_eq!(
            text.as_deref(),
            Ok(
                "# What `cargo slides` measured at a rehearsal, in seconds.\n\
                deck = \"05-a\"\nended = 2026-11-21T14:00:00+00:00\nplanned = 210\nmeasured = 205\n\
                \n[[slide]]\nnumber = 1\ntitle = \"A \\\"b\\\"\"\nplanned = 90\nmeasured = 80\n\
                \n[[slide]]\nnumber = 2\ntitle = \"C\"\nplanned = 120\nmeasured = 125\n"
            )
        );
    }

    #[test]
    fn a_slide_that_is_not_there_was_not_shown() {
        let deck = Deck::parse("# A\n<!-- slide: 1 min -->\n");
        let rehearsal = serde_json::from_str(r#"{"slides": [{"number": 2, "seconds": 1}]}"#);
        let rehearsal = rehearsal.expect("a rehearsal");
        let problem = text("slides/05-a.md", &deck, &rehearsal, "");
        assert_eq!(problem, Err("there is no slide 2".to_owned()));
    }
}
