//! The items of a Rust file: their names, as markers write them, and their lines.

mod name;
mod read;

use std::ops::Range;

use syn::{Path, Type};

/// A Rust file, taken apart.
pub struct Items {
    /// From top to bottom; what is inside of an item follows it.
    pub all: Vec<Item>,
    /// The lines before the first item that is not `use`, `mod` or `extern crate`.
    pub head: Range<usize>,
    /// The lines from the first of those to the last, within the head.
    pub uses: Range<usize>,
}

/// An item of a Rust file, or of an `impl`, a trait or a module in it.
pub struct Item {
    /// The word that it begins with: `fn`; `macro!` for what calls a macro.
    kind: &'static str,
    /// Its own name; empty for an `impl`.
    name: String,
    /// What a marker calls it: `fn App::route`, `impl Handler for F`.
    pub label: String,
    /// The same with all that tells it from others.
    pub full: String,
    /// Its lines, docs and attributes and the comment right above included. The first is 0.
    pub lines: Range<usize>,
    /// What it is in, as an index.
    pub parent: Option<usize>,
    /// For an `impl`: the trait, and for which type.
    header: Option<(Option<Path>, Type)>,
}

impl Items {
    /// The innermost item that these lines are a part of.
    pub(crate) fn around(&self, lines: &Range<usize>) -> Option<usize> {
        let contains = |item: &Item| {
            let around = &item.lines;
            around.start <= lines.start && lines.end <= around.end && around.len() > lines.len()
        };
        self.all.iter().rposition(contains)
    }

    /// Whether these lines are one or more whole items of the file or of another item.
    pub(crate) fn is_whole(&self, lines: &Range<usize>, parent: Option<usize>) -> bool {
        let mut inside = self.all.iter().filter(|item| item.parent == parent);
        inside.clone().any(|item| item.lines.start == lines.start)
            && inside.any(|item| item.lines.end == lines.end)
    }

    /// The next item above these lines, in the file or in another item, that `counts`.
    pub(crate) fn above(
        &self,
        lines: &Range<usize>,
        parent: Option<usize>,
        counts: impl Fn(&Range<usize>) -> bool,
    ) -> Option<usize> {
        self.all.iter().rposition(|item| {
            let is_above = item.parent == parent && item.lines.end <= lines.start;
            is_above && !self.is_in_head(item) && counts(&item.lines)
        })
    }

    /// The next item below these lines that `counts`.
    pub(crate) fn below(
        &self,
        lines: &Range<usize>,
        parent: Option<usize>,
        counts: impl Fn(&Range<usize>) -> bool,
    ) -> Option<usize> {
        self.all.iter().position(|item| {
            let is_below = item.parent == parent && lines.end <= item.lines.start;
            is_below && !self.is_in_head(item) && counts(&item.lines)
        })
    }

    /// A module that is declared there.
    pub fn is_in_head(&self, item: &Item) -> bool {
        item.lines.end <= self.head.end
    }

    /// What an item is called, so that it is no other.
    pub fn label(&self, number: usize) -> String {
        let item = &self.all[number];
        let is_other = |other: &Item| other.label == item.label && other.full != item.full;
        if self.all.iter().any(is_other) {
            item.full.clone()
        } else {
            item.label.clone()
        }
    }

    /// What an item is called inside of another.
    pub fn short_label(&self, number: usize) -> String {
        let item = &self.all[number];
        if item.header.is_some() {
            self.label(number)
        } else {
            match item.kind {
                "macro!" => format!("macro {}!", item.name),
                kind => format!("{kind} {}", item.name),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
//! A file.

mod a;

use b::C;

// Of E.
enum E {}

impl From<A> for E {
    fn from(_: A) -> Self {}
}

impl From<B> for E {
    // Why.
    fn from(_: B) -> Self {}

    fn other() {}
}
";

    fn items() -> Items {
        Items::parse("a.rs", FILE).expect("it is Rust")
    }

    fn number(full: &str) -> usize {
        let items = items();
        let found = items.all.iter().position(|item| item.full == full);
        found.unwrap_or_else(|| panic!("there is no {full}"))
    }

    #[test]
    fn the_head_ends_above_the_comment_of_the_first_item() {
        let items = items();
        assert_eq!(items.head, 0..6);
        assert_eq!(items.uses, 2..5);
        assert!(items.is_in_head(&items.all[number("mod a")]));
        assert_eq!(items.all[number("enum E")].lines, 6..8);
    }

    #[test]
    fn a_label_is_as_long_as_it_must_be() {
        let items = items();
        assert_eq!(items.label(number("enum E")), "enum E");
        let second = number("impl From<B> for E");
        assert_eq!(items.label(second), "impl From<B> for E");
        let from = number("fn From<B> for E::from");
        assert_eq!(items.label(from), "fn From<B> for E::from");
        assert_eq!(items.short_label(from), "fn from");
        assert_eq!(
            items.label(number("fn From<B> for E::other")),
            "fn E::other"
        );
    }

    #[test]
    fn the_items_around_lines_are_found() {
        let items = items();
        let second = number("impl From<B> for E");
        let other = items.all[number("fn From<B> for E::other")].lines.clone();
        assert_eq!(items.around(&other), Some(second));
        assert!(items.is_whole(&other, Some(second)));
        assert_eq!(
            items.above(&other, Some(second), |_| true),
            Some(number("fn From<B> for E::from"))
        );
        assert_eq!(items.around(&items.all[second].lines), None);
        let first = items.all[number("enum E")].lines.clone();
        assert_eq!(
            items.above(&first, None, |_| true),
            None,
            "a module of the head does not count"
        );
        assert_eq!(
            items.below(&first, None, |_| true),
            Some(number("impl From<A> for E"))
        );
    }
}
