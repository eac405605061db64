//! What a contributor runs and a student need not: the suites in `tests/` for what a request file cannot
//! say (many clients at once, files that change, a browser, nginx, a database server), and the rules of
//! the house. `.ci/run checks` runs them, and so does `cargo test -p checks`.

pub mod assembled;
pub mod protections;
