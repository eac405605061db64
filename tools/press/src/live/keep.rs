//! A lesson's server must not outlive the deck, however the deck ends. So it is started by a small
//! process that holds the end of a pipe: when the deck's server is gone, the pipe is closed.

use std::{
    io::{self, Read},
    path::Path,
    process::{Command, ExitCode, Stdio},
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::Duration,
};

/// How often it is looked whether the program has ended by itself.
const PULSE: Duration = Duration::from_millis(100);

/// Runs a program until it ends or standard input does.
///
/// # Errors
///
/// A sentence: it cannot be started.
pub fn keep(program: &Path) -> Result<ExitCode, String> {
    let failed = |error: io::Error| format!("{}: {error}", program.display());
    let mut child = Command::new(program)
        .stdin(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let (held, gone) = channel::<()>();
    thread::spawn(move || {
        // Nothing is ever written: the read comes back at the end.
        let _ = io::stdin().read_to_end(&mut Vec::new());
        drop(held);
    });
    loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            return Ok(code.map_or(ExitCode::FAILURE, ExitCode::from));
        }
        if gone.recv_timeout(PULSE) == Err(RecvTimeoutError::Disconnected) {
            let _ = child.kill();
            let _ = child.wait();
            return Ok(ExitCode::SUCCESS);
        }
    }
}
