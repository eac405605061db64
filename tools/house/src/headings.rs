//! The anchors that a code host gives to the headings of a page.

use std::collections::HashSet;

/// Makes the anchors of one page, whose headings it must be given from top to bottom.
#[derive(Default)]
pub struct Slugs {
    taken: HashSet<String>,
}

impl Slugs {
    /// The anchor of the next heading, given its text without markup: lower case, punctuation
    /// left out, each space a hyphen, and a number behind it when the page has it already.
    pub fn next(&mut self, heading: &str) -> String {
        let slug = slug(heading);
        let mut candidate = slug.clone();
        let mut number = 0;
        while !self.taken.insert(candidate.clone()) {
            number += 1;
            candidate = format!("{slug}-{number}");
        }
        candidate
    }
}

fn slug(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(|&c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_goes_and_every_space_becomes_a_hyphen() {
        assert_eq!(slug("05 · A mini-framework"), "05--a-mini-framework");
        assert_eq!(slug("What breaks, and why?"), "what-breaks-and-why");
        assert_eq!(slug("main.rs & snake_case"), "mainrs--snake_case");
        assert_eq!(slug("Übung"), "übung");
    }

    #[test]
    fn a_heading_that_comes_again_is_numbered() {
        let mut slugs = Slugs::default();
        let headings = ["Run it", "Run it", "Run it 1", "Run it"];
        let anchors = headings.map(|heading| slugs.next(heading));
        assert_eq!(anchors, ["run-it", "run-it-1", "run-it-1-1", "run-it-2"]);
    }
}
