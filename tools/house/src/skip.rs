//! What cannot be tested where something is missing.

use std::io::Write;

/// Says that `what` is skipped, and what is missing for it.
///
/// # Panics
/// In CI, where everything is installed: there nothing is skipped.
pub fn skip(what: &str, missing: &str) {
    let in_ci = std::env::var_os("CI").is_some();
    assert!(!in_ci, "{what}: {missing}, and in CI nothing is skipped");
    // Not by a macro: what those print is shown for failed tests only.
    let _ = writeln!(std::io::stderr(), "skipped: {what}: {missing}");
}
