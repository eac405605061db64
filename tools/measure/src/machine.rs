//! This machine: what it is, and what its processes use.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;
use std::time::SystemTime;

use house::contain;

/// One line for below a table: processors, system, compiler, day.
pub fn description() -> String {
    let processors = available_parallelism().map_or(1, usize::from);
    let plural = if processors == 1 { "" } else { "s" };
    let today = httpdate::fmt_http_date(SystemTime::now());
    // `Sat, 21 Nov 2026 02:04:42 GMT`
    let today = today.get(5..16).unwrap_or_default();
    format!(
        "Measured on {today}: {processors} processor{plural}, {}, {}.",
        system(),
        compiler()
    )
}

fn system() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="));
    match name {
        Some(name) => name.trim_matches('"').to_string(),
        None => std::env::consts::OS.to_string(),
    }
}

fn compiler() -> String {
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()))
        .arg("--version")
        .output();
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let version = version.unwrap_or_default();
    let words: Vec<&str> = version.split_whitespace().take(2).collect();
    words.join(" ")
}

/// What a process uses at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Its memory that lies in RAM, in bytes.
    pub resident: u64,
    /// Its threads.
    pub threads: u64,
    /// The processor time it has taken since its start, in seconds.
    pub processor: f64,
    /// What the kernel holds for it: its page tables, and the stacks of all threads of the system,
    /// which are not told apart by process. In bytes.
    pub kernel: u64,
}

/// Reads the usage of a process.
///
/// # Errors
/// On systems other than Linux, which tells it in files below `/proc`.
pub fn usage(pid: u32) -> Result<Usage, String> {
    let unknown = |path: &str| {
        format!(
            "This system does not say how much memory a process uses: there is no {path}, as on Linux."
        )
    };
    let read = |path: String| fs::read_to_string(&path).map_err(|_| unknown(&path));
    let status = read(format!("/proc/{pid}/status"))?;
    let memory = read("/proc/meminfo".into())?;
    let stat = read(format!("/proc/{pid}/stat"))?;
    // The fields behind the name, which stands in parentheses and may hold spaces: the 12th and
    // 13th are the ticks spent in the program and in the kernel for it. A tick is 10 ms.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    Ok(Usage {
        resident: field(&status, "VmRSS:") * 1024,
        threads: field(&status, "Threads:"),
        processor: ticks as f64 / 100.0,
        kernel: (field(&status, "VmPTE:") + field(&memory, "KernelStack:")) * 1024,
    })
}

/// The memory of a process and of all that it has started, in bytes. What several processes share
/// is counted once: each has its share of it (the kernel calls this the proportional set size).
///
/// # Errors
/// On systems other than Linux, which tells it in files below `/proc`.
pub fn memory_of_family(pid: u32) -> Result<u64, String> {
    let mut bytes = 0;
    for process in family(pid)? {
        let path = format!("/proc/{process}/smaps_rollup");
        let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        bytes += field(&text, "Pss:") * 1024;
    }
    Ok(bytes)
}

/// The processor time of a process and of all that it has started and that still runs, in seconds.
///
/// # Errors
/// On systems other than Linux, which tells it in files below `/proc`.
pub fn processor_of_family(pid: u32) -> Result<f64, String> {
    let mut seconds = 0.0;
    for process in family(pid)? {
        seconds += usage(process)?.processor;
    }
    Ok(seconds)
}

fn family(pid: u32) -> Result<Vec<u32>, String> {
    contain::family(pid).ok_or("This system does not tell what a process has started.".into())
}

/// The number behind a name in a file of `/proc`.
fn field(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Raises the limit of open files of this process and those it starts as far as the system
/// allows, and says how far that is.
#[cfg(unix)]
pub fn raise_open_files() -> u64 {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let mut raised = limit;
    raised.current = limit.maximum;
    // macOS refuses "no limit", and says so only here.
    let _ = setrlimit(Resource::Nofile, raised);
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// Windows has no such limit for sockets.
#[cfg(not(unix))]
pub fn raise_open_files() -> u64 {
    u64::MAX
}
