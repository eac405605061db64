//! `cargo book serve` as a black box: over HTTP, with its files and its signals.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::Path,
    process::Command,
};

use tempfile::TempDir;
use wire::server::Server;

/// A course of one note.
fn course() -> TempDir {
    let folder = tempfile::tempdir().expect("room for a folder");
    for (file, text) in [
        ("README.md", "# A course\n"),
        (
            "notes/05-a.md",
            "# 05 · A\n\nThe first words.\n\n<!-- sync: exchange tests/requests/05-a/a.http#1 -->\n```http\nGET / HTTP/1.1\n\nHTTP/1.1 200 OK\n```\n",
        ),
        ("notes/glossary.md", "# Glossary\n"),
        ("tests/requests/05-a/a.http", "### A\nGET / HTTP/1.1\n"),
    ] {
        write(folder.path(), file, text);
    }
    folder
}

fn write(root: &Path, file: &str, text: &str) {
    let file = root.join(file);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
    fs::write(file, text).expect("a file can be written");
}

fn command(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
    command.args(["serve", "--repository"]).arg(root);
    command
}

fn serve(root: &Path) -> Server {
    Server::start_command(&mut command(root)).expect("cargo book serve starts")
}

/// Sends a request in HTTP/1.0, whose answer ends with the connection, and gives its bytes.
fn ask(server: &Server, start: &str, fields: &str) -> BufReader<std::net::TcpStream> {
    let mut stream = server.connect().expect("it listens");
    let request = format!("{start} HTTP/1.0\r\n{fields}\r\n");
    stream.write_all(request.as_bytes()).expect("it reads");
    BufReader::new(stream)
}

fn get(server: &Server, path: &str) -> String {
    let host = format!("Host: 127.0.0.1:{}\r\n", server.port);
    let mut answer = String::new();
    let mut stream = ask(server, &format!("GET {path}"), &host);
    stream.read_to_string(&mut answer).expect("a page is text");
    answer
}

/// What a page of this run of the server has in its head.
fn token(page: &str) -> &str {
    let token = page.split("name=\"token\" content=\"").nth(1);
    let token = token.and_then(|rest| rest.split('"').next());
    token.expect("the page has a token")
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).expect("a status line")
}

#[test]
fn pages_are_served_and_exchanges_can_be_sent_from_them() {
    let course = course();
    let server = serve(course.path());
    assert!(get(&server, "/").contains("A course"));
    let note = get(&server, "/notes/05-a.html");
    for part in [
        "content-security-policy: default-src 'none'; script-src 'self'",
        "The first words.",
        "<meta name=\"token\" content=\"",
        "<summary>Send it</summary>",
        "data-lesson=\"lesson-05\"",
    ] {
        assert!(note.contains(part), "{part}\n{note}");
    }
    // The policy forbids scripts that stand in the page.
    assert!(!note.contains("<script>"), "{note}");
    assert!(get(&server, "/live/console.js").contains("javascript"));
}

/// A lesson of the standard library alone.
const LESSON: &str = r#"use std::io::{Read, Write};

fn main() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    println!("Listening on http://{}", listener.local_addr().unwrap());
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello");
    }
}
"#;

#[test]
fn an_exchange_is_answered_by_the_lesson_itself() {
    let course = course();
    let manifest = "[package]\nname = \"lesson-05\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    for (file, text) in [
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"lessons/*\"]\n",
        ),
        ("lessons/05-a/Cargo.toml", manifest),
        ("lessons/05-a/src/main.rs", LESSON),
    ] {
        write(course.path(), file, text);
    }
    let server = serve(course.path());
    let page = get(&server, "/notes/05-a.html");
    let token = token(&page);
    let own = format!("127.0.0.1:{}", server.port);
    let request = "GET / HTTP/1.1\n";
    let length = request.len();
    let fields = format!(
        "Host: {own}\r\nOrigin: http://{own}\r\nX-Token: {token}\r\nContent-Length: {length}\r\n"
    );
    let mut stream = ask(&server, "POST /live/lesson-05", &fields);
    let sent = stream.get_mut().write_all(request.as_bytes());
    sent.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("text");
    let bytes = r#""text":"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello""#;
    assert!(answer.contains(bytes), "{answer}");
}

