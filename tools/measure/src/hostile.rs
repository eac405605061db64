//! How each lesson's server fares against requests that are not valid, and against slow clients.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use house::build::ServerName;
use wire::answer::Reader;
use wire::server::Server;

use crate::{machine, report};

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(3);
/// Clients that begin a request and do not end it, and how long they are watched.
const SLOW: usize = 100;
const WATCHED: Duration = Duration::from_secs(15);

/// Requests that a server has to refuse, by a 4xx or by closing the connection. Each says what
/// is wrong with it.
fn bad_requests() -> Vec<(&'static str, Vec<u8>)> {
    let get = |lines: &str| format!("GET / HTTP/1.1\r\n{lines}\r\n").into_bytes();
    let post = |lines: &str, body: &str| {
        format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n{body}").into_bytes()
    };
    let hidden = "0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
    let both = format!(
        "Content-Length: {}\r\nTransfer-Encoding: chunked\r\n",
        hidden.len()
    );
    let chunked = "Transfer-Encoding: chunked\r\n";
    vec![
        ("no HTTP at all", b"\x80\x81\x82\xff\r\n\r\n".to_vec()),
        ("version 9.9", b"GET / HTTP/9.9\r\nHost: a\r\n\r\n".to_vec()),
        (
            "a NUL in the target",
            b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
        ),
        (
            "a space in the target",
            b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
        ),
        ("no Host", get("")),
        ("two Hosts", get("Host: a\r\nHost: b\r\n")),
        ("an invalid Host", get("Host: a b<>\r\n")),
        ("a space before a colon", get("Host: a\r\nX-A : 1\r\n")),
        ("a header without a colon", get("Host: a\r\nnonsense\r\n")),
        (
            "20,000 headers",
            get(&format!("Host: a\r\n{}", "X-A: 1\r\n".repeat(20_000))),
        ),
        (
            "a head of 4 MB",
            get(&format!("Host: a\r\nX-A: {}\r\n", "a".repeat(4_000_000))),
        ),
        (
            "two lengths",
            post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"),
        ),
        ("a negative length", post("Content-Length: -1\r\n", "x")),
        ("a length of +5", post("Content-Length: +5\r\n", "hello")),
        (
            "a length of 9 GB",
            post("Content-Length: 9000000000\r\n", ""),
        ),
        ("a length and chunks", post(&both, hidden)),
        ("a chunk of -1 bytes", post(chunked, "-1\r\nx\r\n0\r\n\r\n")),
        (
            "a chunk longer than it says",
            post(chunked, "3\r\nhello\r\n0\r\n\r\n"),
        ),
    ]
}

#[derive(Default)]
struct Seen {
    refused: usize,
    /// Answered as if all were well, by what is wrong with them.
    taken: Vec<&'static str>,
    broken: Vec<&'static str>,
    unanswered: Vec<&'static str>,
}

