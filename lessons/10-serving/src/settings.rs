//! What can be chosen when the server starts: the folder by an argument, the rest by the
//! environment.
//!
//! | variable       | default | meaning                                                            |
//! |----------------|---------|--------------------------------------------------------------------|
//! | `PORT`         | 8000    | 0 lets the system choose                                           |
//! | `SITE`         | `.`     | the folder, where no argument names one                            |
//! | `TLS`          | 0       | 1: https and HTTP/2, with a certificate made at the start          |
//! | `THREADS`      | a core  | threads that run tasks                                             |
//! | `FILE_THREADS` | 4       | threads that wait for files                                        |
//! | `PROCESSES`    | 1       | workers on the one port (not on Windows)                           |
//! | `CONNECTIONS`  | 10000   | open at a time; further clients wait                               |
//! | `PATIENCE`     | 10      | seconds for a request to come, and for an answer to begin          |
//! | `STALLED`      | 60      | seconds without a request, or without taking anything of an answer |
//! | `DRAIN`        | 0       | seconds between "not ready" and the end of listening               |
//! | `LOG`          | text    | `json`, or `off`                                                   |

use std::env;
use std::path::PathBuf;
use std::str::FromStr;
use std::thread::available_parallelism;
use std::time::Duration;

pub struct Settings {
    pub folder: PathBuf,
    pub port: u16,
    pub tls: bool,
    pub threads: usize,
    pub file_threads: usize,
    // On Windows there is one.
    #[cfg_attr(not(unix), allow(dead_code))]
    pub processes: usize,
    pub connections: usize,
    pub patience: Duration,
    pub stalled: Duration,
    pub drain: Duration,
    pub log: Log,
    /// One of several processes on the port, started by the first.
    pub is_worker: bool,
}

/// How the log is written.
#[derive(Clone, Copy)]
pub enum Log {
    Text,
    Json,
    Off,
}

impl Settings {
    // ANCHOR: settings
    pub fn read() -> Result<Settings, String> {
        let mut arguments = env::args_os().skip(1);
        let folder = arguments.next().or_else(|| env::var_os("SITE"));
        if arguments.next().is_some() {
            return Err("Give one folder: cargo run -p lesson-10 -- FOLDER".into());
        }
        let cores = available_parallelism().map_or(1, usize::from);
        Ok(Settings {
            folder: folder.unwrap_or(".".into()).into(),
            port: number("PORT", 8000, 0, u16::MAX)?,
            tls: number("TLS", 0, 0, 1_u8)? == 1,
            threads: number("THREADS", cores, 1, 1024)?,
            file_threads: number("FILE_THREADS", 4, 1, 1024)?,
            processes: processes()?,
            connections: number("CONNECTIONS", 10_000, 1, 1_000_000)?,
            patience: seconds("PATIENCE", 10, 1)?,
            stalled: seconds("STALLED", 60, 1)?,
            drain: seconds("DRAIN", 0, 0)?,
            log: log()?,
            is_worker: env::var_os("IS_WORKER").is_some(),
        })
    }
    // ANCHOR_END: settings
}

fn number<N>(name: &str, default: N, least: N, most: N) -> Result<N, String>
where
    N: FromStr + PartialOrd + std::fmt::Display,
{
    let Some(value) = env::var_os(name) else {
        return Ok(default);
    };
    let value = value.to_string_lossy();
    let number = value
        .parse()
        .ok()
        .filter(|number| (&least..=&most).contains(&number));
    number.ok_or_else(|| format!("{name} must be a number from {least} to {most}, not {value:?}."))
}

fn seconds(name: &str, default: u64, least: u64) -> Result<Duration, String> {
    number(name, default, least, 86_400).map(Duration::from_secs)
}

fn processes() -> Result<usize, String> {
    let processes = number("PROCESSES", 1, 1, 64)?;
    if processes > 1 && !cfg!(unix) {
        // Windows can hand a listening socket to another process, but only by unsafe calls.
        return Err("PROCESSES: this system cannot share a port. Use THREADS.".into());
    }
    Ok(processes)
}

fn log() -> Result<Log, String> {
    match env::var("LOG").as_deref() {
        Ok("json") => Ok(Log::Json),
        Ok("off") => Ok(Log::Off),
        Ok("text") | Err(env::VarError::NotPresent) => Ok(Log::Text),
        _ => Err("LOG is text, json or off.".into()),
    }
}
