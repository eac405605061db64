//! `cargo slides` as a black box: over HTTP, with its files and its signals.

#[path = "../../press/tests/common/mod.rs"]
mod common;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
};

use common::{Course, repository_root};
use serde_json::{Value, json};
use wire::server::{Program, Server};

/// The server of the decks in a folder.
fn serve(root: &Path, arguments: &[&str]) -> Server {
    let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
    command.args(arguments).arg("--repository").arg(root);
    Server::start_command(&mut command).expect("cargo slides starts")
}

/// An answer whose body is read as it comes.
struct Answer {
    status: u16,
    head: String,
    body: Box<dyn BufRead>,
}

impl Answer {
    fn text(mut self) -> String {
        let mut text = String::new();
        self.body
            .read_to_string(&mut text)
            .expect("the body is text");
        text
    }
}

/// Sends a request with these fields, in HTTP/1.0: then the body has no framing and ends the connection.
fn ask(server: &Server, method: &str, target: &str, fields: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = server.connect().expect("it listens");
    let mut request = format!(
        "{method} {target} HTTP/1.0\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in fields {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut body = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let read = body.read_line(&mut head).expect("a head is text");
        assert_ne!(read, 0, "the head ends early: {head}");
    }
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Answer {
        status: status.expect("a status line"),
        head: head.to_lowercase(),
        body: Box::new(body),
    }
}

fn host(server: &Server) -> String {
    format!("127.0.0.1:{}", server.port)
}

fn get(server: &Server, target: &str) -> Answer {
    ask(server, "GET", target, &[("Host", &host(server))], "")
}

/// As a page of the deck posts.
fn post(server: &Server, target: &str, more: &[(&str, &str)], body: &str) -> Answer {
    let (host, token) = (host(server), token(server));
    let origin = format!("http://{host}");
    let mut fields = vec![
        ("Host", host.as_str()),
        ("Origin", &origin),
        ("X-Token", &token),
    ];
    fields.extend(more);
    ask(server, "POST", target, &fields, body)
}

fn token(server: &Server) -> String {
    let list = get(server, "/decks").text();
    let deck = list.split("<a href=\"/").nth(1);
    let name = deck
        .and_then(|rest| rest.split('/').next())
        .expect("a deck");
    let page = get(server, &format!("/{name}/")).text();
    let rest = page.split("name=\"token\" content=\"").nth(1);
    let token = rest.and_then(|rest| rest.split('"').next());
    token.expect("the page has a token").to_owned()
}

/// What happens at a live request, each as it comes.
fn live(server: &Server, lesson: &str, request: &str) -> impl Iterator<Item = Value> {
    let answer = post(server, &format!("/live/{lesson}"), &[], request);
    assert_eq!(answer.status, 200);
    answer.body.lines().map(|line| {
        let line = line.expect("the answer goes on");
        serde_json::from_str(&line).expect("a line of JSON")
    })
}

/// The text of all bytes of a live request that ends.
fn exchange(server: &Server, lesson: &str, request: &str) -> String {
    let mut text = String::new();
    for event in live(server, lesson, request) {
        text.push_str(event["text"].as_str().unwrap_or_default());
    }
    text
}

const DECK: &str = "# A deck\n<!-- slide: 1 min -->\nWords.\n\n### Notes\nSay it.\n";

/// A repository with a deck and no lessons.
fn small() -> Course {
    Course::with(&[("slides/first.md", DECK)])
}

