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

/// What wrk says in the end.
#[derive(Debug, PartialEq)]
pub struct Said {
    /// Requests a second.
    pub rate: f64,
    pub answered: f64,
    /// Answers with a status that is neither 2xx nor 3xx.
    pub refused: f64,
    /// Requests that were not answered, or too late.
    pub failed: u64,
}

impl Said {
    fn read(said: &str) -> Option<Said> {
        let lines = || said.lines().map(str::trim);
        let behind = |name: &str| -> Option<f64> {
            let rest = lines().find_map(|line| line.strip_prefix(name))?;
            rest.trim().parse().ok()
        };
        // `Socket errors: connect 0, read 3, write 0, timeout 12`
        let errors = lines().find(|line| line.starts_with("Socket errors:"));
        let errors = errors.unwrap_or_default().split([' ', ',']);
        let (answered, _) = lines().find_map(|line| line.split_once(" requests in "))?;
        Some(Said {
            rate: behind("Requests/sec:")?,
            answered: answered.parse().ok()?,
            refused: behind("Non-2xx or 3xx responses:").unwrap_or(0.0),
            failed: errors.filter_map(|word| word.parse::<u64>().ok()).sum(),
        })
    }
}

/// # Errors
/// When wrk is not installed: how it is.
pub fn find() -> Result<(), String> {
    let found = Command::new("wrk").arg("--version").output();
    found.map(|_| ()).map_err(missing)
}

fn missing(error: std::io::Error) -> String {
    format!("wrk: {error}. On Debian and Ubuntu: apt-get install wrk")
}

/// Runs wrk, by a command that starts it.
///
/// # Errors
/// When it is missing, or does not say what it has seen.
pub fn call(mut wrk: Command, arguments: &[&str], url: &str) -> Result<Said, String> {
    let output = wrk.args(arguments).arg(url).output().map_err(missing)?;
    let said = String::from_utf8_lossy(&output.stdout);
    Said::read(&said).ok_or_else(|| format!("wrk has given no rate for {url}, but: {said}"))
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
    wrk: Command,
    pid: u32,
    url: &str,
    arguments: &[&str],
    refused: bool,
) -> Result<Run, String> {
    let before = machine::processor_of_family(pid)?;
    let said = call(wrk, &[&ARGUMENTS[..], &TIMEOUT, arguments].concat(), url)?;
    let spent = machine::processor_of_family(pid)? - before;
    let expected = if refused { said.answered } else { 0.0 };
    if said.refused != expected || said.failed > 0 {
        return Err(format!("wrk met other answers than it should: {said:?}"));
    }
    Ok(Run {
        rate: said.rate,
        cost: spent * 1e6 / said.answered,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_says_is_read() {
        let mut said = String::from(
            "  2 threads and 32 connections\n  61702 requests in 2.00s, 8.06MB read\n",
        );
        let end = "Requests/sec:  30821.55\nTransfer/sec:      4.03MB\n";
        let all_well = Said {
            rate: 30821.55,
            answered: 61702.0,
            refused: 0.0,
            failed: 0,
        };
        assert_eq!(Said::read(&format!("{said}{end}")), Some(all_well));
        said += "  Socket errors: connect 0, read 3, write 0, timeout 12\n";
        said += "  Non-2xx or 3xx responses: 61702\n";
        let read = Said::read(&format!("{said}{end}")).expect("it has a rate");
        assert_eq!((read.refused, read.failed), (61702.0, 15));
        assert_eq!(Said::read("unable to connect\n"), None);
    }
}
