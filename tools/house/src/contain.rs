//! Keeping hold of a server and of everything that it starts.
//!
//! | system | how | what is not contained |
//! |---|---|---|
//! | Linux | a process group; then every orphan, since orphans come back to the judge | a process under another user's id |
//! | macOS and other Unix | a process group | a process that leaves the group (`setsid`) |
//! | Windows | a job object | nothing known |
//!
//! A program that uses [`Contained`] and is no judge has other children, too: there, on Linux, a mark in
//! the environment tells what a server has started.
//!
//! Memory, disk and network are not limited here: that is the grader's sandbox. When the judge is
//! itself killed without a chance to clean up (SIGKILL), its servers go on, until whoever has started
//! the judge ends them: on Linux `judge::run::report` does.
//!
//! The judge itself is kept from its servers: [`guard`].

use std::io;
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The variable that marks a server and its children, where orphans do not come back.
const MARK: &str = "EXERCISE_PROCESS_OF";

/// A fork may happen while we look for what is left: we look again until nothing is found, so long at most.
pub const SWEEP: Duration = Duration::from_secs(1);

/// A child process with all that it starts.
#[derive(Debug)]
pub struct Contained {
    child: platform::Process,
    mark: String,
}

/// Whether all children of this process are servers, and orphans come back to it.
static PREPARED: AtomicBool = AtomicBool::new(false);

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
    PREPARED.store(true, Ordering::Relaxed);
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

/// Keeps the memory, the open files and the environment of this process from every other process of the
/// same user, as far as the system can do that: a server must not write the report of its own judge.
///
/// | system | how |
/// |---|---|
/// | Linux | the process is not "dumpable": `/proc/PID` belongs to root, and nobody may trace it |
/// | macOS | no process may look into another without a permission that no server has |
/// | other | not at all |
pub fn guard() {
    platform::guard();
}

/// Why a judge on this system is not kept from a server that attacks it; none when it is.
pub fn unguarded() -> Option<&'static str> {
    platform::unguarded()
}

/// Lets the servers of a judge come to this process when the judge is killed.
pub fn adopt() {
    let _ = platform::prepare();
}

/// Ends the servers that came to this process: they run this program.
pub fn end_adopted(program: &std::path::Path) {
    platform::end_adopted(program);
}

/// Ends whatever is left of all servers of this run.
pub fn end_all() {
    platform::end_descendants();
}

