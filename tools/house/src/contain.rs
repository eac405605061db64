//! Keeping hold of a server and of everything that it starts.
//!
//! | system | how | what is not contained |
//! |---|---|---|
//! | Linux | a process group; then every process with this server's mark in its environment; at the end of the run everything that descends from the judge, which orphans come back to | a process under another user's id |
//! | macOS and other Unix | a process group | a process that leaves the group (`setsid`) |
//! | Windows | a job object | nothing known |
//!
//! Memory, disk and network are not limited here: that is the grader's sandbox. When the judge is
//! itself killed without a chance to clean up (SIGKILL), its servers go on.

use std::io;
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The variable that marks a server and its children.
const MARK: &str = "EXERCISE_PROCESS_OF";

/// A fork may happen while we look for what is left: we look again until nothing is found, so long at most.
pub const SWEEP: Duration = Duration::from_secs(1);

/// A child process with all that it starts.
#[derive(Debug)]
pub struct Contained {
    child: platform::Process,
    mark: String,
}

/// The servers that run now, so that Ctrl-C can end them.
static RUNNING: Mutex<Vec<(u32, String)>> = Mutex::new(Vec::new());

fn running() -> std::sync::MutexGuard<'static, Vec<(u32, String)>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// To be called once, before the first server starts.
///
/// # Errors
/// When the system refuses.
pub fn prepare() -> Result<(), String> {
    platform::prepare().map_err(|error| format!("Processes cannot be contained: {error}."))?;
    // The servers are in groups of their own, so a terminal's Ctrl-C does not reach them.
    ctrlc::set_handler(|| {
        // It is held to the end: no other server starts meanwhile.
        let known = running();
        for (group, mark) in known.iter() {
            platform::end_group(*group);
            platform::end_marked(mark);
        }
        platform::end_descendants();
        std::process::exit(130);
    })
    .map_err(|error| format!("Ctrl-C cannot be watched: {error}."))
}

/// Ends whatever is left of all servers of this run.
pub fn end_all() {
    platform::end_descendants();
}

impl Contained {
    /// Starts a program that cannot outlive this value.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(mut command: Command) -> io::Result<Contained> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mark = format!("{}-{number}", std::process::id());
        command.env(MARK, &mark);
        let mut known = running();
        let child = platform::spawn(command)?;
        known.push((child.id(), mark.clone()));
        Ok(Contained { child, mark })
    }

    /// The streams, which must be piped, and can be taken once.
    ///
    /// # Panics
    /// When they are not there.
    pub fn streams(&mut self) -> (std::process::ChildStdout, std::process::ChildStderr) {
        let (stdout, stderr) = platform::streams(&mut self.child);
        (
            stdout.expect("stdout is piped"),
            stderr.expect("stderr is piped"),
        )
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Sends it Ctrl-C.
    #[cfg(unix)]
    pub fn interrupt(&mut self) {
        platform::interrupt(&self.child);
    }

    /// Ends it, and all that it has started.
    pub fn end(&mut self) {
        platform::end(&mut self.child);
        platform::end_marked(&self.mark);
        running().retain(|(_, mark)| *mark != self.mark);
    }
}

impl Drop for Contained {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(unix)]
mod platform {
    use super::{Command, io};
    use std::os::unix::process::CommandExt;
    use std::process::{Child, ChildStderr, ChildStdout};

    use rustix::process::{Pid, Signal, kill_process, kill_process_group};

    pub(super) type Process = Child;

    pub(super) fn spawn(mut command: Command) -> io::Result<Process> {
        command.process_group(0).spawn()
    }

