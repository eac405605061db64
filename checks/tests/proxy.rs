//! A real nginx in front of a lesson, with the configuration that the note of lesson 10 shows.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use house::build::ServerName;
use wire::nginx::{self, Nginx};
use wire::server::{PATIENCE, Server};
use wire::{Answer, Connection};

/// Lessons to put behind nginx, each with paths that it answers alike for everybody.
const LESSONS: [(&str, &[&str]); 4] = [
    (
        "lesson-06",
        &["/", "/api/notes", "/static/notes.css", "/nope"],
    ),
    ("lesson-07", &["/", "/hello?name=Ada%20%3Cb%3E", "/nope"]),
    // Its pages with a form hold a token that is another one each time.
    (
        "lesson-12",
        &[
            "/api/notes",
            "/api/notes/persist",
            "/static/site.css",
            "/board/",
            "/notes/",
            "/nope",
        ],
    ),
    (
        "lesson-10",
        &["/.health", "/README.md", "/lessons/", "/lessons", "/nope"],
    ),
];

/// nginx in front of a port. `None`, in print, where it is not installed; in CI that is a failure.
fn before(app: u16) -> Option<Nginx> {
    if let Err(problem) = nginx::find() {
        house::skip("a lesson behind nginx", &problem);
        return None;
    }
    let path = house::root().join("lessons/10-serving/nginx.conf");
    let config = fs::read_to_string(path).expect("the lesson has a configuration");
    let nginx = Nginx::start(|address| {
        config
            .replace("127.0.0.1:8000", &format!("127.0.0.1:{app}"))
            .replace("127.0.0.1:8080", &address.to_string())
    });
    Some(nginx.unwrap_or_else(|problem| panic!("{problem}")))
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

/// Stands in for an application: answers a request with the request itself.
fn echo(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(PATIENCE)).expect("it is open");
    let mut seen = String::new();
    let mut length = 0;
    let mut lines = BufReader::new(stream.try_clone().expect("it is open"));
    while !seen.ends_with("\r\n\r\n") {
        let from = seen.len();
        let read = lines.read_line(&mut seen).expect("nginx sends text");
        assert!(read > 0, "nginx broke off: {seen}");
        let line = seen[from..].to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    std::io::Read::read_exact(&mut lines, &mut body).expect("the whole body comes");
    seen.push_str(&String::from_utf8_lossy(&body));
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{seen}",
        seen.len()
    );
    stream.write_all(answer.as_bytes()).expect("nginx reads");
    seen
}

#[test]
fn a_lesson_answers_through_nginx_as_it_does_by_itself() {
    for (lesson, paths) in LESSONS {
        let server = Server::of(lesson);
        let Some(nginx) = before(server.port) else {
            return;
        };
        for path in paths {
            let direct = server.ask(get(path).as_bytes());
            let through = nginx.ask(&get(path));
            let seen = |answer: &Answer| {
                let kept = ["content-type", "location", "etag", "x-content-type-options"];
                let kept = kept.map(|name| answer.header(name).map(str::to_string));
                (answer.status, kept, answer.body.clone())
            };
            assert!(seen(&through) == seen(&direct), "{lesson} {path}");
        }
    }
}

#[test]
fn the_application_learns_who_asked_and_a_client_cannot_lie_about_it() {
    let app = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    let port = app.local_addr().expect("it has an address").port();
    let Some(nginx) = before(port) else {
        return;
    };
    let answering = thread::spawn(move || echo(&mut app.accept().expect("nginx comes").0));
    nginx.ask(
        "GET /who HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-For: 6.6.6.6\r\n\
         X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n\
         X-Request-Id: forged\r\n\r\n",
    );
    let seen = answering.join().expect("it has answered");
    for line in [
        "GET /who HTTP/1.1",
        "Host: shop.example",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Proto: http",
        "X-Forwarded-Host: shop.example",
    ] {
        assert!(seen.lines().any(|seen| seen == line), "{line} in {seen}");
    }
    for lie in ["6.6.6.6", "evil.example", "forged", "https"] {
        assert!(!seen.contains(lie), "{lie} in {seen}");
    }
}

#[test]
fn a_slow_client_is_nginxs_matter() {
    let app = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    let port = app.local_addr().expect("it has an address").port();
    let Some(nginx) = before(port) else {
        return;
    };
    let answering =
        thread::spawn(move || [(); 2].map(|()| echo(&mut app.accept().expect("nginx comes").0)));
    let mut slow = Connection::open(nginx.address).expect("nginx listens");
    let head = "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
    slow.send(head.as_bytes()).expect("sent");
    slow.send(b"half ").expect("sent");
    // Came later, and is there first: the application has not heard of the other yet.
    nginx.ask(&get("/quick"));
    slow.send(b"whole").expect("sent");
    slow.answer("POST").expect("whole").expect("not closed");
    let [first, second] = answering.join().expect("both are answered");
    assert!(first.starts_with("GET /quick "), "{first}");
    assert!(second.starts_with("POST /slow "), "{second}");
    assert!(second.ends_with("half whole"), "{second}");
}

#[test]
fn while_the_application_is_away_nginx_says_so() {
    let server = Server::of("lesson-07");
    let port = server.port;
    let Some(nginx) = before(port) else {
        return;
    };
    assert_eq!(nginx.ask(&get("/")).status, 200);
    drop(server);
    assert_eq!(nginx.ask(&get("/")).status, 502);
    let name = ServerName::parse("lesson-07").expect("a package");
    let again = Server::start(&name, &[("PORT".into(), port.to_string())]);
    let _again = again.expect("it starts on the same port");
    // nginx leaves a server alone for some seconds after it has failed, unless it is the only one.
    assert_eq!(nginx.ask(&get("/")).status, 200);
}
