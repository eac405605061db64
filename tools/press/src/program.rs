//! How a program of the course begins and ends: `cargo sync`, `cargo slides`, `cargo book`.

use std::{
    io::{self, IsTerminal},
    path::Path,
    process::ExitCode,
};

use crate::{report::Report, repository::Repository};

/// The repository in the folder that was named, or the one around this folder.
///
/// # Errors
///
/// When it cannot be opened.
pub fn repository(named: Option<&Path>) -> Result<Repository, String> {
    let root = named.map_or_else(house::root, Path::to_path_buf);
    Repository::open(&root).map_err(|error| format!("{} cannot be opened: {error}", root.display()))
}

/// Prints what was found, in colour where somebody reads it. Who reads along may have gone away.
pub fn print(report: &Report) {
    let colour = io::stderr().is_terminal();
    let _ = report.print(&mut io::stderr().lock(), colour);
}

/// The exit status of what was done, and whether all is well. A problem is one line; what `serves` ends with it as
/// the servers of the lessons do.
pub fn ended(done: Result<bool, String>, serves: bool) -> ExitCode {
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(if serves { 2 } else { 1 })
        }
    }
}