    pub(super) fn streams(child: &mut Process) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (child.stdout.take(), child.stderr.take())
    }

    pub(super) fn interrupt(child: &Process) {
        if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::INT);
        }
    }

    pub(super) fn end(child: &mut Process) {
        // Before it is waited for, its number cannot belong to anyone else.
        end_group(child.id());
        let _ = child.wait();
    }

    pub(super) fn end_group(leader: u32) {
        if let Some(group) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    #[cfg(target_os = "linux")]
    pub(super) use super::linux::{end_descendants, end_marked, prepare};

    #[cfg(not(target_os = "linux"))]
    pub(super) fn prepare() -> io::Result<()> {
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn end_marked(_mark: &str) {}

    #[cfg(not(target_os = "linux"))]
    pub(super) fn end_descendants() {}
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;
    use std::fs;
    use std::io;
    use std::time::Instant;

    use rustix::process::{Pid, Signal, getpid, kill_process, set_child_subreaper};

    use super::SWEEP;

    pub(in super::super) fn prepare() -> io::Result<()> {
        set_child_subreaper(Some(getpid())).map_err(io::Error::from)
    }

    /// Kills every process with the mark in its environment.
    pub(in super::super) fn end_marked(mark: &str) {
        let entry = format!("{}={mark}\0", super::MARK);
        sweep(|pid| {
            // Not readable: another user's, or gone. A process that has ended has none.
            let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            contains(&environment, entry.as_bytes())
        });
    }

    /// Kills everything that descends from this process.
    pub(in super::super) fn end_descendants() {
        let own = getpid().as_raw_nonzero().get();
        let begun = Instant::now();
        loop {
            let parents = parents();
            let below = |mut pid: i32| {
                while let Some(parent) = parents.get(&pid) {
                    if *parent == own {
                        return true;
                    }
                    pid = *parent;
                }
                false
            };
            let found: Vec<i32> = parents.keys().copied().filter(|pid| below(*pid)).collect();
            found.iter().for_each(|pid| kill(*pid));
            if found.is_empty() || begun.elapsed() > SWEEP {
                return;
            }
            std::thread::yield_now();
        }
    }

    fn sweep(is_meant: impl Fn(i32) -> bool) {
        let begun = Instant::now();
        loop {
            let found: Vec<i32> = pids().filter(|pid| is_meant(*pid)).collect();
            found.iter().for_each(|pid| kill(*pid));
            if found.is_empty() || begun.elapsed() > SWEEP {
                return;
            }
            std::thread::yield_now();
        }
    }

    fn kill(pid: i32) {
        if let Some(pid) = Pid::from_raw(pid) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    fn pids() -> impl Iterator<Item = i32> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
    }

    /// The parent of each process that has not ended.
    fn parents() -> HashMap<i32, i32> {
        let parent_of = |pid: i32| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            // `12 (name, which may hold anything) S 1 …`
            let (_, rest) = stat.rsplit_once(") ")?;
            let (state, rest) = rest.split_once(' ')?;
            let parent = rest.split(' ').next()?.parse().ok()?;
            (!matches!(state, "Z" | "X")).then_some((pid, parent))
        };
        pids().filter_map(parent_of).collect()
    }

    fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
        bytes.windows(wanted.len()).any(|window| window == wanted)
    }
}

#[cfg(windows)]
mod platform {
    use super::{Command, io};
    use std::process::{ChildStderr, ChildStdout};

    use process_wrap::std::{ChildWrapper, CommandWrap, JobObject};

    pub(super) type Process = Box<dyn ChildWrapper>;

    pub(super) fn prepare() -> io::Result<()> {
        Ok(())
    }

    pub(super) fn spawn(command: Command) -> io::Result<Process> {
        CommandWrap::from(command).wrap(JobObject).spawn()
    }

    pub(super) fn streams(child: &mut Process) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (child.stdout().take(), child.stderr().take())
    }

    pub(super) fn end(child: &mut Process) {
        let _ = child.start_kill();
        let _ = child.wait();
    }

    // A job has no such numbers and marks: it ends with the value, and with this process.
    pub(super) fn end_group(_leader: u32) {}
    pub(super) fn end_marked(_mark: &str) {}
    pub(super) fn end_descendants() {}
}
