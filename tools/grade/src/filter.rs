//! The system calls that a program in the sandbox may make. All others are answered as by a kernel that does
//! not know them, so that whoever asks tries something simpler.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use crate::jail::Kind;

/// What any program needs.
const ORDINARY: &[c_long] = &[
    // Files.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_preadv,
    libc::SYS_pwritev,
    libc::SYS_preadv2,
    libc::SYS_pwritev2,
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_lseek,
    libc::SYS_flock,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_ftruncate,
    libc::SYS_truncate,
    libc::SYS_fallocate,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_mkdirat,
    libc::SYS_unlinkat,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_readlinkat,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_umask,
    libc::SYS_getcwd,
    libc::SYS_chdir,
    libc::SYS_fchdir,
    libc::SYS_getdents64,
    libc::SYS_utimensat,
    libc::SYS_copy_file_range,
    libc::SYS_sendfile,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_fadvise64,
    libc::SYS_sync_file_range,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_fcntl,
    libc::SYS_ioctl,
    libc::SYS_pipe2,
    libc::SYS_splice,
    // Waiting.
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_timerfd_create,
    libc::SYS_timerfd_settime,
    libc::SYS_timerfd_gettime,
    libc::SYS_signalfd4,
    libc::SYS_inotify_init1,
    libc::SYS_inotify_add_watch,
    libc::SYS_inotify_rm_watch,
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_restart_syscall,
    // Memory.
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_mlock,
    libc::SYS_munlock,
    libc::SYS_mincore,
    libc::SYS_msync,
    libc::SYS_membarrier,
    // Signals to itself.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigsuspend,
    libc::SYS_sigaltstack,
    // Threads.
    libc::SYS_futex,
    libc::SYS_futex_waitv,
    libc::SYS_set_tid_address,
    libc::SYS_set_robust_list,
    libc::SYS_get_robust_list,
    libc::SYS_rseq,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getcpu,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_execve,
    libc::SYS_wait4,
    libc::SYS_waitid,
    // Clocks and what it is.
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_gettimeofday,
    libc::SYS_times,
    libc::SYS_getrusage,
    libc::SYS_setitimer,
    libc::SYS_getitimer,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getppid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getgroups,
    libc::SYS_getpgid,
    libc::SYS_getsid,
    libc::SYS_getresuid,
    libc::SYS_getresgid,
    libc::SYS_capget,
    libc::SYS_prctl,
];

/// What the same is called on this kind of processor only.
#[cfg(target_arch = "x86_64")]
const OLD: &[c_long] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_rename,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_unlink,
    libc::SYS_link,
    libc::SYS_symlink,
    libc::SYS_readlink,
    libc::SYS_chmod,
    libc::SYS_getdents,
    libc::SYS_dup2,
    libc::SYS_pipe,
    libc::SYS_poll,
    libc::SYS_select,
    libc::SYS_epoll_create,
    libc::SYS_epoll_wait,
    libc::SYS_eventfd,
    libc::SYS_signalfd,
    libc::SYS_time,
    libc::SYS_getpgrp,
    libc::SYS_alarm,
    libc::SYS_getrlimit,
    libc::SYS_arch_prctl,
    libc::SYS_pause,
    libc::SYS_creat,
    libc::SYS_utimes,
    libc::SYS_utime,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[c_long] = &[];

/// What a server needs beside: to listen, and to answer whoever connects.
const LISTENING: &[c_long] = &[
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_getsockopt,
    libc::SYS_setsockopt,
    libc::SYS_shutdown,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
];

/// What a compiler needs beside: processes of its own.
const COMPILING: &[c_long] = &[
    libc::SYS_getpriority,
    libc::SYS_getxattr,
    libc::SYS_lgetxattr,
    libc::SYS_tee,
    libc::SYS_sched_getparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_setrlimit,
    // Over a pair of its own ends: there is no other socket.
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
];

