//! The command behind `cargo grade`: many submissions, each built and judged in a sandbox, and a verdict on each.

#[cfg(target_os = "linux")]
mod clean;
#[cfg(target_os = "linux")]
mod course;
#[cfg(target_os = "linux")]
mod filter;
#[cfg(target_os = "linux")]
mod formats;
#[cfg(target_os = "linux")]
mod grade;
#[cfg(target_os = "linux")]
mod intake;
#[cfg(target_os = "linux")]
mod jail;
#[cfg(target_os = "linux")]
mod package;
#[cfg(target_os = "linux")]
mod prepare;
#[cfg(target_os = "linux")]
mod queue;
#[cfg(target_os = "linux")]
mod sandbox;
#[cfg(target_os = "linux")]
mod sources;
#[cfg(target_os = "linux")]
mod verdict;
#[cfg(target_os = "linux")]
mod work;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    let arguments: Vec<std::ffi::OsString> = std::env::args_os().skip(1).collect();
    if let Some(to) = std::env::var_os(prepare::RECORD) {
        return prepare::record(to, &arguments);
    }
    match arguments.first().and_then(|first| first.to_str()) {
        Some("jail") => jail::main(&arguments[1..]),
        _ => work::main(),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!(
        "Submissions are strangers' programs, and the sandbox in which they are built and run needs Linux. On this system, grade in a container: `docker run --rm -it -v \"$PWD\":/course -w /course rust:1 cargo grade …`."
    );
    ExitCode::from(2)
}