#[test]
fn what_is_not_there_is_not_found() {
    let course = course();
    let server = serve(course.path());
    for path in [
        "/notes/b.html",
        "/../README.md",
        "/%2e%2e/README.md",
        "/notes/..",
    ] {
        assert_eq!(status(&get(&server, path)), "404", "{path}");
    }
    let missing = get(&server, "/notes/05-b.html");
    assert_eq!(status(&missing), "404");
    assert!(missing.contains("href=\"/index.html\""), "{missing}");
    assert!(missing.contains("href=\"/book.css\""), "{missing}");
    let folder = get(&server, "/notes");
    assert_eq!(status(&folder), "307");
    assert!(folder.contains("location: /notes/\r\n"), "{folder}");
}

#[test]
fn two_servers_in_one_course_have_a_folder_each_and_leave_none() {
    let course = course();
    let mut servers = [serve(course.path()), serve(course.path())];
    for server in &servers {
        let page = get(server, "/notes/05-a.html");
        let other = servers.iter().find(|other| other.port != server.port);
        let other = get(other.expect("there are two"), "/notes/05-a.html");
        assert_eq!(status(&page), "200");
        assert_ne!(
            token(&page),
            token(&other),
            "each has the pages of its own run"
        );
    }
    for server in &mut servers {
        server.interrupt();
        assert!(server.wait().success());
    }
    let left = fs::read_dir(course.path().join("target")).expect("it is there");
    assert_eq!(left.count(), 0);
}

#[test]
fn another_name_for_this_machine_is_refused_and_pages_are_only_read() {
    let course = course();
    let server = serve(course.path());
    let mut answer = String::new();
    let mut stream = ask(&server, "GET /", "Host: evil.example\r\n");
    stream.read_to_string(&mut answer).expect("text");
    assert_eq!(status(&answer), "421");

    answer.clear();
    let own = format!("127.0.0.1:{}", server.port);
    let fields = format!("Host: {own}\r\nOrigin: http://{own}\r\n");
    let mut stream = ask(&server, "DELETE /index.html", &fields);
    stream.read_to_string(&mut answer).expect("text");
    assert_eq!(status(&answer), "405");
    assert!(answer.contains("allow: GET,HEAD\r\n"), "{answer}");
}

#[test]
fn a_changed_note_is_announced_and_shown() {
    let course = course();
    let server = serve(course.path());
    let host = format!("Host: 127.0.0.1:{}\r\n", server.port);
    let events = ask(&server, "GET /events", &host);
    let mut lines = events.lines().map(|line| line.expect("the answer goes on"));
    // Behind the head, the server listens for changes.
    lines.find(String::is_empty).expect("the head ends");
    write(course.path(), "notes/05-a.md", "# 05 · A\n\nOther words.\n");
    lines
        .find(|line| line == "event: changed")
        .expect("it is announced");
    assert!(get(&server, "/notes/05-a.html").contains("Other words."));
}

#[test]
fn ctrl_c_ends_it_even_while_a_page_waits_for_changes() {
    let course = course();
    let mut server = serve(course.path());
    let host = format!("Host: 127.0.0.1:{}\r\n", server.port);
    let events = ask(&server, "GET /events", &host);
    let mut lines = events.lines();
    lines.find(|line| line.as_ref().is_ok_and(String::is_empty));
    server.interrupt();
    assert!(server.wait().success());
}

#[test]
fn a_port_that_is_none_or_is_taken_is_one_line_and_status_2() {
    let course = course();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("it is bound").port().to_string();
    for port in ["web", &port] {
        let output = command(course.path())
            .env("PORT", port)
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{port}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
