//! Chromium, for the tests that look at a page: its [`Driver`], a [`Page`] in it, and the rules of WCAG ([`axe`]).

pub mod axe;
mod driver;
mod page;

pub use driver::{Driver, is_there};
pub use page::{Page, in_browser, in_browser_with, key};
