//! The sandbox, from inside: `grade jail SPEC PROGRAM ARGUMENTS…` takes from this process whatever the program
//! must not have, and becomes the program.
//!
//! It is a process of its own, with one thread, so that nothing has to be done between `fork` and `exec`
//! of a larger one. The layers, in this order:
//!
//! | layer | what it takes |
//! |---|---|
//! | network | where the system allows it: the judge and its servers are in a network of their own, with nobody else |
//! | open files | all but standard input, output and error |
//! | rlimits | processor time, memory and files of each process, core files |
//! | user | when root: a user that nobody else is, or at least all of root's capabilities |
//! | parent | the process ends with the one that started it |
//! | Landlock | every file but those of [`View`], signals to others, abstract sockets |
//! | seccomp | every system call that a compiler or a server does not need: to connect, to send datagrams, to start processes (for a server), to look into others |

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus, Scope, path_beneath_rules,
};
use rustix::process::{Gid, Resource, Rlimit, Signal, Uid};
use rustix::thread::CapabilitySet;
use serde::{Deserialize, Serialize};

use crate::filter;

/// What a program may do.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The judge: it only ends with the grader.
    Judge,
    /// The compiler: processes, no network.
    Compiler,
    /// A student's server: one process, which listens and connects to nobody.
    Server,
}

/// What a program may do, see and use up.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Jail {
    pub kind: Kind,
    pub view: View,
    /// The user to become, when this is root.
    pub user: Option<u32>,
    /// Bytes of writable memory, of each process.
    pub memory: u64,
    /// Bytes of each file.
    pub file: u64,
    /// Seconds of processor time, of each process.
    pub processor: u64,
    /// A network of its own, in which nobody else is: for the judge, whose servers are in it, too.
    pub network: bool,
    /// Nothing but limits: `--unsafe-no-sandbox`.
    pub is_open: bool,
}

/// The files in sight. Everything else is not to be opened.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct View {
    pub read: Vec<PathBuf>,
    pub run: Vec<PathBuf>,
    pub write: Vec<PathBuf>,
}

/// The exit status of a jail that could not be closed. No program of ours ends with it.
pub const OPEN: u8 = 113;

/// `grade jail SPEC PROGRAM ARGUMENTS…`. It returns only when it could not become the program.
pub fn main(arguments: &[std::ffi::OsString]) -> ExitCode {
    let [spec, program, arguments @ ..] = arguments else {
        return open("it takes a specification and a program");
    };
    let spec = spec.to_str().ok_or("is not UTF-8".to_string());
    let jail: Jail =
        match spec.and_then(|spec| serde_json::from_str(spec).map_err(|error| error.to_string())) {
            Ok(jail) => jail,
            Err(problem) => return open(&problem),
        };
    if let Err(problem) = jail.close() {
        return open(&problem);
    }
    let error = Command::new(program).args(arguments).exec();
    open(&format!("{}: {error}", program.display()))
}

fn open(problem: &str) -> ExitCode {
    eprintln!("The sandbox cannot be closed: {problem}");
    ExitCode::from(OPEN)
}

impl Jail {
    /// Takes from this process whatever the program must not have.
    fn close(&self) -> Result<(), String> {
        let named =
            |layer: &'static str| move |error: &dyn std::fmt::Display| format!("{layer}: {error}");
        if self.network {
            own_network().map_err(|error| named("network")(&error))?;
        }
        if self.kind == Kind::Judge {
            return self
                .end_with_parent()
                .map_err(|error| named("parent")(&error));
        }
        shut_files();
        self.limit().map_err(|error| named("rlimits")(&error))?;
        if self.is_open {
            return self
                .end_with_parent()
                .map_err(|error| named("parent")(&error));
        }
        self.become_user().map_err(|error| named("user")(&error))?;
        self.end_with_parent()
            .map_err(|error| named("parent")(&error))?;
        rustix::thread::set_no_new_privs(true).map_err(|error| named("privileges")(&error))?;
        self.hide_files()
            .map_err(|error| named("Landlock")(&error))?;
        filter::apply(self.kind).map_err(|error| named("seccomp")(&error))
    }

    /// The user that changes forgets about its parent, so this comes behind that.
    fn end_with_parent(&self) -> Result<(), rustix::io::Errno> {
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
    }

