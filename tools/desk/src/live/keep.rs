//! A lesson's server must not outlive the deck, however the deck ends. So it is started by a small
//! process that holds the end of a pipe: when the deck's server is gone, the pipe is closed.

use std::{
    env,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::Duration,
};

/// How often it is looked whether the program has ended by itself.
const PULSE: Duration = Duration::from_millis(100);

/// The word by which a program asks itself to do this.
pub(super) const WORD: &str = "keep-lesson";

/// To be called first of all by a program that has [`Lessons`](super::Lessons): when it was started to keep a
/// lesson's server, it does so, and this is its exit status.
pub fn kept() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    if arguments.next()? != WORD {
        return None;
    }
    let program = PathBuf::from(arguments.next()?);
    Some(keep(&program).unwrap_or_else(|error| {
        eprintln!("{}: {error}", program.display());
        ExitCode::FAILURE
    }))
}

/// Runs a program until it ends or standard input does.
fn keep(program: &Path) -> io::Result<ExitCode> {
    let mut child = Command::new(program).stdin(Stdio::null()).spawn()?;
    let (held, gone) = channel::<()>();
    thread::spawn(move || {
        // Nothing is ever written: the read comes back at the end.
        let _ = io::stdin().read_to_end(&mut Vec::new());
        drop(held);
    });
    loop {
        if let Some(status) = child.try_wait()? {
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
