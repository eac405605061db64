//! An acknowledged note is kept: whatever happens to the process, and when the disk is full.

use std::collections::BTreeSet;
use std::env;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use wire::server::Server;
use wire::visitor::Visitor;

use crate::{Folder, assert_whole, by_way_of, can_use, command, has, program, start};

const NOTES: &str = "/api/notes/persist";
const WRITERS: usize = 8;

/// What the writers know: what they have sent, and what was acknowledged.
#[derive(Default)]
struct Known {
    sent: Mutex<BTreeSet<String>>,
    kept: Mutex<BTreeSet<String>>,
    count: AtomicUsize,
    over: AtomicBool,
}

fn add(set: &Mutex<BTreeSet<String>>, text: &str) {
    let mut set = set.lock().unwrap_or_else(PoisonError::into_inner);
    set.insert(text.to_string());
}

fn all(set: &Mutex<BTreeSet<String>>) -> BTreeSet<String> {
    set.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Writes notes until the server is gone.
fn write(address: SocketAddr, name: &str, known: &Known) {
    let mut visitor = Visitor::new(address);
    for number in 0.. {
        let text = format!("{name} {number}");
        add(&known.sent, &text);
        match visitor.post_json(NOTES, &format!(r#"{{"text": "{text}"}}"#)) {
            Ok(answer) if answer.status == 201 => {
                add(&known.kept, &text);
                known.count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(answer) => {
                let over = known.over.load(Ordering::Relaxed);
                assert!(over, "{} to a note", answer.status);
            }
            Err(_) => return,
        }
    }
}

fn stored(visitor: &mut Visitor) -> BTreeSet<String> {
    let answer = visitor.get(NOTES).expect("the notes are read");
    assert_eq!(answer.status, 200);
    let notes: Vec<serde_json::Value> =
        serde_json::from_slice(&answer.body).expect("the notes are JSON");
    let text = |note: &serde_json::Value| note["text"].as_str().expect("a text").to_string();
    notes.iter().map(text).collect()
}

#[test]
fn d01_what_was_acknowledged_is_there_after_kill_9() {
    let kills: usize = env::var("KILLS").map_or(3, |kills| kills.parse().expect("a number"));
    let folder = Folder::new();
    program(); // built before the starts are timed
    let known = Arc::new(Known::default());
    let mut longest = Duration::ZERO;
    for round in 0..kills {
        let begun = Instant::now();
        let mut server = start(&folder);
        longest = longest.max(begun.elapsed());
        let kept = all(&known.kept);
        let found = stored(&mut Visitor::new(server.address()));
        let lost: Vec<_> = kept.difference(&found).collect();
        assert!(lost.is_empty(), "acknowledged, and lost: {lost:?}");
        let made_up: Vec<_> = found.difference(&all(&known.sent)).cloned().collect();
        assert!(made_up.is_empty(), "never sent: {made_up:?}");
        known.over.store(false, Ordering::Relaxed);
        let before = known.count.load(Ordering::Relaxed);
        let address = server.address();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let known = Arc::clone(&known);
                thread::spawn(move || write(address, &format!("{round} {writer}"), &known))
            })
            .collect();
        // At another moment each time: after so many notes.
        let enough = before + 1 + round * 7 % 23;
        while known.count.load(Ordering::Relaxed) < enough {
            assert!(
                !writers.iter().all(|writer| writer.is_finished()),
                "the writers gave up"
            );
            thread::yield_now();
        }
        known.over.store(true, Ordering::Relaxed);
        server.kill();
        for writer in writers {
            writer
                .join()
                .expect("a writer ends when the server is gone");
        }
    }
    let server = start(&folder);
    let found = stored(&mut Visitor::new(server.address()));
    assert!(all(&known.kept).is_subset(&found));
    drop(server);
    assert_whole(&folder);
    println!(
        "{kills} kills, {} notes acknowledged, none lost; longest start {longest:.0?}",
        known.count.load(Ordering::Relaxed)
    );
}

#[test]
fn d02_a_note_is_on_the_disk_before_its_answer_leaves() {
    if !can_use("strace", cfg!(target_os = "linux") && has("strace")) {
        return;
    }
    let folder = Folder::new();
    drop(start(&folder));
    let trace = folder.0.path().join("trace");
    let trace_name = trace.to_string_lossy().into_owned();
    let calls = "trace=pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg";
    let way = [
        "strace",
        "-f",
        "-y",
        "-s",
        "40",
        "-o",
        &trace_name,
        "-e",
        calls,
    ];
    let mut server = Server::start_command(&mut by_way_of(&folder, &way, &[])).unwrap();
    let mut visitor = Visitor::new(server.address());
    let answer = visitor
        .post_json(NOTES, r#"{"text": "on the disk"}"#)
        .unwrap();
    assert_eq!(answer.status, 201);
    // strace keeps signals to itself: the server is its child.
    let strace = server.pid();
    let child = std::fs::read_to_string(format!("/proc/{strace}/task/{strace}/children"));
    let child = child.expect("Linux tells the children of a process");
    let asked = Command::new("kill").args(["-INT", child.trim()]).status();
    assert!(asked.is_ok_and(|status| status.success()));
    server.wait();
    let trace = std::fs::read_to_string(trace).expect("strace has written");
    let lines: Vec<&str> = trace.lines().collect();
    let reply = lines.iter().position(|line| line.contains("201 Created"));
    let reply = reply.expect("the reply is in the trace");
    let is_write = |line: &&str| line.contains("pwrite64(") && line.contains("-wal");
    let last_write = lines[..reply]
        .iter()
        .rposition(is_write)
        .expect("the log is written");
    let synced = lines[last_write..reply]
        .iter()
        .any(|line| line.contains("fdatasync(") || line.contains("fsync("));
    assert!(
        synced,
        "no sync between the write and the reply:\n{}",
        lines[last_write..=reply].join("\n")
    );
}

#[test]
fn d05_a_full_disk_is_said_and_loses_nothing() {
    if !can_use("prlimit", cfg!(target_os = "linux") && has("prlimit")) {
        return;
    }
    let folder = Folder::new();
    drop(start(&folder));
    // No file may grow beyond 2 MB; the signal that says so is ignored, so that the write fails.
    let shell = "trap '' XFSZ; prlimit --pid $$ --fsize=2000000:unlimited; exec \"$0\"";
    let mut limited = by_way_of(&folder, &["sh", "-c", shell], &[]);
    let server = Server::start_command(&mut limited).unwrap();
    let mut visitor = Visitor::new(server.address());
    let long = "x".repeat(9_000);
    let mut kept = BTreeSet::new();
    let mut refused = None;
    for number in 0..2_000 {
        let text = format!("{number} {long}");
        let answer = visitor
            .post_json(NOTES, &format!(r#"{{"text": "{text}"}}"#))
            .unwrap();
        if answer.status != 201 {
            refused = Some(answer);
            break;
        }
        kept.insert(text);
    }
    let refused = refused.expect("the disk is full at some time");
    assert!(matches!(refused.status, 503 | 507), "{}", refused.status);
    assert!(refused.header("retry-after").is_some());
    assert_eq!(stored(&mut visitor), kept, "what was kept can be read");
    let room = Command::new("prlimit")
        .args(["--pid", &server.pid().to_string(), "--fsize=unlimited"])
        .status();
    assert!(
        room.is_ok_and(|status| status.success()),
        "the limit can be raised"
    );
    let answer = visitor
        .post_json(NOTES, r#"{"text": "there is room"}"#)
        .unwrap();
    assert_eq!(
        answer.status,
        201,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    kept.insert("there is room".into());
    assert_eq!(stored(&mut visitor), kept);
    drop(server);
    assert_whole(&folder);
}

#[test]
fn d06_32_writers_meet_no_error() {
    let folder = Folder::new();
    let server = start(&folder);
    let address = server.address();
    let writers: Vec<_> = (0..32)
        .map(|writer| {
            thread::spawn(move || {
                let mut visitor = Visitor::new(address);
                visitor.json_head().unwrap();
                let write = |number| {
                    let begun = Instant::now();
                    let note = format!(r#"{{"text": "{writer} {number}"}}"#);
                    let answer = visitor.post_json(NOTES, &note).unwrap();
                    assert_eq!(answer.status, 201);
                    begun.elapsed()
                };
                (0..10).map(write).collect::<Vec<_>>()
            })
        })
        .collect();
    let mut took: Vec<Duration> = writers
        .into_iter()
        .flat_map(|writer| writer.join().expect("no error"))
        .collect();
    took.sort();
    let late = took[took.len() * 99 / 100];
    println!("320 notes by 32 writers: 99 of 100 within {late:.0?}");
    assert_eq!(stored(&mut Visitor::new(address)).len(), 320);
}

#[test]
fn d09_a_backup_of_a_site_in_use_is_equal_to_it() {
    let folder = Folder::new();
    let server = start(&folder);
    let mut visitor = Visitor::new(server.address());
    for number in 0..20 {
        let note = format!(r#"{{"text": "note {number}"}}"#);
        assert_eq!(visitor.post_json(NOTES, &note).unwrap().status, 201);
    }
    let (status, said) = crate::run(&mut command(&folder, &["backup", "it's a copy.sqlite3"]));
    assert_eq!(status, Some(0), "{said}");
    let dump = |file: &str| {
        let mut dump = command(&folder, &["dumpdata"]);
        crate::run(dump.env("DATABASE_URL", format!("sqlite:{file}")))
    };
    let (copy, original) = (dump("it's a copy.sqlite3"), dump("lesson-12.sqlite3"));
    assert_eq!(copy.0, Some(0), "{}", copy.1);
    assert!(copy.1.contains("note 19"));
    assert_eq!(copy, original);
}