/// Data with the first packet: a connection that is made without `connect`.
const FAST_OPEN: u64 = 0x2000_0000;
/// A thread of the same process.
const THREAD: u64 = libc::CLONE_THREAD as u64;
const NAMESPACES: u64 = (libc::CLONE_NEWNS
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET
    | libc::CLONE_NEWCGROUP) as u64;

/// A condition: argument, what it is compared by, and with what.
type Condition = (u8, SeccompCmpOp, u64);
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Takes all other system calls from this process, for good.
pub fn apply(kind: Kind) -> Result<(), String> {
    let program = program(kind).map_err(|error| error.to_string())?;
    seccompiler::apply_filter(&program).map_err(|error| error.to_string())
}

fn program(kind: Kind) -> Result<BpfProgram, seccompiler::BackendError> {
    use SeccompCmpOp::{Eq, MaskedEq};
    let own = u64::from(std::process::id());
    let mut rules = Rules::new();
    for call in ORDINARY.iter().chain(OLD) {
        rules.insert(*call, Vec::new());
    }
    // Signals and limits: for itself alone. It keeps its number when it becomes the program.
    for call in [
        libc::SYS_kill,
        libc::SYS_tgkill,
        libc::SYS_rt_sigqueueinfo,
        libc::SYS_rt_tgsigqueueinfo,
    ] {
        allow(&mut rules, call, &[(0, Eq, own)])?;
    }
    for call in [libc::SYS_prlimit64, libc::SYS_sched_setaffinity] {
        allow(&mut rules, call, &[(0, Eq, 0)])?;
        allow(&mut rules, call, &[(0, Eq, own)])?;
    }
    if kind == Kind::Compiler {
        rules.extend(COMPILING.iter().map(|call| (*call, Vec::new())));
        allow(&mut rules, libc::SYS_clone, &[(0, MaskedEq(NAMESPACES), 0)])?;
        // Its own processes end each other; Landlock keeps them from all others.
        for call in [libc::SYS_kill, libc::SYS_tgkill] {
            rules.insert(call, Vec::new());
        }
    } else {
        rules.extend(LISTENING.iter().map(|call| (*call, Vec::new())));
        let with_threads = THREAD | NAMESPACES;
        allow(
            &mut rules,
            libc::SYS_clone,
            &[(0, MaskedEq(with_threads), THREAD)],
        )?;
        for family in [libc::AF_INET, libc::AF_INET6] {
            for protocol in [0, libc::IPPROTO_TCP] {
                let stream = libc::SOCK_STREAM as u64;
                let conditions = [
                    (0, Eq, family as u64),
                    (1, MaskedEq(0xf), stream),
                    (2, Eq, protocol as u64),
                ];
                allow(&mut rules, libc::SYS_socket, &conditions)?;
            }
        }
        allow(&mut rules, libc::SYS_sendto, &[(3, MaskedEq(FAST_OPEN), 0)])?;
        allow(
            &mut rules,
            libc::SYS_sendmsg,
            &[(2, MaskedEq(FAST_OPEN), 0)],
        )?;
    }
    // A pair of its own ends leads nowhere.
    allow(
        &mut rules,
        libc::SYS_socketpair,
        &[(0, Eq, libc::AF_UNIX as u64)],
    )?;
    let unknown = SeccompAction::Errno(libc::ENOSYS as u32);
    let processor = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, unknown, SeccompAction::Allow, processor)?.try_into()
}

/// Allows a call when all conditions hold. Several of one call: when those of any do.
fn allow(
    rules: &mut Rules,
    call: c_long,
    conditions: &[Condition],
) -> Result<(), seccompiler::BackendError> {
    let condition = |(argument, by, with): &Condition| {
        SeccompCondition::new(*argument, SeccompCmpArgLen::Dword, by.clone(), *with)
    };
    let conditions: Result<Vec<_>, _> = conditions.iter().map(condition).collect();
    rules
        .entry(call)
        .or_default()
        .push(SeccompRule::new(conditions?)?);
    Ok(())
}
