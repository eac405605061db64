//! axe-core: tries the rules of WCAG on a page that a browser shows. It comes from npm, and only these
//! tests need it.

use std::fs;

/// A script that, once it has run in a page, lets `barriers()` be called there. See `axe.js`. `None` where axe-core
/// is not installed and nobody insists on it: then `what` is skipped, in print.
///
/// # Panics
/// When it is missing in CI.
pub fn script(what: &str) -> Option<String> {
    let file = house::root().join("tests/npm/node_modules/axe-core/axe.min.js");
    if let Ok(axe) = fs::read_to_string(&file) {
        return Some(axe + "\n" + include_str!("axe.js"));
    }
    let missing = "axe-core is not installed (with Node.js: npm --prefix tests/npm ci)";
    house::skip(what, missing);
    None
}
