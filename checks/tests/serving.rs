//! Lesson 10, where a request file does not reach: files that change, links, names of any bytes, clients
//! that are slow or still sending, TLS, and the stop.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use house::build::ServerName;
use house::files::{TempDir, temporary};
use house::start::without_proxy;
use wire::server::Server;
use wire::{Answer, Connection};

const NAME: &str = "lesson-10";
/// Of a file that is sent in many pieces.
const LARGE: usize = 5_000_001;

/// A folder of its own for a test. It is removed in the end.
struct Site(TempDir);

impl Site {
    fn new(test: &str) -> Site {
        let folder = temporary(test).expect("a folder can be made");
        fs::create_dir(folder.path().join("site")).expect("a folder can be made");
        Site(folder)
    }

    /// The folder that is served; beside it is what must not be.
    fn root(&self) -> PathBuf {
        self.0.path().join("site")
    }

    fn write(&self, name: impl AsRef<Path>, content: &[u8]) {
        fs::write(self.root().join(name), content).expect("a file can be written");
    }

    fn serve(&self, env: &[(&str, &str)]) -> Server {
        self.serve_by(NAME, env)
    }

    fn serve_by(&self, program: &str, env: &[(&str, &str)]) -> Server {
        let root = self.root().display().to_string();
        let site = ("SITE".to_string(), root);
        let env = env.iter().map(|(a, b)| (a.to_string(), b.to_string()));
        let env: Vec<_> = env.chain([site]).collect();
        let name = ServerName::parse(program).expect("a package");
        Server::start(&name, &env).unwrap_or_else(|problem| panic!("{problem}"))
    }
}