#[test]
fn every_deck_and_its_presenter_view_are_shown() {
    let server = serve(&repository_root(), &["05"]);
    let home = get(&server, "/");
    assert_eq!(home.status, 303);
    assert!(home.head.contains("location: /05/\r\n"), "{}", home.head);
    let list = get(&server, "/decks").text();
    let names: Vec<&str> = list
        .split("<th scope=\"row\"><a href=\"/")
        .skip(1)
        .collect();
    assert!(!names.is_empty(), "{list}");
    for name in names.iter().filter_map(|rest| rest.split('/').next()) {
        for page in [format!("/{name}/"), format!("/{name}/presenter")] {
            let answer = get(&server, &page);
            assert_eq!(answer.status, 200, "{page}");
            let policy =
                "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self';";
            assert!(answer.head.contains(policy), "{}", answer.head);
            let text = answer.text();
            assert!(text.contains("id=\"7\""), "{page} has a seventh slide");
            for not in ["<script>", " style=\"", " onload=", "src=\"http"] {
                assert!(!text.contains(not), "{page} holds {not}");
            }
        }
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let server = serve(small().root(), &[]);
    for target in [
        "/99/",
        "/../../etc/passwd",
        "/assets/server.rs",
        "/pictures/notes/..%2f..%2fCargo.toml",
        "/pictures/lessons/a.svg",
        "/pictures/notes/none.svg",
        "//evil.example",
        "/live/lesson-05",
    ] {
        let status = get(&server, target).status;
        assert!(matches!(status, 404 | 405), "{target}: {status}");
    }
}

#[test]
fn another_name_for_this_machine_is_refused() {
    let course = small();
    let server = serve(course.root(), &[]);
    let port = server.port;
    for host in [
        format!("evil.example:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1.evil.example:{port}"),
    ] {
        for target in ["/first/", "/events", "/assets/deck.js"] {
            let answer = ask(&server, "GET", target, &[("Host", &host)], "");
            assert_eq!(answer.status, 421, "{host}");
        }
    }
    assert_eq!(ask(&server, "GET", "/first/", &[], "").status, 421);
    let name = format!("localhost:{port}");
    assert_eq!(
        ask(&server, "GET", "/first/", &[("Host", &name)], "").status,
        200
    );
}

#[test]
fn only_a_page_of_the_deck_can_send_a_live_request() {
    let course = Course::with(&[
        ("slides/first.md", DECK),
        ("lessons/05-mini-framework/Cargo.toml", "no manifest"),
    ]);
    let server = serve(course.root(), &[]);
    let (host, token) = (host(&server), token(&server));
    let own = format!("http://{host}");
    let status = |fields: &[(&str, &str)]| {
        let mut all = vec![("Host", host.as_str())];
        all.extend(fields);
        ask(&server, "POST", "/live/lesson-05", &all, "GET / HTTP/1.1\n").status
    };
    assert_eq!(status(&[("X-Token", &token)]), 403, "without an origin");
    assert_eq!(
        status(&[("Origin", "http://evil.example"), ("X-Token", &token)]),
        403
    );
    assert_eq!(status(&[("Origin", "null"), ("X-Token", &token)]), 403);
    assert_eq!(status(&[("Origin", &own)]), 403, "without a token");
    assert_eq!(status(&[("Origin", &own), ("X-Token", &token[1..])]), 403);
    assert_eq!(status(&[("Origin", &own), ("X-Token", &token)]), 200);
}

#[test]
fn nothing_but_a_lesson_can_be_asked() {
    let course = Course::with(&[
        ("slides/first.md", DECK),
        ("lessons/05-mini-framework/Cargo.toml", ""),
        ("tools/press/Cargo.toml", ""),
    ]);
    let server = serve(course.root(), &[]);
    for lesson in [
        "lesson-06",
        "press",
        "05",
        "lesson-05%20--release",
        "..%2ftools",
        "--help",
    ] {
        let answer = post(&server, &format!("/live/{lesson}"), &[], "GET / HTTP/1.1\n");
        assert_eq!(answer.status, 404, "{lesson}");
    }
    let large = "a".repeat(64 * 1024 + 1);
    assert_eq!(post(&server, "/live/lesson-05", &[], &large).status, 413);
}

#[test]
fn a_live_request_is_answered_by_the_lesson_itself() {
    let server = serve(&repository_root(), &[]);
    let request = "GET /hello?name=Ada HTTP/1.1\nHost: 127.0.0.1:8000\n";
    let events: Vec<Value> = live(&server, "lesson-05", request).collect();
    let kinds: Vec<&str> = events
        .iter()
        .filter_map(|event| event["event"].as_str())
        .collect();
    assert_eq!(kinds.first(), Some(&"building"));
    assert_eq!(kinds.get(1), Some(&"sent"));
    assert_eq!(kinds.last(), Some(&"end"));
    let text: String = events
        .iter()
        .filter_map(|event| event["text"].as_str())
        .collect();
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    assert!(text.ends_with("<h1>Hello, Ada!</h1>\n"), "{text}");

    // The server runs now; two requests on one connection bring two answers.
    let two = exchange(
        &server,
        "lesson-05",
        &format!("{request}\nHEAD / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n"),
    );
    assert_eq!(two.matches("HTTP/1.1 ").count(), 2, "{two}");
}

#[test]
fn a_stream_is_shown_as_it_comes_until_somebody_stops_it() {
    let server = serve(&repository_root(), &[]);
    let request = "GET / HTTP/1.1\nHost: 127.0.0.1:8000\n";
    let ticks = |events: &mut dyn Iterator<Item = Value>| {
        let mut bytes = events.filter(|event| event["event"] == "bytes");
        // The clock says the time at once, and then each second: what has come is here before the next comes.
        bytes
            .by_ref()
            .take(4)
            .map(|event| event["at"].as_f64().expect("a time"))
            .collect::<Vec<f64>>()
    };
    let mut events = live(&server, "lesson-03", request);
    let times = ticks(&mut events);
    assert!(times.is_sorted(), "{times:?}");
    assert!(times.last().is_some_and(|last| *last >= 1.0), "{times:?}");
    drop(events);
    // Stopped by the page that has gone away, and the next one is served.
    let times = ticks(&mut live(&server, "lesson-03", request));
    assert_eq!(times.len(), 4);
}

/// A lesson of the standard library alone, which answers each request with `words`.
fn lesson(words: &str) -> String {
    format!(
        r#"use std::io::{{Read, Write}};

fn main() {{
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    println!("Listening on http://{{}}", listener.local_addr().unwrap());
    for stream in listener.incoming() {{
        let mut stream = stream.unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let port = listener.local_addr().unwrap().port();
        let body = format!("{words} on {{port}}");
        let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {{}}\r\n\r\n{{body}}", body.len());
    }}
}}
"#
    )
}

/// A repository with such a lesson, which is built in a moment.
fn with_lesson() -> Course {
    Course::with(&[
        ("slides/05-small.md", DECK),
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"lessons/*\"]\n",
        ),
        (
            "lessons/05-small/Cargo.toml",
            "[package]\nname = \"lesson-05\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
        ),
        ("lessons/05-small/src/main.rs", &lesson("Hello")),
    ])
}

