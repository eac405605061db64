//! The book: the notes as a site, made by mdBook as a library.
//!
//! 1. [`course`] says what there is: lessons, with their notes, exercises, decks.
//! 2. [`pages`] makes the Markdown of each chapter: notes with links that hold in the site,
//!    exercises, the first page.
//! 3. [`sources`] and [`decks`] are pages beside the chapters: files of the repository, and decks.
//! 4. [`site`] has mdBook make HTML of the chapters, and [`finish`] mends it.
//! 5. [`check`] finds links of the site that lead nowhere, and [`terms`] words that the glossary
//!    spells otherwise.
//! 6. [`serve`] shows the site, made again at each change.
//! 7. `student` is the desk beside an exercise; `judge` is all that it knows of `cargo course`, and `mark` finds the
//!    line of an answer that matters.
//!
//! # What it does
//!
//! `cargo book` makes a site of the notes in `target/book`, by mdBook as a library: a package of its own, since mdBook takes longer to compile than all that `cargo sync` needs. Chapters are the README, the
//! notes, a page for each `exercise.toml` (its hints folded, nothing of its tests or of the solution) and CONTRIBUTING.md. A note with the number of a lesson and another name than its folder, such as `notes/12-protections.md`, is a page below the lesson's note. Beside them stand pages for each deck, for each file of a lesson, and for each file that a note links to
//! or takes code from. Links are written as for a code host; the tool rewrites them. The map on the first page is read from `slides/pictures/first-ladder.svg`. With
//! `--repository-url https://…` pages get a button to edit them.
//!
//! `cargo book serve` shows it on 127.0.0.1 (`PORT`, or 3000, or a free port when that is taken), made again at each change. Where a note shows one request to its own lesson, the console of the decks is below it. `--out FOLDER` puts the site elsewhere.
//!
//! There, the page of an exercise is the student's desk: each save is judged by `cargo course check`, and the desk says what was asked, what came and what was expected, marks the line that matters,
//! gives one hint at a time, and has a console that asks the exercise's own server. Progress is that of `cargo course`.
//!
//! `cargo book check` makes the site and finds what `cargo sync --check` finds, links and anchors of the site that lead nowhere, what would be loaded from another host, and words that the glossary spells otherwise: in
//! notes, decks, tasks, the README and CONTRIBUTING.md. `cargo test -p book` checks the same, uses the served book in a browser by the keyboard, and tries the rules of WCAG on every page, light and dark. A term is looked for by its letters (`back pressure` is Back-pressure); more variants and names stand at the top of `tools/book/src/terms.rs`.

pub mod check;
pub mod course;
pub mod decks;
mod exercises;
pub mod finish;
mod first;
pub mod html;
mod judge;
pub mod links;
mod mark;
pub mod pages;
pub mod serve;
pub mod site;
pub mod sources;
mod student;
pub mod terms;
