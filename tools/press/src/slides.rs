//! Decks: what one says, and the rules that it keeps. What shows decks is in the package `desk`.
//!
//! `slides/NN-topic.md` is the deck of a session of 50 minutes, named as its lesson is; `slides/first.md` opens the course, `slides/last.md` closes it. A deck is plain Markdown
//! that reads well on a code host. Its title slide is a `#` on the first line, each further slide a `##`. What is below the heading is shown; what stands below
//! `### Notes` is spoken.
//!
//! ````text
//! ## The handler is a function
//! <!-- slide: 3 min -->
//! <!-- steps: 1-3 | 5 | 8-12 -->
//! <!-- sync: code lessons/05-mini-framework/src/main.rs#app -->
//! ```
//! ```
//!
//! ### Notes
//! Start with the name of the function. Ask who calls it.
//! ````
//!
//! | comment | meaning |
//! |---|---|
//! | `<!-- slide: 2.5 min -->` | right below each heading: how long the slide is spoken about, in whole minutes or with .5. `, question` behind it: it asks the room, and the notes hold the answer. `, exercise`: the room works |
//! | `<!-- steps: 1-3 \| 5 \| 8, 10-12 -->` | lines of the block below, highlighted one step after the other by the arrow key. Before the block's `sync:` comment |
//! | `<!-- steps: each -->` | the items of the list below, or the parts of the drawing below (`class="step-1"`, `step-2` and so on), shown one after the other |
//! | `<!-- live: GET /hello?name=Ada -->` | a request to send from the slide. `live: lesson-05 GET /` asks another lesson's server; fields and a body follow behind bars, the body last: `live: POST /hello \| Content-Type: text/plain \| body: Ada`. `Host` and `Content-Length` come by themselves. The recorded exchange stands below, so that the slide says something in print, too |
//! | `<!-- sync: … -->` | as in a note |
//!
//! `cargo slides check [NN]` says of each deck its slides, minutes and questions, and what is wrong with it; `cargo test` runs the same check:
//!
//! - 18 to 25 slides that take 47.5 to 52.5 minutes, none over 6, and never more than 12 without a question. The deck of a lesson has a live request, and its exercise is the last slide or the last but one.
//! - Each slide has notes of 40 to 130 words, to be spoken: what to say, what to do, what often goes wrong.
//! - A slide shows one thing: a picture, a table of 6 rows at most, or a block of code (16 lines of 72 columns), of an exchange or a transcript (20 lines; long ones are wrapped). Beside it stand 25 words at most; without it 50, and lists have 4 items.
//! - A slide is Markdown without HTML. Its pictures lie in `notes/pictures/` or `slides/pictures/`, and the words in them are 20 pixels high at least on a slide of 1280x720.
//!
//! A browser test holds every slide of every deck at 16:9 and 4:3 against its edges, and all text against its ground in three themes. Another tries the rules of WCAG 2.2, level A and AA, on each of them, by
//! axe-core. That comes from npm, for the tests alone: `npm --prefix tests/npm ci`. Without it, and without Chromium, these tests are skipped, in print; where the variable `CI` is set, they fail. `.ci/run` installs both.
//!
//! ## In this module
//!
//! 1. [`deck`] takes a deck apart: its slides with their minutes, pieces and notes.
//! 2. [`check`] holds it against the rules of a deck.

pub mod check;
pub mod deck;
mod directive;
mod lettering;
pub mod parts;

pub use directive::{Kind, Live, Minutes, Step};