#[test]
fn a_changed_lesson_answers_the_next_request_and_an_error_of_the_compiler_is_shown() {
    let course = with_lesson();
    let server = serve(course.root(), &[]);
    let ask = || exchange(&server, "lesson-05", "GET / HTTP/1.1\n");
    let first = ask();
    assert!(first.contains("\r\n\r\nHello on "), "{first}");

    course.write("lessons/05-small/src/main.rs", lesson("Welcome"));
    let second = ask();
    assert!(second.contains("\r\n\r\nWelcome on "), "{second}");

    course.write(
        "lessons/05-small/src/main.rs",
        "fn main() { let a: u8 = \"b\"; }",
    );
    let events: Vec<Value> = live(&server, "lesson-05", "GET / HTTP/1.1\n").collect();
    let last = events.last().expect("a problem");
    assert_eq!(last["event"], "problem");
    let said = last["text"].as_str().unwrap_or_default();
    assert!(said.contains("mismatched types"), "{said}");
    assert!(!said.contains("Compiling"), "{said}");

    course.write(
        "lessons/05-small/src/main.rs",
        "fn main() { eprintln!(\"no port\"); }",
    );
    let events: Vec<Value> = live(&server, "lesson-05", "GET / HTTP/1.1\n").collect();
    let said = events.last().expect("a problem")["text"].to_string();
    assert!(said.contains("The server has ended.\\nno port"), "{said}");

    // One that ends while it is asked.
    let exit = "eprintln!(\"The pot is empty.\"); std::process::exit(3); let body";
    let ends = lesson("Never").replace("let body", exit);
    course.write("lessons/05-small/src/main.rs", ends);
    let events: Vec<Value> = live(&server, "lesson-05", "GET / HTTP/1.1\n").collect();
    let last = events.last().expect("it is told");
    let said = json!({ "event": "said", "ended": true, "text": "The pot is empty." });
    assert_eq!(*last, said, "{events:?}");

    course.write("lessons/05-small/src/main.rs", lesson("Hello again"));
    assert!(ask().contains("Hello again on "));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_deck_and_the_servers_of_the_lessons() {
    let course = with_lesson();
    let mut server = serve(course.root(), &[]);
    let answer = exchange(&server, "lesson-05", "GET / HTTP/1.1\n");
    let port: u16 = answer
        .rsplit(' ')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port");
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    // A page that listens does not hold it up.
    let events = get(&server, "/events");
    server.interrupt();
    assert_eq!(server.wait().code(), Some(0));
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    drop(events);
}

#[test]
fn a_deck_that_is_killed_leaves_no_server_behind() {
    let course = with_lesson();
    let mut server = serve(course.root(), &[]);
    let answer = exchange(&server, "lesson-05", "GET / HTTP/1.1\n");
    let port = answer.rsplit(' ').next().and_then(|port| port.parse().ok());
    let port: u16 = port.expect("a port");
    let mut lesson = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    server.kill();
    // The lesson waits for a request here. That the connection ends is its end.
    let ended = lesson.set_read_timeout(Some(wire::server::PATIENCE));
    ended.expect("a limit can be set");
    let read = lesson.read(&mut [0]);
    let is_end = |error: &std::io::Error| error.kind() == std::io::ErrorKind::ConnectionReset;
    assert!(
        matches!(read, Ok(0)) || read.as_ref().is_err_and(is_end),
        "{read:?}"
    );
}

#[test]
fn a_changed_deck_is_announced_and_shown() {
    let course = small();
    let server = serve(course.root(), &["first"]);
    let mut events = get(&server, "/events").body.lines();
    course.write("slides/first.md", DECK.replace("Words.", "Other words."));
    let is_change =
        |line: &std::io::Result<String>| line.as_ref().is_ok_and(|line| line == "event: changed");
    assert!(events.any(|line| is_change(&line)));
    assert!(get(&server, "/first/").text().contains("Other words."));
}

#[test]
fn an_error_in_a_deck_is_told_to_the_presenter_and_in_the_terminal() {
    let course = small();
    let server = serve(course.root(), &["first"]);
    course.write("slides/first.md", DECK.replace("1 min", "soon"));
    server.wait_for_stderr("slides/first.md:2: `slide: soon`: the minutes must be whole");
    let page = get(&server, "/first/presenter").text();
    assert!(page.contains("the minutes must be whole"), "{page}");
    // The room does not see it.
    let page = get(&server, "/first/").text();
    assert!(!page.contains("the minutes must be whole"), "{page}");
    assert!(page.contains("<p>Words.</p>"), "{page}");
    // No deck at all: the page says so, and the server goes on.
    course.write("slides/first.md", [0xff, 0xfe]);
    assert!(get(&server, "/first/").text().contains("is not UTF-8 text"));
    course.write("slides/first.md", DECK);
    assert_eq!(get(&server, "/first/").status, 200);
}

#[test]
fn a_slide_shows_the_code_as_it_is_now() {
    let deck = DECK.replace("Words.", "<!-- sync: code a.toml -->\n```toml\na = 1\n```");
    let course = Course::with(&[("slides/first.md", &deck), ("a.toml", "b = 2\n")]);
    let server = serve(course.root(), &[]);
    let page = get(&server, "/first/").text();
    assert!(
        page.contains(">b</span>") && !page.contains(">a</span>"),
        "{page}"
    );
    assert_eq!(
        course.text("slides/first.md"),
        deck,
        "the file is not touched"
    );
}

#[test]
fn a_rehearsal_is_written_to_a_file_of_the_instructors_own() {
    let course = small();
    let server = serve(course.root(), &[]);
    let kind = [("Content-Type", "application/json")];
    let body = r#"{"slides": [{"number": 1, "seconds": 70}]}"#;
    let answer = post(&server, "/first/rehearsals", &kind, body);
    assert_eq!(answer.status, 201);
    let file = answer.text();
    assert!(file.starts_with(".course/rehearsals/first-"), "{file}");
    let text = course.text(file.trim());
    assert!(
        text.contains("title = \"A deck\"\nplanned = 60\nmeasured = 70\n"),
        "{text}"
    );

    let wrong = r#"{"slides": [{"number": 2, "seconds": 70}]}"#;
    assert_eq!(post(&server, "/first/rehearsals", &kind, wrong).status, 422);
    let other = [
        ("Host", host(&server)),
        ("Origin", "http://evil.example".to_owned()),
    ];
    let other: Vec<(&str, &str)> = other
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(
        ask(&server, "POST", "/first/rehearsals", &other, body).status,
        403
    );
}

#[test]
fn a_drawing_is_made_for_the_ground_that_it_stands_on() {
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><style>@media (prefers-color-scheme: dark) { text { fill: #fff } }</style></svg>";
    let course = small();
    let rooms = [
        ("slides/pictures/a.svg", "slides"),
        ("notes/pictures/b.svg", "notes"),
        ("notes/measured/c.svg", "measured"),
    ];
    for (file, _) in rooms {
        course.write(file, svg);
    }
    let server = serve(course.root(), &[]);
    for (file, room) in rooms {
        let (_, name) = file.rsplit_once('/').expect("a file in a folder");
        let picture = |query: &str| get(&server, &format!("/pictures/{room}/{name}{query}")).text();
        assert_eq!(picture(""), svg, "{file}");
        assert!(picture("?ground=dark").contains("@media all {"), "{file}");
        assert!(
            picture("?ground=light").contains("@media not all {"),
            "{file}"
        );
    }
}

#[test]
fn what_is_shared_with_the_room_is_read_only_and_behind_a_code() {
    let course = small();
    let server = serve(course.root(), &["first", "--share"]);
    server.wait_for_stderr("The room follows the slides on http://");
    let page = get(&server, "/first/").text();
    let (_, rest) = page
        .split_once("<meta name=\"share\" content=\"http:&#x2f;&#x2f;")
        .expect("an address");
    let address = rest
        .split('"')
        .next()
        .expect("an address")
        .replace("&#x2f;", "/");
    let (host, path) = address.split_once('/').expect("a code");
    let port: u16 = host
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port");
    let ask = |method: &str, target: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        let request =
            format!("{method} {target} HTTP/1.0\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("an answer is text");
        answer
    };
    let answer = ask("GET", &format!("/{path}"));
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n"), "{answer}");
    assert!(
        answer
            .to_lowercase()
            .contains("content-security-policy: default-src 'none'"),
        "{answer}"
    );
    assert!(!answer.contains("name=\"token\""), "{answer}");
    for (method, target) in [
        ("GET", "/"),
        ("GET", "/first/"),
        ("GET", "/decks"),
        ("GET", "/assets/deck.js"),
        ("GET", "/aaaaaa/"),
        ("POST", "/live/lesson-05"),
        ("POST", "/first/wall"),
    ] {
        let answer = ask(method, target);
        assert!(
            answer.starts_with("HTTP/1.0 404 "),
            "{method} {target}: {answer}"
        );
    }
    for inside in ["first/", "first/presenter", "live/lesson-05", "decks"] {
        let answer = ask("GET", &format!("/{path}{inside}"));
        assert!(answer.starts_with("HTTP/1.0 404 "), "{inside}: {answer}");
    }
    let answer = ask("POST", &format!("/{path}"));
    assert!(answer.starts_with("HTTP/1.0 405 "), "{answer}");
    // Only the page of the deck says what is on the wall.
    let wall = r#"{"slide": 1, "step": 0, "black": false}"#;
    let kind = ("Content-Type", "application/json");
    assert_eq!(post(&server, "/first/wall", &[kind], wall).status, 204);
    let origin = format!("http://{}", self::host(&server));
    let other = [
        ("Host", &*self::host(&server)),
        ("Origin", &origin),
        kind,
        ("X-Token", "0"),
    ];
    assert_eq!(
        self::ask(&server, "POST", "/first/wall", &other, wall).status,
        403
    );
    let without = serve(course.root(), &["first"]);
    assert!(!get(&without, "/first/").text().contains("name=\"share\""));
}

#[test]
fn own_colours_and_a_logo_are_served() {
    let course = small();
    let server = serve(course.root(), &["first"]);
    let page = get(&server, "/first/").text();
    assert!(!page.contains("class=\"logo\""), "{page}");
    assert_eq!(get(&server, "/own/logo").status, 404);
    assert_eq!(get(&server, "/own/style.css").text(), "");
    course.write("slides/own.css", ":root { --accent: #123456; }");
    course.write("slides/own-logo.png", "PNG");
    assert!(
        get(&server, "/first/")
            .text()
            .contains("class=\"logo\" src=\"/own/logo\"")
    );
    assert!(get(&server, "/own/style.css").text().contains("#123456"));
    let logo = get(&server, "/own/logo");
    assert!(
        logo.head.contains("content-type: image/png\r\n"),
        "{}",
        logo.head
    );
}

#[test]
fn a_port_that_is_none_or_is_taken_is_one_line_and_status_2() {
    let course = small();
    let first = serve(course.root(), &[]);
    let taken = first.port.to_string();
    for port in ["http", "65536", &taken] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
        command
            .arg("--repository")
            .arg(course.root())
            .env("PORT", port);
        let Ok(Program::Ended(status, _, stderr)) = Program::start(&mut command) else {
            panic!("{port} is a port");
        };
        assert_eq!(status.code(), Some(2), "{port}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
    command
        .args(["07", "--repository"])
        .arg(course.root())
        .env("PORT", "0");
    let Ok(Program::Ended(status, _, stderr)) = Program::start(&mut command) else {
        panic!("there is a deck 07");
    };
    assert_eq!(status.code(), Some(2));
    assert_eq!(stderr, "there is no deck 07: there are first\n");
}