/// A process, and all that it has started and that has not ended. Linux alone tells.
pub fn family(pid: u32) -> Option<Vec<u32>> {
    #[cfg(target_os = "linux")]
    return Some(linux::family(pid));
    #[cfg(not(target_os = "linux"))]
    {
        let _ = pid;
        None
    }
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
        if !PREPARED.load(Ordering::Relaxed) {
            command.env(MARK, &mark);
        }
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

    /// Whether it is this very process that listens at the port, and runs this program: not one that
    /// it has started, nor one that was there before. None where the system does not tell.
    pub fn listens(&self, port: u16, program: &std::path::Path) -> Option<bool> {
        platform::listens(self.child.id(), port, program)
    }

    /// Sends it Ctrl-C.
    #[cfg(unix)]
    pub fn interrupt(&mut self) {
        platform::interrupt(&self.child);
    }

    /// Ends it, and all that it has started.
    pub fn end(&mut self) {
        platform::end(&mut self.child);
        let mut known = running();
        known.retain(|(_, mark)| *mark != self.mark);
        if PREPARED.load(Ordering::Relaxed) {
            // No server starts meanwhile: what is ours and not known is nobody's.
            let servers: Vec<u32> = known.iter().map(|(server, _)| *server).collect();
            platform::end_orphans(&servers);
        } else {
            drop(known);
            platform::end_marked(&self.mark);
        }
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
    pub(super) use super::linux::{
        end_adopted, end_descendants, end_marked, end_orphans, guard, listens, prepare, unguarded,
    };

    #[cfg(not(target_os = "linux"))]
    pub(super) fn prepare() -> io::Result<()> {
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn end_marked(_mark: &str) {}

    #[cfg(not(target_os = "linux"))]
    pub(super) fn end_orphans(_servers: &[u32]) {}

    #[cfg(not(target_os = "linux"))]
    pub(super) fn end_adopted(_program: &std::path::Path) {}

    #[cfg(not(target_os = "linux"))]
    pub(super) fn end_descendants() {}

    #[cfg(not(target_os = "linux"))]
    pub(super) fn guard() {}

    #[cfg(not(target_os = "linux"))]
    pub(super) fn unguarded() -> Option<&'static str> {
        (!cfg!(target_os = "macos")).then_some("this system lets a process look into another")
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn listens(_server: u32, _port: u16, _program: &std::path::Path) -> Option<bool> {
        None
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;
    use std::fs;
    use std::io;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;
    use std::time::Instant;

    use rustix::process::{
        DumpableBehavior, Pid, Signal, geteuid, getpid, kill_process, set_child_subreaper,
        set_dumpable_behavior,
    };

    use super::SWEEP;

    pub(in super::super) fn prepare() -> io::Result<()> {
        set_child_subreaper(Some(getpid())).map_err(io::Error::from)
    }

    /// Kills every process with the mark in its environment.
    pub(in super::super) fn end_marked(mark: &str) {
        let entry = format!("{}={mark}\0", super::MARK);
        let is_marked = |pid: &i32| {
            // Not readable: another user's, or gone. A process that has ended has none.
            let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            contains(&environment, entry.as_bytes())
        };
        sweep(|| pids().filter(is_marked).collect());
    }

    pub(in super::super) fn guard() {
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }

    pub(in super::super) fn unguarded() -> Option<&'static str> {
        geteuid()
            .is_root()
            .then_some("root may look into every process")
    }

    pub(in super::super) fn listens(server: u32, port: u16, program: &Path) -> Option<bool> {
        let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(fs::read_to_string);
        let listening = tables
            .iter()
            .flatten()
            .flat_map(|table| table.lines().skip(1))
            .filter_map(|line| {
                let fields: Vec<&str> = line.split_whitespace().collect();
                // `0: 0100007F:1F40 00000000:0000 0A …`: 0A is LISTEN. The tenth is the socket's number.
                let (_, at) = fields.get(1)?.rsplit_once(':')?;
                let here = u16::from_str_radix(at, 16) == Ok(port) && fields.get(3) == Some(&"0A");
                here.then(|| format!("socket:[{}]", fields.get(9).unwrap_or(&"")))
            });
        let listening: Vec<String> = listening.collect();
        let runs = identity(Path::new(&format!("/proc/{server}/exe")))?;
        let open = fs::read_dir(format!("/proc/{server}/fd")).ok()?;
        let mut open = open
            .flatten()
            .filter_map(|file| fs::read_link(file.path()).ok());
        let listens = open.any(|file| listening.iter().any(|socket| Path::new(socket) == file));
        Some(listens && Some(runs) == identity(program))
    }

    /// Kills what has come back to this process and is none of its servers, with all below it.
    pub(in super::super) fn end_orphans(servers: &[u32]) {
        let is_server = |pid: i32| u32::try_from(pid).is_ok_and(|pid| servers.contains(&pid));
        end_below(|child| !is_server(child));
    }

    /// Kills the children of this process that run a program, with all below them.
    pub(in super::super) fn end_adopted(program: &Path) {
        let wanted = identity(program);
        let runs = |child: i32| identity(Path::new(&format!("/proc/{child}/exe")));
        if wanted.is_some() {
            end_below(|child| runs(child) == wanted);
        }
    }

    /// What tells one file from another, whatever its name.
    fn identity(file: &Path) -> Option<(u64, u64)> {
        fs::metadata(file).ok().map(|file| (file.dev(), file.ino()))
    }

    /// Kills everything that descends from this process.
    pub(in super::super) fn end_descendants() {
        end_below(|_| true);
    }

    /// Kills the children that are meant, and everything that descends from them.
    fn end_below(is_meant: impl Fn(i32) -> bool) {
        let own = getpid().as_raw_nonzero().get();
        sweep(|| {
            let parents = parents();
            let below = |pid: &i32| child_above(&parents, *pid, own).is_some_and(&is_meant);
            parents.keys().copied().filter(below).collect()
        });
    }

    /// The child of this process that another one descends from, or is.
    fn child_above(parents: &HashMap<i32, i32>, mut pid: i32, of: i32) -> Option<i32> {
        loop {
            match parents.get(&pid)? {
                parent if *parent == of => return Some(pid),
                parent => pid = *parent,
            }
        }
    }

    /// A process, and all that descend from it.
    pub(super) fn family(first: u32) -> Vec<u32> {
        let parents = parents();
        let is_below = |pid: i32| {
            i32::try_from(first).is_ok_and(|first| child_above(&parents, pid, first).is_some())
        };
        let below = parents.keys().filter(|pid| is_below(**pid));
        let below = below.filter_map(|pid| u32::try_from(*pid).ok());
        [first].into_iter().chain(below).collect()
    }

    /// Kills what is found, until nothing is.
    fn sweep(find: impl Fn() -> Vec<i32>) {
        let begun = Instant::now();
        loop {
            let found = find();
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
    pub(super) fn end_orphans(_servers: &[u32]) {}
    pub(super) fn end_adopted(_program: &std::path::Path) {}
    pub(super) fn end_descendants() {}

    pub(super) fn guard() {}

    pub(super) fn unguarded() -> Option<&'static str> {
        Some("Windows lets a process look into another of the same user")
    }

    pub(super) fn listens(_server: u32, _port: u16, _program: &std::path::Path) -> Option<bool> {
        None
    }
}
