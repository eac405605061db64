//! Several machines: whoever dies, no submission is lost, and none is counted twice.

#![cfg(target_os = "linux")]

mod submissions;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use submissions::submissions;

/// A program of the test's, which ends with it.
struct Program(Child);

impl Program {
    fn start(command: &mut Command) -> Program {
        Program(command.spawn().expect("it starts"))
    }

    /// SIGKILL: it cannot say anything any more.
    fn kill(&mut self) {
        self.0.kill().expect("it runs");
        self.0.wait().expect("it has ended");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where Debian's server is; none, where it is missing. In CI it must be there.
fn server() -> Option<&'static str> {
    let places = ["/usr/sbin/nats-server", "/usr/bin/nats-server"];
    let found = places.into_iter().find(|place| Path::new(place).exists());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "nats-server is missing");
        println!("skipped: several machines (nats-server is missing; Debian: nats-server)");
    }
    found
}

fn grade() -> Command {
    let mut grade = Command::new(env!("CARGO_BIN_EXE_grade"));
    grade.stdout(Stdio::null());
    grade
}

fn worker(url: &str) -> (Program, BufReader<ChildStderr>) {
    let mut worker = grade();
    worker.args(["worker", "--jobs", "1", "--queue", url]);
    let mut worker = Program::start(worker.stderr(Stdio::piped()));
    let said = worker.0.stderr.take().expect("it is ours");
    (worker, BufReader::new(said))
}

/// The next submission that a worker has taken.
fn taken(said: &mut BufReader<ChildStderr>) -> String {
    let lines = said.lines().map(|line| line.expect("it is text"));
    let mut seen = Vec::new();
    for line in lines {
        if let Some(name) = line.strip_suffix(": taken") {
            return name.to_string();
        }
        seen.push(line);
    }
    panic!("it has ended: {seen:?}");
}

#[test]
fn a_worker_that_is_killed_loses_nothing_and_counts_nothing_twice() {
    play(false);
}

#[test]
fn a_run_whose_every_part_is_killed_goes_on() {
    play(true);
}

/// Two workers, one of which is killed when it has taken a submission; the one that hands out, too, if so wished.
fn play(is_all_cut_off: bool) {
    let Some(server) = server() else { return };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let ports = folder.path().join("ports");
    fs::create_dir(&ports).expect("a folder can be made");
    let mut nats = Command::new(server);
    nats.args(["--jetstream", "--addr", "127.0.0.1", "--port", "-1"])
        .arg("--store_dir")
        .arg(folder.path())
        .arg("--ports_file_dir")
        .arg(&ports)
        .stderr(Stdio::null());
    let _nats = Program::start(&mut nats);
    let url = url(&ports);
    let submissions = submissions(5);
    let out = folder.path().join("out");
    let mut all = grade();
    all.arg(submissions.path())
        .args(["--exercise", "02", "--format", "json", "--queue", &url])
        .arg("--out")
        .arg(&out);
    let mut first = Program::start(&mut all);
    let (mut dying, mut said) = worker(&url);
    let lost = taken(&mut said);
    let (_living, mut said) = worker(&url);
    dying.kill();
    if is_all_cut_off {
        first.kill();
        first = Program::start(&mut all);
    }
    let status = first.0.wait().expect("it ends");
    assert!(status.success());
    // It was given to the other one.
    while taken(&mut said) != lost {}
    let results = fs::read_to_string(out.join("results.json")).expect("it is written");
    let results: Vec<Value> = serde_json::from_str(&results).expect("it is JSON");
    let points = |result: &Value| {
        let name = result["submission"].as_str().expect("a name").to_string();
        (name, result["points"].as_f64().expect("a number"))
    };
    let found: BTreeMap<String, f64> = results.iter().map(points).collect();
    let max = results[0]["max"].as_f64().expect("a number");
    let right = (0..5).map(|number| {
        let points = if number % 2 == 0 { 0.0 } else { max };
        (format!("student-{number}"), points)
    });
    assert_eq!(results.len(), 5);
    assert_eq!(found, right.collect());
}

/// The server says in a file which port it has.
fn url(ports: &Path) -> String {
    let begun = Instant::now();
    loop {
        let files = fs::read_dir(ports).expect("it is there").flatten();
        let said = files.filter_map(|file| fs::read_to_string(file.path()).ok());
        let said = said.filter_map(|text| serde_json::from_str::<Value>(&text).ok());
        let found = said.filter_map(|said| Some(said["nats"][0].as_str()?.to_string()));
        if let Some(url) = found.last() {
            return url;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "no port");
        std::thread::yield_now();
    }
}
