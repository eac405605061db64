//! What every tool knows of this repository.
//!
//! | module | what stands there, and nowhere else |
//! |---|---|
//! | [`files`] | where the repository is, what lies in a folder, how a file is written |
//! | [`mod@lessons`] | which lessons there are |
//! | [`rooms`] | what each lesson must have, and what is missing |
//! | [`build`] | what cargo has built, and where it is |
//! | [`start`] | a program is started, and says that it listens |
//! | [`output`] | what a program writes, as it comes |
//! | [`contain`] | a program is held with all that it starts |
//! | [`mod@skip`] | a test is left out where something is missing |
//! | [`headings`] | the anchors of headings |

pub mod build;
pub mod contain;
pub mod files;
pub mod headings;
pub mod lessons;
pub mod output;
pub mod rooms;
pub mod skip;
pub mod start;

pub use files::root;
pub use lessons::lessons;
pub use skip::skip;
