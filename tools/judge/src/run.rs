//! A run of a judge, from outside, and the channel by which its report comes.
//!
//! The report must be out of reach of the program that is judged, which is a child of the judge and may
//! belong to the same user. So it lies in no file, and its way stands in no environment:
//!
//! 1. Who starts the judge sets `EXERCISE_REPORT=stdout` and writes a line to its standard input, the
//!    token, which nobody else knows.
//! 2. The judge reads it before it starts any server. No server inherits its standard input or output.
//! 3. At its end, the judge writes to its standard output the token, the report in one line of JSON, and
//!    the token with ` end` behind it, each on a line. What stood before that is for people.
//! 4. The report counts when the judge has ended by itself, with the status that the report's tests lead
//!    to, and nothing follows the last line.
//!
//! [`house::contain::guard`] keeps the memory and the open files of the judge from its servers.

use std::collections::hash_map::RandomState;
use std::env;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use house::contain;

use crate::report::{Report, SCHEMA};

/// So much of what a judge writes is read. A report of all tests is far smaller.
const LIMIT: u64 = 16 * 1024 * 1024;
const WAY: &str = "stdout";

/// The judge's end: where the report goes.
#[derive(Debug)]
pub(crate) struct Channel {
    token: String,
}

impl Channel {
    /// Takes the token, if a report is wanted.
    pub(crate) fn open() -> Result<Option<Channel>, String> {
        match env::var("EXERCISE_REPORT") {
            Err(_) => return Ok(None),
            Ok(way) if way == WAY => {}
            Ok(way) => return Err(format!("there is no way {way:?}, only {WAY:?}")),
        }
        let mut token = String::new();
        let read = io::stdin().take(100).read_to_string(&mut token);
        let token = token.trim().to_string();
        match read {
            Ok(_) if !token.is_empty() => Ok(Some(Channel { token })),
            _ => Err("standard input must hold a token".into()),
        }
    }

    /// Writes the report and signs it off.
    pub(crate) fn send(&self, report: &Report) -> io::Result<()> {
        let (token, report) = (&self.token, serde_json::to_string(report)?);
        let mut stdout = io::stdout().lock();
        write!(stdout, "\n{token}\n{report}\n{token} end\n")?;
        stdout.flush()
    }
}

/// A judge that runs.
#[derive(Debug)]
pub struct Running {
    child: Child,
    token: String,
    stdout: JoinHandle<Vec<u8>>,
    stderr: JoinHandle<Vec<u8>>,
}

/// Starts a judge that will report.
///
/// # Errors
/// When it cannot be started.
pub fn start(mut judge: Command) -> Result<Running, String> {
    let name = judge.get_program().to_string_lossy().into_owned();
    let cannot = |error: io::Error| format!("{name} cannot be run: {error}.");
    let mut child = judge
        .env("EXERCISE_REPORT", WAY)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(cannot)?;
    let token = token();
    if let Some(mut stdin) = child.stdin.take() {
        // One that has ended already says so by its status.
        let _ = writeln!(stdin, "{token}");
    }
    let stdout = child.stdout.take().map(reader);
    let stderr = child.stderr.take().map(reader);
    let (Some(stdout), Some(stderr)) = (stdout, stderr) else {
        return Err(format!("{name} has no output."));
    };
    Ok(Running {
        child,
        token,
        stdout,
        stderr,
    })
}

impl Running {
    /// The process, to be looked at or ended.
    pub fn process(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for its end and takes the report.
    ///
    /// # Errors
    /// When there is no report that counts: it was ended, it broke off, it contradicts itself. That says
    /// nothing of the server.
    pub fn report(mut self) -> Result<Report, String> {
        let status = self.child.wait().map_err(|error| error.to_string())?;
        let stdout = self.stdout.join().unwrap_or_default();
        let stderr = self.stderr.join().unwrap_or_default();
        taken(&stdout, &self.token, status).map_err(|problem| {
            let said = String::from_utf8_lossy(&stderr);
            let said = said.trim_end().lines().last().unwrap_or_default();
            format!("The judge did not finish ({problem}): {said}")
        })
    }
}

/// Runs a judge to its end. When it was killed, its server is ended here.
///
/// # Errors
/// As [`start`] and [`Running::report`], and when it takes longer than `patience`.
pub fn report(judge: Command, patience: Duration) -> Result<Report, String> {
    let mut variables = judge.get_envs();
    let server = variables.find(|(name, _)| *name == "EXERCISE_SERVER");
    let server = server.and_then(|(_, path)| path).map(PathBuf::from);
    contain::adopt();
    let mut running = start(judge)?;
    let begun = Instant::now();
    while let Ok(None) = running.child.try_wait() {
        if begun.elapsed() > patience {
            let _ = running.child.kill();
        }
        thread::sleep(Duration::from_millis(5));
    }
    let report = running.report();
    if let (Err(_), Some(server)) = (&report, &server) {
        contain::end_adopted(server);
    }
    report
}

/// The report in what a judge has written.
fn taken(stdout: &[u8], token: &str, status: ExitStatus) -> Result<Report, String> {
    let text = String::from_utf8_lossy(stdout);
    let (before, signed) = text
        .split_once(&format!("\n{token}\n"))
        .ok_or_else(|| format!("no report, {status}"))?;
    let report = signed
        .strip_suffix(&format!("\n{token} end\n"))
        .filter(|report| !report.contains(token) && !before.contains(token))
        .ok_or_else(|| format!("half a report, {status}"))?;
    let report: Report =
        serde_json::from_str(report).map_err(|error| format!("no report: {error}"))?;
    if report.schema != SCHEMA {
        return Err(format!("the report is {:?}, not {SCHEMA:?}", report.schema));
    }
    // 101 is what a failed test leads to.
    let wanted = match report.tests.iter().all(|test| test.passed) {
        true => 0,
        false => 101,
    };
    match status.code() == Some(wanted) {
        true => Ok(report),
        false => Err(format!("{status}, against its report")),
    }
}

/// Keys of the standard library's hash tables are drawn by the system, and nobody can compute one from
/// what it has hashed.
fn token() -> String {
    let part = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", part(), part())
}

fn reader(stream: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut read = Vec::new();
        let mut stream = stream;
        let _ = stream.by_ref().take(LIMIT).read_to_end(&mut read);
        // The rest is too much, and is read so that nobody waits.
        let _ = io::copy(&mut stream, &mut io::sink());
        read
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    const REPORT: &str = r#"{"schema":"exercise-report/2","exercise":"00-a","seed":7,"tests":[]}"#;

    fn take(stdout: &str, status: i32) -> Result<Report, String> {
        taken(stdout.as_bytes(), "abc", ExitStatus::from_raw(status))
    }

    #[test]
    fn a_report_that_is_signed_off_counts() {
        let whole = format!("test a ... ok\n\nabc\n{REPORT}\nabc end\n");
        assert_eq!(take(&whole, 0).map(|report| report.seed), Ok(7));
    }

    #[test]
    fn what_broke_off_or_was_ended_or_has_something_behind_it_does_not() {
        let whole = format!("\nabc\n{REPORT}\nabc end\n");
        for (stdout, status) in [
            (String::new(), 0),
            (format!("\nabc\n{REPORT}\n"), 0),
            (format!("\nxyz\n{REPORT}\nxyz end\n"), 0),
            (format!("{whole}more"), 0),
            (format!("{whole}{whole}"), 0),
            // Killed; and a status that is not what the tests lead to.
            (whole.clone(), 9),
            (whole, 101 << 8),
        ] {
            assert!(take(&stdout, status).is_err(), "{stdout} {status}");
        }
    }
}
