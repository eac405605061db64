//! What a page must not contain.
//!
//! `cargo sync` fills what it can and lists what it refuses, each with its line:
//!
//! - a block in a note without such a comment, unless it is marked `sh` (commands to type, no prompt, no output);
//! - a comment that it does not know, or that is above no block; a source or an anchor that is not there, or is empty;
//! - a link to a file or heading of this repository that does not exist, and a link or an image written in HTML;
//! - an image without a text, a picture that no page shows, an SVG without `<title>` and `<desc>` or one that loads something.
//!
//! In CONTRIBUTING.md, only links are checked.

pub(crate) mod blocks;
pub mod links;
pub(crate) mod pictures;
