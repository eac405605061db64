//! The sandbox, from outside: what is started in it, and what is watched while it runs.
//!
//! [`crate::jail`] closes it from inside. What no limit of one process can bound, the sum over several, is
//! watched here, and whoever takes too much is ended.

use std::collections::HashMap;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use crate::jail::{Jail, Kind, OPEN, View};

/// How often memory and processes are looked at, and the disk.
const PULSE: Duration = Duration::from_millis(20);
const DISK_PULSE: Duration = Duration::from_millis(100);

/// Folders in folders, so many.
const DEPTH: usize = 64;

/// The first of the users that nobody is. Each worker has one.
const SPARE: u32 = 64_100;

/// What the place of a submission is called; behind it come the grader's process and letters.
const PREFIX: &str = "grade-";

pub const MIB: u64 = 1024 * 1024;

/// What a run may take, all its processes together.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub time: Duration,
    pub memory: u64,
    pub disk: u64,
    pub threads: u64,
}

/// What was taken too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    Time,
    Memory,
    Disk,
    Threads,
}

impl Excess {
    pub fn words(self) -> &'static str {
        match self {
            Excess::Time => "it took too long",
            Excess::Memory => "it took too much memory",
            Excess::Disk => "it wrote too much to the disk",
            Excess::Threads => "it started too many threads or processes",
        }
    }
}

/// A sandbox that is known to close.
#[derive(Clone, Debug)]
pub struct Sandbox {
    program: PathBuf,
    /// What is in force, for the report.
    pub layers: Vec<String>,
    is_root: bool,
    /// Whether judge and servers are in a network of their own.
    network: bool,
    /// Whether it contains nothing: `--unsafe-no-sandbox`.
    pub is_open: bool,
}

/// What is not contained without a sandbox.
pub const OPEN_TO: &str = "Without a sandbox a submission can read and change every file that you can, the course's own and other submissions among them, use the network, start programs that go on when it has ended, and change its verdict and others'. Only its time, memory and disk are limited.";

