//! What a contributor runs and a student need not: the suites in `tests/` for what a request file cannot
//! say (many clients at once, files that change, a browser, nginx, a database server), and the rules of
//! the house. `.ci/run checks` runs them, and so does `cargo test -p checks`.
//!
//! What comes from npm is named in `tests/npm/`: axe-core, the Nu HTML checker, what checks and uses lesson 09's
//! document. The Python originals' requests are in `tests/parity/`, with their answers.

pub mod assembled;
pub mod protections;
