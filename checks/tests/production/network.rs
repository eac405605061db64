//! How it ends, and who cannot keep others from being served.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use wire::Connection;
use wire::server::PATIENCE;
use wire::visitor::Visitor;

use crate::{Folder, can_use, command, start};

const NOTES: &str = "/api/notes/persist";
/// The server waits 10 s for a head. Who is still waited for now is waited for for ever; how soon a
/// client is shed is measured by `cargo measure hostile`.
const FOR_GOOD: Duration = Duration::from_secs(40);

#[cfg(unix)]
#[test]
fn d04_sigterm_ends_what_has_begun_and_takes_nothing_new() {
    let folder = Folder::new();
    let mut server = start(&folder);
    let mut visitor = Visitor::new(server.address());
    let head = visitor.json_head().unwrap();
    let request = visitor.bytes("POST", NOTES, &head, r#"{"text": "in flight"}"#);
    let (first, rest) = request.split_at(request.len() - 5);
    let mut connection = Connection::open(server.address()).unwrap();
    // The head has been read when its interim answer comes.
    let first = first.replacen("\r\n", "\r\nExpect: 100-continue\r\n", 1);
    connection.send(first.as_bytes()).unwrap();
    let interim = connection.interim().unwrap();
    assert!(interim.starts_with(b"HTTP/1.1 100"));
    server.signal("TERM");
    let begun = Instant::now();
    while Connection::open(server.address()).is_ok() {
        assert!(begun.elapsed() < PATIENCE, "it still takes connections");
        std::thread::yield_now();
    }
    connection.send(rest.as_bytes()).unwrap();
    let answer = connection.answer("POST").unwrap().expect("an answer");
    assert_eq!(answer.status, 201);
    assert_eq!(server.wait().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn d04_a_second_sigterm_ends_it_at_once() {
    let folder = Folder::new();
    let mut server = start(&folder);
    let mut waiting = Connection::open(server.address()).unwrap();
    let head =
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    waiting.send(head.as_bytes()).unwrap();
    waiting.interim().unwrap();
    server.signal("TERM");
    let begun = Instant::now();
    while Connection::open(server.address()).is_ok() {
        assert!(begun.elapsed() < PATIENCE, "it still takes connections");
        std::thread::yield_now();
    }
    let again = Instant::now();
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(1));
    // Without the second it would have waited 10 seconds for the body.
    assert!(again.elapsed() < Duration::from_secs(8));
}

#[test]
fn a_thousand_slow_clients_are_shed_while_others_are_served() {
    let most = std::process::Command::new("sh")
        .args(["-c", "ulimit -n"])
        .output();
    let most = most.map(|most| String::from_utf8_lossy(&most.stdout).trim().to_string());
    let enough = most.is_ok_and(|most| {
        most.parse()
            .map_or(most == "unlimited", |most: u64| most > 1_200)
    });
    if !can_use("a limit of more than 1,200 open files", enough) {
        return;
    }
    let folder = Folder::new();
    let server = start(&folder);
    let mut visitor = Visitor::new(server.address());
    visitor.get("/").unwrap();
    let slow: Vec<TcpStream> = (0..1_000)
        .map(|_| {
            let mut stream = server.connect().unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
            stream
        })
        .collect();
    let begun = Instant::now();
    let mut took = Vec::new();
    for _ in 0..200 {
        let asked = Instant::now();
        assert_eq!(visitor.get("/").unwrap().status, 200);
        took.push(asked.elapsed());
    }
    for mut stream in slow {
        stream.set_read_timeout(Some(FOR_GOOD)).unwrap();
        // It is closed, with an answer or without, or reset: what matters is that it ends.
        let ended = stream.read_to_end(&mut Vec::new());
        let kind = ended.map_err(|error| error.kind()).err();
        let waits = matches!(kind, Some(ErrorKind::WouldBlock | ErrorKind::TimedOut));
        assert!(!waits, "a slow client is still waited for");
    }
    let shed = begun.elapsed();
    took.sort();
    let late = took[198];
    println!("1,000 slow clients: shed after {shed:?}; others served within {late:?} (99 of 100)");
    assert_eq!(visitor.get("/").unwrap().status, 200);
}

#[test]
fn two_servers_cannot_have_one_port() {
    let folder = Folder::new();
    let server = start(&folder);
    let (status, said) = crate::run(command(&folder, &[]).env("PORT", server.port.to_string()));
    assert_eq!(status, Some(2));
    assert!(said.contains("Cannot listen on port"), "{said}");
}
