//! `wrk`, the program that asks: one thread, 32 connections, five seconds.

use std::process::Command;

use crate::{machine, report};

/// How wrk is called, for the remarks below a table.
pub const CALLED: &str = "wrk -t1 -c32 -d5s";
const ARGUMENTS: [&str; 3] = ["-t1", "-c32", "-d5s"];

/// A large file takes its time, on a machine that is busy.
const TIMEOUT: [&str; 2] = ["--timeout", "30s"];

/// How often each server is asked, by turns.
pub const ROUNDS: usize = 5;

/// What one run of wrk has shown.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Requests a second.
    pub rate: f64,
    /// Processor time that the server and its workers took for a request, in microseconds.
    pub cost: f64,
}

/// Runs wrk against the server that this process is. Every answer must have a status of 2xx or
/// 3xx, or, with `refused`, none.
///
/// # Errors
/// When wrk is missing, or met other answers.
pub fn run(pid: u32, url: &str, arguments: &[&str], refused: bool) -> Result<Run, String> {
    run_by(Command::new("wrk"), pid, url, arguments, refused)
}

/// The same by a command that starts wrk in its own way.
///
/// # Errors
/// As `run`.
pub fn run_by(
    mut wrk: Command,
    pid: u32,
    url: &str,
    arguments: &[&str],
    refused: bool,
) -> Result<Run, String> {
    let before = machine::processor_of_family(pid)?;
    let output = wrk
        .args(ARGUMENTS)
        .args(TIMEOUT)
        .args(arguments)
        .arg(url)
        .output()
        .map_err(|error| format!("wrk: {error}. On Debian and Ubuntu: apt-get install wrk"))?;
    let spent = machine::processor_of_family(pid)? - before;
    let said = String::from_utf8_lossy(&output.stdout);
    let silent = || format!("wrk did not say how many requests were answered, but: {said}");
    let behind = |name: &str| -> Option<f64> {
        let line = said.lines().find_map(|line| line.trim().strip_prefix(name));
        line.and_then(|rest| rest.trim().parse().ok())
    };
    let answered = said
        .lines()
        .find_map(|line| line.trim().split_once(" requests in "))
        .and_then(|(count, _)| count.parse::<f64>().ok())
        .ok_or_else(silent)?;
    let others = behind("Non-2xx or 3xx responses:").unwrap_or(0.0);
    let expected = if refused { answered } else { 0.0 };
    if others != expected || said.contains("Socket errors") {
        return Err(format!("wrk met other answers than it should: {said}"));
    }
    Ok(Run {
        rate: behind("Requests/sec:").ok_or_else(silent)?,
        cost: spent * 1e6 / answered,
    })
}

/// The median of a figure of the runs.
pub fn median(runs: &[Run], figure: fn(&Run) -> f64) -> f64 {
    report::median(&runs.iter().map(figure).collect::<Vec<f64>>())
}

/// The median of the ratios of each round: what else the machine did then touched both.
pub fn ratio(runs: &[Run], others: &[Run], figure: fn(&Run) -> f64) -> f64 {
    let pairs = runs.iter().zip(others);
    let ratios: Vec<f64> = pairs
        .map(|(run, other)| figure(run) / figure(other))
        .collect();
    report::median(&ratios)
}