impl Sandbox {
    /// Tries whether the sandbox can be closed on this machine.
    pub fn open() -> Result<Sandbox, String> {
        let program = env::current_exe().map_err(|error| error.to_string())?;
        let is_root = rustix::process::geteuid().is_root();
        let mut sandbox = Sandbox {
            program,
            layers: Vec::new(),
            is_root,
            network: false,
            is_open: false,
        };
        // A server that can be started may have a file that it must not see.
        let secret = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
        let jail = sandbox.jail(Kind::Compiler, View::system(), None);
        let mut command = sandbox.command(&jail, OsStr::new("/bin/cat"));
        command
            .arg(secret.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let output = command
            .output()
            .map_err(|error| format!("{}: {error}", sandbox.program.display()))?;
        let said = String::from_utf8_lossy(&output.stderr).trim().to_string();
        match output.status.code() {
            Some(code) if code == i32::from(OPEN) => return Err(said),
            Some(0) => {
                return Err("a file that should be out of sight can be read all the same".into());
            }
            _ => {}
        }
        let files = match landlock_version() {
            Some(version) => format!("Landlock, version {version}: no files but its own"),
            None => "Landlock: no files but its own".into(),
        };
        sandbox.layers = vec![
            files,
            "seccomp: a server cannot connect to anything or start a process; no datagrams, no sight of other processes".into(),
            "rlimits: processor time, memory and file size of each process".into(),
            "watched: time, memory, disk and threads of all processes together".into(),
        ];
        sandbox.network = true;
        let alone = sandbox.jail(Kind::Judge, View::default(), None);
        let mut command = sandbox.command(&alone, OsStr::new("/bin/cat"));
        command.arg("/proc/net/dev").stderr(Stdio::null());
        let output = command.output().map_err(|error| error.to_string())?;
        sandbox.network = output.status.success();
        if sandbox.network {
            sandbox
                .layers
                .push("a network name space: only the judge can connect".into());
        }
        // Root of a container need not be able to become somebody else.
        let other = sandbox.jail(Kind::Compiler, View::system(), sandbox.user(0));
        let mut command = sandbox.command(&other, OsStr::new("/bin/true"));
        let status = command.stderr(Stdio::null()).status();
        sandbox.is_root &= status.is_ok_and(|status| status.success());
        if sandbox.is_root {
            sandbox.layers.push(format!(
                "for each server a user that no other process has ({SPARE} and up); no capabilities"
            ));
        }
        Ok(sandbox)
    }

    /// None: nothing but limits.
    pub fn none() -> Result<Sandbox, String> {
        Ok(Sandbox {
            program: env::current_exe().map_err(|error| error.to_string())?,
            layers: vec![
                "NO SANDBOX (--unsafe-no-sandbox): nothing but time, memory and disk is limited"
                    .into(),
            ],
            is_root: false,
            network: false,
            is_open: true,
        })
    }

    /// The user of a worker's servers.
    pub fn user(&self, worker: usize) -> Option<u32> {
        // Several graders may run on a machine.
        let first = SPARE + std::process::id() % 512 * 64;
        let worker = u32::try_from(worker % 64).unwrap_or_default();
        self.is_root.then_some(first + worker)
    }

    /// What a kind of program is held to.
    pub fn jail(&self, kind: Kind, view: View, user: Option<u32>) -> Jail {
        let (memory, file, processor) = match kind {
            Kind::Server => (768 * MIB, 16 * MIB, 40),
            _ => (2048 * MIB, 256 * MIB, 20),
        };
        Jail {
            kind,
            view,
            user,
            memory,
            file,
            processor,
            network: self.network && kind == Kind::Judge,
            is_open: self.is_open,
        }
    }

    /// The arguments that put a program behind them into the sandbox.
    pub fn launcher(&self, jail: &Jail) -> Vec<String> {
        let jail = serde_json::to_string(jail).expect("a jail is plain data");
        vec![self.program.display().to_string(), "jail".into(), jail]
    }

    /// A program in the sandbox, without any of our environment.
    pub fn command(&self, jail: &Jail, program: &OsStr) -> Command {
        let launcher = self.launcher(jail);
        let mut command = Command::new(&self.program);
        command
            .args(&launcher[1..])
            .arg(program)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null())
            .process_group(0);
        command
    }