/// Asks all lessons there are.
///
/// # Errors
/// When one does not start, or this system does not say what its processes use.
pub fn measure() -> Result<(), String> {
    machine::raise_open_files();
    let mut rows = Vec::new();
    let mut remarks = String::new();
    for lesson in house::lessons() {
        let name = ServerName::parse(&lesson.package())?;
        let server = Server::start(&name, &[])?;
        let seen = ask_badly(server.address());
        let slow = slow_clients(server.address());
        let memory = machine::usage(server.pid())?.resident as f64 / 1e6;
        let meanwhile = match slow.meanwhile {
            Some(time) => format!("{:.0} ms", time.as_secs_f64() * 1e3),
            None => "no answer".to_string(),
        };
        rows.push(vec![
            lesson.topic.replacen('-', " ", 1),
            seen.refused.to_string(),
            seen.taken.len().to_string(),
            seen.broken.len().to_string(),
            seen.unanswered.len().to_string(),
            format!("{} of {SLOW}", slow.let_go),
            meanwhile,
            format!("{memory:.0}"),
        ]);
        println!("{}", rows[rows.len() - 1].join(" · "));
        for (what, which) in [
            ("takes", &seen.taken),
            ("answers 500 to", &seen.broken),
            ("does not answer", &seen.unanswered),
        ] {
            if !which.is_empty() {
                println!("  {what}: {}", which.join(", "));
                remarks += &format!("- {} {what}: {}.\n", lesson.number(), which.join(", "));
            }
        }
    }
    let head = [
        "lesson",
        "refused",
        "taken",
        "500",
        "no answer",
        "slow clients let go",
        "a GET meanwhile",
        "memory, MB",
    ];
    let told = format!(
        "{} bad requests, each on a connection of its own: refused by a 4xx or by closing, taken as if all \
         were well, answered by a 500, or not answered within {} s. Then {SLOW} clients that send \
         half of a head and no more: how many the server has let go after {} s, and how long a GET took \
         while they were there. Memory is what the server has in RAM after all that, in {} builds.",
        bad_requests().len(),
        ANSWER.as_secs(),
        WATCHED.as_secs(),
        if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        }
    );
    let table = report::table(&head, &rows, &told);
    println!("{table}");
    report::write("10-hostile.md", &format!("{table}\n{remarks}"))
}

fn ask_badly(server: SocketAddr) -> Seen {
    let mut seen = Seen::default();
    for (what, request) in bad_requests() {
        match status(server, &request, ANSWER) {
            Status::Unanswered => seen.unanswered.push(what),
            Status::Closed | Status::Of(400..=499 | 501..=599) => seen.refused += 1,
            Status::Of(500) => seen.broken.push(what),
            Status::Of(_) => seen.taken.push(what),
        }
    }
    seen
}

enum Status {
    Of(u16),
    Closed,
    Unanswered,
}

/// Sends a request; the status of the first answer.
fn status(server: SocketAddr, request: &[u8], patience: Duration) -> Status {
    let Ok(mut stream) = TcpStream::connect_timeout(&server, patience) else {
        return Status::Unanswered;
    };
    let _ = stream.set_read_timeout(Some(patience));
    let _ = stream.set_write_timeout(Some(patience));
    // A server that has read enough closes before we have sent all.
    let _ = stream.write_all(request);
    let mut reader = Reader::default();
    let mut piece = [0; 4096];
    loop {
        match reader.head() {
            Ok(Some(head)) => return Status::Of(head.status),
            Ok(None) => {}
            Err(_) => return Status::Closed,
        }
        match stream.read(&mut piece) {
            Ok(count @ 1..) => reader.take_in(&piece[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if is_late(&error) => return Status::Unanswered,
            Ok(0) | Err(_) => reader.end(),
        }
    }
}

fn is_late(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

struct Slow {
    let_go: usize,
    /// How long a GET took while they were there.
    meanwhile: Option<Duration>,
}

fn slow_clients(server: SocketAddr) -> Slow {
    let begin = |_| {
        let mut stream = TcpStream::connect_timeout(&server, ANSWER).ok()?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").ok()?;
        Some(stream)
    };
    let clients: Vec<TcpStream> = (0..SLOW).filter_map(begin).collect();
    let end = Instant::now() + WATCHED;
    let begun = Instant::now();
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let meanwhile = match status(server, request, ANSWER) {
        Status::Of(_) => Some(begun.elapsed()),
        _ => None,
    };
    let mut let_go = 0;
    for mut client in clients {
        let left = end.saturating_duration_since(Instant::now());
        // No time at all is not a time that can be set.
        let _ = client.set_read_timeout(Some(left.max(Duration::from_millis(1))));
        let mut rest = Vec::new();
        let ended = client.read_to_end(&mut rest);
        let_go += usize::from(!ended.is_err_and(|error| is_late(&error)));
        let _ = client.shutdown(Shutdown::Both);
    }
    Slow { let_go, meanwhile }
}
