//! The book: the notes as a site, made by mdBook as a library.
//!
//! 1. [`course`] says what there is: lessons, with their notes, exercises, decks.
//! 2. [`pages`] makes the Markdown of each chapter: notes with links that hold in the site,
//!    exercises, the first page.
//! 3. [`sources`] and [`decks`] are pages beside the chapters: files of the repository, and decks.
//! 4. [`site`] has mdBook make HTML of the chapters, and [`finish`] mends it.
//! 5. [`check`] finds links of the site that lead nowhere, and [`terms`] words that the glossary
//!    spells otherwise.
//! 6. [`serve`] shows the site, made anew at each change.

pub mod check;
pub mod course;
pub mod decks;
mod exercises;
pub mod finish;
mod first;
pub mod html;
pub mod links;
pub mod pages;
pub mod serve;
pub mod site;
pub mod sources;
pub mod terms;