    /// Ends whatever still runs as a worker's user. Nothing should.
    pub fn sweep(&self, worker: usize) {
        let Some(user) = self.user(worker) else {
            return;
        };
        let begun = Instant::now();
        loop {
            let is_theirs = |pid: &i32| {
                fs::metadata(format!("/proc/{pid}")).is_ok_and(|process| process.uid() == user)
            };
            let left: Vec<i32> = processes().filter(is_theirs).collect();
            let left: Vec<i32> = left
                .into_iter()
                .filter(|pid| Process::of(*pid).is_some())
                .collect();
            left.iter().for_each(|pid| kill(*pid));
            if left.is_empty() || begun.elapsed() > Duration::from_secs(2) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl View {
    /// What a compiler and a linker need of the system.
    pub fn system() -> View {
        let paths = |paths: &[&str]| paths.iter().map(PathBuf::from).collect();
        View {
            read: paths(&[
                "/etc/ld.so.cache",
                "/etc/ld.so.conf",
                "/etc/ld.so.conf.d",
                "/dev/urandom",
                "/dev/zero",
                "/usr/include",
            ]),
            run: paths(&[
                "/usr/bin",
                "/usr/lib",
                "/usr/lib64",
                "/usr/lib32",
                "/usr/libexec",
                "/usr/local/bin",
                "/usr/local/lib",
                "/lib",
                "/lib64",
                "/bin",
            ]),
            write: paths(&["/dev/null"]),
        }
    }

    /// What a server needs of the system: the libraries that it is linked with, names and clocks.
    pub fn libraries() -> View {
        let paths = |paths: &[&str]| paths.iter().map(PathBuf::from).collect();
        let loader = [
            "/lib64/ld-linux-x86-64.so.2",
            "/lib/ld-linux-aarch64.so.1",
            "/lib/ld-linux-riscv64-lp64d.so.1",
        ];
        let loader = loader.iter().filter_map(|path| fs::canonicalize(path).ok());
        View {
            read: paths(&[
                "/etc/ld.so.cache",
                "/lib",
                "/lib64",
                "/usr/lib",
                "/usr/lib64",
                "/etc/hosts",
                "/etc/nsswitch.conf",
                "/etc/localtime",
                "/usr/share/zoneinfo",
                "/dev/urandom",
                "/dev/random",
                "/dev/zero",
            ]),
            run: loader.collect(),
            write: paths(&["/dev/null"]),
        }
    }
}

fn landlock_version() -> Option<i32> {
    // SAFETY: without a structure, this call only says a number.
    let version = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            std::ptr::null::<u8>(),
            0usize,
            1u32,
        )
    };
    i32::try_from(version).ok().filter(|version| *version > 0)
}

/// A place of a submission: its files, what it is built to, and nothing else.
#[derive(Debug)]
pub struct Place {
    folder: PathBuf,
}

impl Place {
    /// Makes one in a folder, in which a spare user may go through to it.
    pub fn new(
        scratch: &Path,
        user: Option<u32>,
        files: &[(String, Vec<u8>)],
    ) -> Result<Place, String> {
        let lost = |error: std::io::Error| format!("{}: {error}", scratch.display());
        let folder = tempfile::Builder::new()
            .prefix(&format!("{PREFIX}{}-", std::process::id()))
            .tempdir_in(scratch)
            .map_err(lost)?;
        let place = Place {
            folder: folder.keep(),
        };
        fs::set_permissions(&place.folder, fs::Permissions::from_mode(0o711)).map_err(lost)?;
        for name in ["home", "out", "tmp", "shared"] {
            fs::create_dir(place.folder.join(name)).map_err(lost)?;
        }
        // To go through: what lies there has a name that nobody else knows.
        fs::set_permissions(place.shared(), fs::Permissions::from_mode(0o711)).map_err(lost)?;
        for (file, bytes) in files {
            crate::prepare::write(&place.home().join(file), bytes)?;
        }
        if let Some(user) = user {
            give(&place.home(), user).map_err(lost)?;
        }
        Ok(place)
    }

    /// The submission's files, where its server runs.
    pub fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    pub fn out(&self) -> PathBuf {
        self.folder.join("out")
    }