    fn limit(&self) -> Result<(), rustix::io::Errno> {
        let set = |resource, most: u64| {
            let limit = Rlimit {
                current: Some(most),
                maximum: Some(most),
            };
            rustix::process::setrlimit(resource, limit)
        };
        set(Resource::Core, 0)?;
        set(Resource::Fsize, self.file)?;
        set(Resource::Cpu, self.processor)?;
        set(Resource::Data, self.memory)?;
        // Addresses cost nothing: threads and allocators reserve many that they never use.
        set(Resource::As, self.memory.saturating_mul(8))?;
        set(Resource::Memlock, 64 * 1024)?;
        set(Resource::Nofile, 1024)?;
        if self.user.is_some() {
            // It counts threads, of this user alone.
            set(Resource::Nproc, 2048)?;
        }
        Ok(())
    }

    fn become_user(&self) -> Result<(), rustix::io::Errno> {
        if !rustix::process::geteuid().is_root() {
            return Ok(());
        }
        if let Some(number) = self.user {
            let (user, group) = (Uid::from_raw(number), Gid::from_raw(number));
            rustix::thread::set_thread_groups(&[])?;
            rustix::thread::set_thread_res_gid(group, group, group)?;
            rustix::thread::set_thread_res_uid(user, user, user)?;
        }
        let none = CapabilitySet::empty();
        rustix::thread::clear_ambient_capability_set()?;
        let sets = rustix::thread::CapabilitySets {
            effective: none,
            permitted: none,
            inheritable: none,
        };
        rustix::thread::set_capabilities(None, sets)
    }

    fn hide_files(&self) -> Result<(), String> {
        let abi = ABI::V7;
        let (read, write) = (AccessFs::from_read(abi), AccessFs::from_write(abi));
        let look: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::ReadDir;
        let to_write = (look | write)
            & !(AccessFs::MakeBlock | AccessFs::MakeChar | AccessFs::MakeSock | AccessFs::MakeFifo);
        let closed = || {
            Ruleset::default()
                .set_compatibility(CompatLevel::BestEffort)
                .handle_access(AccessFs::from_all(abi))?
                .scope(Scope::from_all(abi))?
                .create()?
                .add_rules(path_beneath_rules(&self.view.read, look))?
                .add_rules(path_beneath_rules(&self.view.run, read))?
                .add_rules(path_beneath_rules(&self.view.write, to_write))?
                .restrict_self()
        };
        let status = closed().map_err(|error| error.to_string())?;
        match status.ruleset {
            RulesetStatus::NotEnforced => Err("this kernel has none".into()),
            _ => Ok(()),
        }
    }
}

/// Puts this process into a network where only itself is, and what it starts. Who is not root needs a user
/// name space for that, in which nothing else changes.
fn own_network() -> std::io::Result<()> {
    let (user, group) = (rustix::process::geteuid(), rustix::process::getegid());
    let spaces = match user.is_root() {
        true => libc::CLONE_NEWNET,
        false => libc::CLONE_NEWNET | libc::CLONE_NEWUSER,
    };
    // SAFETY: no memory and no files are shared or unshared by these, and this process has one thread.
    if unsafe { libc::unshare(spaces) } < 0 {
        return Err(std::io::Error::last_os_error());
    }
    if !user.is_root() {
        std::fs::write("/proc/self/setgroups", "deny")?;
        std::fs::write("/proc/self/uid_map", format!("{0} {0} 1", user.as_raw()))?;
        std::fs::write("/proc/self/gid_map", format!("{0} {0} 1", group.as_raw()))?;
    }
    // Its own machine is in it, but asleep.
    let socket = std::net::UdpSocket::bind("0.0.0.0:0")?;
    // SAFETY: all zeros are a request for nothing.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    request.ifr_name[0] = b'l' as libc::c_char;
    request.ifr_name[1] = b'o' as libc::c_char;
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    let number = std::os::fd::AsRawFd::as_raw_fd(&socket);
    // SAFETY: the request is a whole one and outlives the call.
    match unsafe { libc::ioctl(number, libc::SIOCSIFFLAGS as _, &raw const request) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}

/// Whatever was open in the process that started us, by mistake, is not in the program.
fn shut_files() {
    // SAFETY: files are marked, not closed: those that this process has are as good as before.
    unsafe {
        libc::close_range(
            3,
            libc::c_uint::MAX,
            libc::CLOSE_RANGE_CLOEXEC as libc::c_int,
        );
    }
}