fn ask(server: &Server, target: &str, lines: &str) -> Answer {
    let request = format!("GET {target} HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
    server.ask(request.as_bytes())
}

fn status(server: &Server, target: &str) -> u16 {
    ask(server, target, "").status
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// Bytes that differ from place to place.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at / 251 + at % 251) as u8).collect()
}

#[test]
fn a_large_file_arrives_whole_and_in_parts() {
    let site = Site::new("large");
    let content = pattern(LARGE);
    site.write("large.bin", &content);
    let server = site.serve(&[]);
    assert!(ask(&server, "/large.bin", "").body == content);
    let (first, last) = (1_000_003, 4_000_004);
    let part = ask(
        &server,
        "/large.bin",
        &format!("Range: bytes={first}-{last}\r\n"),
    );
    assert_eq!(part.status, 206);
    assert!(part.body == content[first..=last]);
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_is_not_passed_off_as_whole() {
    let site = Site::new("shrinks");
    let file = File::create(site.root().join("large.bin")).expect("a file can be made");
    // Too large for the buffers between server and client: the end is read only when we read.
    file.set_len(200_000_000).expect("it can be given a length");
    let server = site.serve(&[]);
    let mut connection = Connection::new(server.connect().expect("it listens"));
    connection
        .send(b"GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
        .expect("sent");
    let head = connection.head().expect("an answer").expect("not closed");
    assert_eq!(head.header("content-length"), Some("200000000"));
    file.set_len(10).expect("it can be made shorter");
    let came = connection.rest().expect("the server ends the connection");
    assert!(came.len() < 200_000_000);
    assert_eq!(status(&server, "/large.bin"), 200, "others are served");
}

#[test]
fn a_file_that_grows_while_it_is_sent_ends_where_it_was_promised() {
    let site = Site::new("grows");
    site.write("log.txt", &pattern(LARGE));
    let server = site.serve(&[]);
    let mut connection = Connection::new(server.connect().expect("it listens"));
    let request = b"GET /log.txt HTTP/1.1\r\nHost: a\r\n\r\n";
    connection.send(request).expect("sent");
    let mut file = OpenOptions::new()
        .append(true)
        .open(site.root().join("log.txt"))
        .expect("it can be opened");
    file.write_all(b"one line more\n").expect("written");
    let answer = connection
        .answer("GET")
        .expect("whole")
        .expect("not closed");
    let promised = answer.header("content-length").expect("a length");
    assert_eq!(promised, answer.body.len().to_string());
    // What follows on the connection is an answer, and no rest of a file.
    connection.send(request).expect("sent");
    let next = connection.answer("GET").expect("whole");
    assert_eq!(next.expect("not closed").status, 200);
}

#[test]
fn a_changed_file_has_another_etag_even_with_the_same_date_and_length() {
    let site = Site::new("etag");
    site.write("a.txt", b"one");
    let server = site.serve(&[]);
    let before = ask(&server, "/a.txt", "");
    let etag = before.header("etag").expect("an ETag").to_string();
    let known = format!("If-None-Match: {etag}\r\n");
    assert_eq!(ask(&server, "/a.txt", &known).status, 304);
    let weak = format!("If-None-Match: \"x\", W/{etag}\r\n");
    assert_eq!(ask(&server, "/a.txt", &weak).status, 304);
    let same = format!("Range: bytes=0-0\r\nIf-Range: {etag}\r\n");
    assert_eq!(ask(&server, "/a.txt", &same).status, 206);
    // The clock of some file systems stands still for some milliseconds.
    let path = site.root().join("a.txt");
    let time = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified());
    let first = time(&path).expect("it has a time");
    while time(&path).expect("it has a time") == first {
        site.write("a.txt", b"two");
    }
    assert_eq!(text(&ask(&server, "/a.txt", &known)), "two");
    assert_eq!(text(&ask(&server, "/a.txt", &same)), "two");
}

/// The date in a header.
fn date(answer: &Answer, name: &str) -> Option<std::time::SystemTime> {
    let date = answer.header(name)?;
    Some(httpdate::parse_http_date(date).expect("a date"))
}

#[test]
fn a_date_is_told_once_it_is_over_and_never_one_that_is_to_come() {
    use std::time::{Duration, SystemTime};
    let site = Site::new("date");
    site.write("a.txt", b"one and more");
    let server = site.serve(&[]);
    let path = site.root().join("a.txt");
    let day = Duration::from_secs(86_400);
    let now = SystemTime::now();
    for time in [now - day, now + day, now] {
        let file = OpenOptions::new().write(true).open(&path);
        let file = file.expect("it can be opened");
        file.set_modified(time).expect("it is ours");
        let answer = ask(&server, "/a.txt", "");
        if let Some(modified) = date(&answer, "last-modified") {
            assert!(modified < date(&answer, "date").expect("a date"));
        }
        let named = httpdate::fmt_http_date(time);
        for (condition, told) in [
            ("Range: bytes=4-\r\nIf-Range", 206),
            ("If-Modified-Since", 304),
        ] {
            let answer = ask(&server, "/a.txt", &format!("{condition}: {named}\r\n"));
            let answered = date(&answer, "date").expect("a date");
            let named = httpdate::parse_http_date(&named).expect("a date");
            if time < now {
                assert_eq!(answer.status, told, "{condition}");
            } else if answered <= named {
                assert_eq!(answer.status, 200, "{condition}");
            }
        }
        // What is later than the named date is later, whether we tell it or not.
        let before = httpdate::fmt_http_date(time - day);
        let unless = format!("If-Unmodified-Since: {before}\r\n");
        assert_eq!(ask(&server, "/a.txt", &unless).status, 412, "{before}");
    }
}

#[test]
#[cfg(unix)]
fn a_redirect_stays_on_this_site_whatever_the_folder_is_called() {
    let site = Site::new("redirect");
    for name in ["\\evil.example", "evil.example", "a b", "x:y"] {
        fs::create_dir(site.root().join(name)).expect("a folder can be made");
    }
    let server = site.serve(&[]);
    for (target, location) in [
        ("/\\evil.example", "/%5Cevil.example/"),
        ("/%5Cevil.example", "/%5Cevil.example/"),
        ("//evil.example", "/evil.example/"),
        ("/%2Fevil.example", "/evil.example/"),
        ("/\\evil.example/..%2f", "/"),
        ("/%5C%5Cevil.example/..", "/"),
        ("/./a%20b", "/a%20b/"),
        ("/x:y?q=//evil.example", "/x%3Ay/?q=//evil.example"),
    ] {
        let answer = ask(&server, target, "");
        assert_eq!(answer.status, 301, "{target}");
        assert_eq!(answer.header("location"), Some(location), "{target}");
    }
}

#[test]
fn a_client_that_is_still_sending_learns_that_it_is_too_much() {
    const LENGTH: usize = 30_000_000;
    let site = Site::new("too-much");
    site.write("a.txt", b"a");
    let server = site.serve(&[]);
    for lines in [
        format!("Content-Length: {LENGTH}\r\n"),
        "Transfer-Encoding: chunked\r\n".to_string(),
        // Refused before its body is looked at.
        format!("Host: b\r\nContent-Length: {LENGTH}\r\n"),
    ] {
        let expected = if lines.starts_with("Host") { 400 } else { 413 };
        for _ in 0..20 {
            let mut stream = server.connect().expect("it listens");
            let head = format!("POST /a.txt HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
            stream.write_all(head.as_bytes()).expect("sent");
            let mut sending = stream.try_clone().expect("a second handle");
            // A chunk, and again the same.
            let piece = [b"2000\r\n".as_slice(), &[b'x'; 0x2000], b"\r\n"].concat();
            let sender =
                std::thread::spawn(move || (0..400).try_for_each(|_| sending.write_all(&piece)));
            let answer = Connection::new(stream).answer("POST");
            let answer = answer.expect("the answer is not lost");
            assert_eq!(answer.expect("not closed").status, expected, "{lines}");
            let sent = sender.join().expect("a client does not panic");
            sent.expect("the connection is not reset meanwhile");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_link_is_followed_as_long_as_it_stays_inside() {
    use std::os::unix::fs::symlink;
    let site = Site::new("links");
    fs::create_dir(site.0.path().join("outside")).expect("a folder can be made");
    fs::write(site.0.path().join("outside/secret.txt"), b"secret").expect("written");
    fs::create_dir(site.root().join("sub")).expect("a folder can be made");
    site.write("inside.txt", b"inside");
    for (link, target) in [
        ("in", "inside.txt"),
        ("sub/up", "../inside.txt"),
        ("folder", "sub"),
        ("out", "../outside/secret.txt"),
        ("far", "../outside"),
        ("loop", "loop"),
        ("gone", "nothing.txt"),
        ("absolute", "/etc/passwd"),
        ("round", "../site/../outside/secret.txt"),
    ] {
        symlink(target, site.root().join(link)).expect("a link can be made");
    }
    let server = site.serve(&[]);
    for path in ["/in", "/sub/up", "/folder/up"] {
        assert_eq!(text(&ask(&server, path, "")), "inside", "{path}");
    }
    for path in [
        "/out",
        "/far",
        "/far/",
        "/far/secret.txt",
        "/loop",
        "/gone",
        "/absolute",
        "/round",
    ] {
        assert_eq!(status(&server, path), 404, "{path}");
    }
    let list = text(&ask(&server, "/", ""));
    let links = list.lines().filter(|line| line.starts_with("<li>"));
    assert_eq!(
        links.collect::<Vec<_>>(),
        [
            r#"<li><a href="folder/">folder@</a></li>"#,
            r#"<li><a href="in">in@</a></li>"#,
            r#"<li><a href="inside.txt">inside.txt</a></li>"#,
            r#"<li><a href="sub/">sub/</a></li>"#,
        ]
    );
}

/// macOS takes only UTF-8 in names.
#[test]
#[cfg(target_os = "linux")]
fn a_name_of_any_bytes_is_listed_and_found() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let site = Site::new("names");
    let names: [&[u8]; 12] = [
        b"\"quotes\" and 'these'",
        b"<b>bold&amp;",
        b"javascript:alert(1)",
        b"new\nline",
        b"no utf-8 \xff\xfe",
        b"per%20cent",
        b"query?hash#",
        b"semi;colon",
        b"back\\slash",
        b" spaces ",
        "snow\u{2603}man".as_bytes(),
        b"dots...",
    ];
    for name in names {
        site.write(OsStr::from_bytes(name), name);
    }
    let server = site.serve(&[]);
    let list = text(&ask(&server, "/", ""));
    assert!(!list.contains("<b>"), "{list}");
    let links: Vec<&str> = list
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .collect();
    assert_eq!(links.len(), names.len(), "{list}");
    for link in links {
        assert!(!link.contains([':', '<', ' ', '\n']), "{link}");
        let content = ask(&server, &format!("/{link}"), "").body;
        assert!(names.contains(&content.as_slice()), "{link}: {content:?}");
    }
}

#[test]
#[cfg(unix)]
fn a_pipe_in_the_folder_keeps_nobody_waiting() {
    let site = Site::new("pipe");
    let made = Command::new("mkfifo")
        .arg(site.root().join("pipe"))
        .status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo works");
    let server = site.serve(&[]);
    assert_eq!(status(&server, "/pipe"), 404);
}

#[test]
#[cfg(unix)]
fn what_must_not_be_read_is_not_there() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new("permission");
    site.write("closed.txt", b"closed");
    let path = site.root().join("closed.txt");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("it is ours");
    if File::open(&path).is_ok() {
        // root may read everything: then there is nothing to see here.
        println!("skipped: this user may read every file");
        return;
    }
    let server = site.serve(&[]);
    assert_eq!(status(&server, "/closed.txt"), 404);
    server.wait_for_stderr("cannot be opened");
}

#[test]
fn dates_that_no_header_can_hold_are_left_out() {
    use std::time::{Duration, UNIX_EPOCH};
    let site = Site::new("dates");
    site.write("a.txt", b"a");
    let file = OpenOptions::new()
        .write(true)
        .open(site.root().join("a.txt"))
        .expect("it can be opened");
    let server = site.serve(&[]);
    for time in [
        UNIX_EPOCH.checked_add(Duration::from_secs(300_000_000_000)),
        UNIX_EPOCH.checked_sub(Duration::from_secs(1_000_000_000)),
    ] {
        // Not every file system takes such a date.
        if time.is_some_and(|time| file.set_modified(time).is_ok()) {
            assert_eq!(status(&server, "/a.txt"), 200);
        }
    }
}

#[test]
fn slow_clients_are_let_go_and_nobody_waits_for_them() {
    let site = Site::new("slow");
    site.write("a.txt", b"a");
    let server = site.serve(&[("PATIENCE", "3")]);
    let begin = |text: &[u8]| {
        let mut connection = Connection::new(server.connect().expect("it listens"));
        connection.send(text).expect("sent");
        connection
    };
    let mut slow: Vec<Connection> = Vec::new();
    for _ in 0..100 {
        slow.push(begin(b""));
        slow.push(begin(b"GET /a"));
        slow.push(begin(b"GET /a.txt HTTP/1.1\r\nHost: a\r\n"));
    }
    assert_eq!(status(&server, "/a.txt"), 200);
    for connection in &mut slow {
        connection.rest().expect("the server ends the connection");
    }
}

#[test]
fn a_client_that_takes_nothing_of_its_answer_gives_its_place_to_the_next() {
    let site = Site::new("stalled");
    let file = File::create(site.root().join("large.bin")).expect("a file can be made");
    file.set_len(200_000_000).expect("it can be given a length");
    site.write("a.txt", b"a");
    let server = site.serve(&[("CONNECTIONS", "1"), ("STALLED", "1")]);
    let mut stalled = Connection::new(server.connect().expect("it listens"));
    stalled
        .send(b"GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
        .expect("sent");
    // The only place is taken. This one waits, until the other is let go.
    assert_eq!(status(&server, "/a.txt"), 200);
    assert!(stalled.rest().expect("ended").len() < 200_000_000);
}

#[test]
fn the_log_has_a_line_of_fields_for_each_request() {
    let site = Site::new("log");
    site.write("a.txt", b"a");
    let server = site.serve(&[]);
    assert_eq!(status(&server, "/a.txt%0Astatus=500"), 404);
    server.wait_for_stderr("method=GET path=\"/a.txt%0Astatus=500\" status=404 ms=");
    let server = site.serve(&[("LOG", "json")]);
    assert_eq!(status(&server, "/a.txt"), 200);
    server.wait_for_stderr("\"method\":\"GET\",\"path\":\"/a.txt\",\"status\":200,\"ms\":");
}

/// curl, or a word that it is missing.
fn curl(arguments: &[&str]) -> Option<Vec<u8>> {
    let version = Command::new("curl").arg("--version").output();
    if !version.is_ok_and(|version| String::from_utf8_lossy(&version.stdout).contains("HTTP2")) {
        house::skip("HTTP/2", "there is no curl that speaks it");
        return None;
    }
    let mut curl = Command::new("curl");
    let output = without_proxy(&mut curl).arg("-sS").args(arguments).output();
    let output = output.expect("curl runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(output.stdout)
}

#[test]
fn over_tls_client_and_server_agree_on_http_2_or_1() {
    let site = Site::new("tls");
    let content = pattern(LARGE);
    site.write("large.bin", &content);
    let server = site.serve(&[("TLS", "1")]);
    let url = format!("https://{}/large.bin", server.address());
    for (wanted, spoken) in [("--http2", "2"), ("--http1.1", "1.1")] {
        let Some(mut body) = curl(&["-k", wanted, "-w", "%{http_version}", &url]) else {
            return;
        };
        let version = body.split_off(content.len().min(body.len()));
        assert_eq!(String::from_utf8_lossy(&version), spoken);
        assert!(body == content, "{wanted}");
    }
}

#[test]
fn compressed_and_plain_are_the_same_text() {
    let site = Site::new("gzip");
    let content = "A line that comes again.\n".repeat(100_000);
    site.write("long.txt", content.as_bytes());
    let server = site.serve(&[]);
    let url = format!("http://{}/long.txt", server.address());
    let Some(body) = curl(&["--compressed", &url]) else {
        return;
    };
    assert!(body == content.as_bytes());
    let gzip = ask(&server, "/long.txt", "Accept-Encoding: gzip\r\n");
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    assert!(gzip.body.len() * 10 < content.len());
    let etag = gzip.header("etag").expect("an ETag");
    assert!(etag.starts_with("W/"), "{etag}");
    // Whoever has it is told so under the same name; a part is of the bytes as they are.
    let known = format!("Accept-Encoding: gzip\r\nIf-None-Match: {etag}\r\n");
    let not_modified = ask(&server, "/long.txt", &known);
    assert_eq!(not_modified.status, 304);
    assert_eq!(not_modified.header("etag"), Some(etag));
    let strong = etag.trim_start_matches("W/");
    for (if_range, status) in [(etag, 200), (strong, 206)] {
        let part = format!("Accept-Encoding: gzip\r\nRange: bytes=5-9\r\nIf-Range: {if_range}\r\n");
        assert_eq!(ask(&server, "/long.txt", &part).status, status);
    }
}

/// What can be sent to a process by its number.
#[cfg(unix)]
mod stopping {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Instant;

    use wire::server::PATIENCE;

    use super::*;

    const CLIENTS: usize = 16;
    const STOPS: usize = 20;

    /// Asks on one connection until an answer says that it is the last; how many were answered.
    fn client(server: &Server, answered: &AtomicUsize) -> Result<usize, String> {
        let mut connection = Connection::new(server.connect()?);
        let mut count = 0;
        loop {
            connection.send(b"GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n")?;
            let answer = connection.answer("GET")?;
            let answer = answer.ok_or(format!("no answer after {count} others"))?;
            count += 1;
            answered.fetch_add(1, Ordering::Relaxed);
            if answer.says_close() {
                return Ok(count);
            }
        }
    }

    fn stop_under_load(site: &Site, env: &[(&str, &str)]) {
        let mut server = Arc::new(site.serve(env));
        let answered = Arc::new(AtomicUsize::new(0));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let (server, answered) = (Arc::clone(&server), Arc::clone(&answered));
                thread::spawn(move || client(&server, &answered))
            })
            .collect();
        while answered.load(Ordering::Relaxed) < CLIENTS * 20 {
            assert!(!clients.iter().all(|client| client.is_finished()));
            thread::yield_now();
        }
        server.interrupt();
        for client in clients {
            let answered = client.join().expect("a client does not panic");
            assert!(answered.is_ok(), "a request was lost: {answered:?}");
        }
        let server = Arc::get_mut(&mut server).expect("the clients are gone");
        assert_eq!(server.wait().code(), Some(0), "{}", server.stderr());
    }

    #[test]
    fn a_stop_under_load_loses_no_request() {
        let site = Site::new("stop");
        site.write("a.txt", b"a");
        for _ in 0..STOPS {
            stop_under_load(&site, &[("LOG", "off")]);
        }
    }

    #[test]
    fn an_answer_that_has_begun_is_sent_to_its_end() {
        let site = Site::new("stop-large");
        let content = pattern(LARGE * 4);
        site.write("large.bin", &content);
        let mut server = site.serve(&[]);
        let mut connection = Connection::new(server.connect().expect("it listens"));
        connection
            .send(b"GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
            .expect("sent");
        connection.head().expect("an answer").expect("not closed");
        server.interrupt();
        refuses(&server);
        assert!(connection.rest().expect("it ends") == content);
        assert_eq!(server.wait().code(), Some(0));
    }

    /// A second request on an open connection, when the server has stopped listening.
    fn late_request(site: &Site, program: &str) -> String {
        let request = "GET /a.txt HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n";
        let mut server = site.serve_by(program, &[]);
        let mut connection = Connection::new(server.connect().expect("it listens"));
        connection.send(request.as_bytes()).expect("sent");
        let first = connection.answer("GET").expect("an answer");
        assert_eq!(first.expect("not closed").status, 200);
        server.interrupt();
        refuses(&server);
        let answer = connection.send(request.as_bytes());
        let answer = answer.and_then(|()| connection.answer("GET"));
        let said = match answer {
            Ok(Some(answer)) => {
                let close = if answer.says_close() {
                    "Connection: close"
                } else {
                    "no close"
                };
                format!("{}, {close}", answer.status)
            }
            _ => "no answer: the connection is closed".to_string(),
        };
        assert_eq!(server.wait().code(), Some(0));
        said
    }

    /// The note shows this table; `INSTA_UPDATE=always` writes it.
    #[test]
    fn a_late_request_is_answered_here_and_lost_by_the_server_from_the_shelf() {
        let site = Site::new("late");
        site.write("a.txt", b"a");
        let mut table = String::from("| server | a second request, after Ctrl-C |\n|---|---|\n");
        for (name, program) in [
            ("this lesson", NAME),
            ("from the shelf", "lesson-10 from_the_shelf"),
        ] {
            let said = late_request(&site, program);
            table += &format!("| {name} | {said} |\n");
        }
        let path = house::root().join("notes/tables/10-late-request.md");
        if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
            fs::write(&path, &table).expect("written");
        }
        let recorded = fs::read_to_string(&path).expect("it is recorded");
        assert_eq!(recorded.replace("\r\n", "\n"), table);
    }

    /// Waits until nobody listens any more.
    fn refuses(server: &Server) {
        let begun = Instant::now();
        while server.connect().is_ok() {
            assert!(begun.elapsed() < PATIENCE, "the stop is not heeded");
        }
    }

    #[test]
    fn a_server_that_is_to_stop_is_alive_and_not_ready() {
        let site = Site::new("drain");
        site.write("a.txt", b"a");
        let mut server = site.serve(&[("DRAIN", "3")]);
        assert_eq!(status(&server, "/.ready"), 200);
        server.interrupt();
        let begun = Instant::now();
        while status(&server, "/.ready") != 503 {
            assert!(begun.elapsed() < PATIENCE, "the stop is not heeded");
        }
        assert_eq!(status(&server, "/.health"), 200);
        assert_eq!(status(&server, "/a.txt"), 200);
        assert_eq!(server.wait().code(), Some(0));
    }
}