    pub fn tmp(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    /// Where the judge makes folders that its server may write to.
    pub fn shared(&self) -> PathBuf {
        self.folder.join("shared")
    }

    pub fn program(&self) -> PathBuf {
        self.out().join("server")
    }

    fn size(&self) -> u64 {
        size(&self.folder)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

/// Removes what a submission has left. It may be deeper than a program's stack is, and closed: these know how.
fn remove(folder: &Path) {
    for (program, option) in [("chmod", "-Rf"), ("rm", "-rf")] {
        let mut command = Command::new(program);
        command.arg(option);
        if program == "chmod" {
            command.arg("u+rwx");
        }
        let _ = command.arg("--").arg(folder).stderr(Stdio::null()).status();
    }
}

/// Removes the places that graders have left which were ended.
pub fn tidy(scratch: &Path) {
    let entries = fs::read_dir(scratch).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('-'));
        let process = process.and_then(|(process, _)| process.parse::<i32>().ok());
        if process.is_some_and(|process| Process::of(process).is_none()) {
            remove(&entry.path());
        }
    }
}

/// Gives a folder with all in it to a user.
fn give(folder: &Path, user: u32) -> std::io::Result<()> {
    chown(folder, Some(user), Some(user))?;
    for entry in fs::read_dir(folder)?.flatten() {
        match entry.file_type()?.is_dir() {
            true => give(&entry.path(), user)?,
            false => chown(entry.path(), Some(user), Some(user))?,
        }
    }
    Ok(())
}

/// Bytes on the disk below a folder. Links are not followed; no honest server goes deeper than is looked.
fn size(folder: &Path) -> u64 {
    let mut open = vec![(folder.to_path_buf(), 0)];
    let mut bytes = 0;
    while let Some((folder, depth)) = open.pop() {
        if depth > DEPTH {
            return u64::MAX;
        }
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            bytes += match entry.metadata() {
                Ok(file) if file.is_dir() => {
                    open.push((entry.path(), depth + 1));
                    4096
                }
                // What is reserved counts, and what only looks large does not.
                Ok(file) => file.blocks() * 512 + 256,
                Err(_) => 0,
            };
        }
    }
    bytes
}

/// Waits for a process, and ends it and all below it when they take too much. Of a judge, only what is
/// below it is ended, since that is the student's, and the judge says what came of it.
pub fn watch(child: &mut Child, limits: Limits, place: &Place, is_judge: bool) -> Option<Excess> {
    let begun = Instant::now();
    let root = i32::try_from(child.id()).unwrap_or_default();
    let before = place.size();
    let mut excess = None;
    let mut looked = Instant::now();
    while let Ok(None) = child.try_wait() {
        let below = below(root, !is_judge);
        let memory: u64 = below.iter().map(|process| process.memory).sum();
        let threads: u64 = below.iter().map(|process| process.threads).sum();
        let mut now = None;
        if memory > limits.memory {
            now = Some(Excess::Memory);
        } else if threads > limits.threads {
            now = Some(Excess::Threads);
        } else if looked.elapsed() > DISK_PULSE {
            looked = Instant::now();
            now = (place.size().saturating_sub(before) > limits.disk).then_some(Excess::Disk);
        }
        let late = begun.elapsed() > limits.time;
        if late || (now.is_some() && !is_judge) {
            below.iter().for_each(|process| kill(process.pid));
            let _ = child.kill();
            let _ = child.wait();
            return now.or(Some(Excess::Time));
        }
        if now.is_some() {
            excess = now;
            below.iter().for_each(|process| kill(process.pid));
        }
        thread::sleep(PULSE);
    }
    excess
}

/// What is known of a process.
#[derive(Debug)]
struct Process {
    pid: i32,
    parent: i32,
    threads: u64,
    memory: u64,
}

impl Process {
    fn of(pid: i32) -> Option<Process> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // `12 (name, which may hold anything) S 1 …`: from the state on, the fields are numbered from 3.
        let (_, rest) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = rest.split(' ').collect();
        let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
        if matches!(fields.first(), Some(&"Z" | &"X")) {
            return None;
        }
        let pages = number(24)?;
        Some(Process {
            pid,
            parent: i32::try_from(number(4)?).ok()?,
            threads: number(20)?,
            memory: pages * rustix::param::page_size() as u64,
        })
    }
}

/// The processes below one, and perhaps itself.
fn below(root: i32, and_itself: bool) -> Vec<Process> {
    let all: HashMap<i32, Process> = processes()
        .filter_map(|pid| Some((pid, Process::of(pid)?)))
        .collect();
    let is_below = |process: &Process| {
        let mut at = process.parent;
        for _ in 0..64 {
            if at == root {
                return true;
            }
            match all.get(&at) {
                Some(parent) => at = parent.parent,
                None => return false,
            }
        }
        false
    };
    let mut found: Vec<i32> = all
        .values()
        .filter(|process| is_below(process))
        .map(|process| process.pid)
        .collect();
    if and_itself {
        found.push(root);
    }
    let mut all = all;
    found.iter().filter_map(|pid| all.remove(pid)).collect()
}

fn processes() -> impl Iterator<Item = i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn kill(pid: i32) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = rustix::process::kill_process(pid, Signal::KILL);
    }
}

/// Ends a group of processes: a compiler with its linker.
pub fn end_group(leader: u32) {
    if let Some(group) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, Signal::KILL);
    }
}
