//! The desk of the instructor: decks in a browser, and requests to the servers of the lessons while they are shown.
//!
//! 1. `shown` takes a deck from the press, and `render` makes HTML of it, with code coloured by `highlight`.
//! 2. [`server`] shows it: `cargo slides`. [`export`] writes it to a file: `cargo slides export`.
//! 3. [`live`] has a lesson's server built and asked, for decks and book.
//! 4. `share` shows the slide on the wall to browsers in the room's network, for `cargo slides --share`.
//! 5. [`serve`] is what the servers of decks and book have in common: who may ask, and the end.
//!
//! # What it does
//!
//! `cargo slides 05` serves a deck on 127.0.0.1 (`PORT`, or 8000, or a free port when that is taken; `--open` opens the browser). What changes on disk is on the slide a moment later,
//! and a block shows what its source says now, before `cargo sync` has written it. `?` lists the keys, in both windows. What is pointed at, drawn or counted down in one window is in the other, too, by a `BroadcastChannel`. The presenter view (`p`) is a second window with notes, the next slide, the clock and the pace
//! against the minutes; its rehearsal writes the time spent on each slide to `.course/rehearsals/`, which git does not see.
//!
//! `cargo slides export [NN]` writes each deck to `target/slides/NN-topic.html` (`--out FOLDER` elsewhere): one file that needs no server and no network, with its style, script and pictures in it, and a
//! policy that lets in those alone, by their hashes. It has no presenter view, and shows recorded answers in place of live requests. `--pdf` prints a tagged PDF beside it, a slide a page; `--notes`
//! another, `NN-topic-notes.pdf`, with the notes below each slide, as the browser prints a deck while its notes are shown (`n`); `--handout` a third, `NN-topic-handout.pdf`, with four slides a page. Chromium prints it: one that is on the PATH, or that `CHROMIUM` names.
//!
//! None of this needs a network once the crates are there: `cargo fetch`, or `cargo vendor` as `notes/for-instructors.md` says. `unshare -rn` runs a shell without one on Linux (`ip link set lo up` first), `CARGO_NET_OFFLINE=true` keeps cargo from looking for one.
//!
//! `slides/own.css` and `slides/own-logo.svg` (or `.png`), if they are there, give all decks colours and a logo of one's own: the style sheet comes behind `assets/deck.css`, which
//! names the colours, and the logo is in the footer of each slide. `cargo test -p desk --test browser` holds text against its ground in those colours.
//!
//! A live request goes to the lesson's own server. The deck's server builds it by `cargo build`, starts it in an empty folder on a free port (with `SITE`, when the lesson has a folder `site/`), and does so again when
//! a file of the lesson has changed; what the compiler says is shown on the slide, and the last lines of a server that ends or breaks an answer off. A page chooses a lesson of `lessons/` and the bytes of the request, and nothing else. The console is
//! [`live`]; a page needs [`live::Console`], [`live::router`], and `<meta name="token">`.

pub mod export;
pub(crate) mod highlight;
pub mod live;
mod own;
mod pdf;
mod picture;
mod rehearsal;
mod render;
pub mod serve;
pub mod server;
mod share;
mod shown;
mod watch;
