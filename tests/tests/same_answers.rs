//! The same app on the raw interface (02), on axum (04) and on the framework from scratch (05)
//! gives the same answers to the same requests, but for what is listed as different below.

use wire::Answer;
use wire::server::Server;
use wire::show;

const LESSONS: [&str; 3] = ["lesson-02", "lesson-04", "lesson-05"];

/// The answers are alike: status, media type, length and body.
const SAME: &[&str] = &[
    "GET /",
    "GET /?x=1",
    "HEAD /",
    "GET /hello",
    "GET /hello?",
    "GET /hello?name=Ada",
    "HEAD /hello?name=Ada",
    "GET /hello?name=Ada&name=Bob",
    "GET /hello?nom=Ada",
    "GET /hello?Name=Ada",
    "GET /hello?name=Ada+Lovelace",
    "GET /hello?name=Ada%20Lovelace",
    "GET /hello?name=Tom%20%26%20Jerry",
    "GET /hello?name=%E4%B8%96%E7%95%8C",
    "GET /hello?name=%3Cscript%3Ealert(1)%3C/script%3E",
    "GET /hello?name=%22O%27Neil%22",
    "GET /hello?name=a%2Bb%3Dc",
    "GET /hello?name==x",
    "GET /hello?a=1;name=Ada",
    "GET /hello?&&name=Ada&&",
    "GET /hello?n%61me=Ada",
    "GET /hello?name=100%25%20%zz",
    "GET /hello?name=%FFx",
    "GET /nope",
    "HEAD /nope",
    "GET /hello/",
    "GET //hello",
    "GET /HELLO",
    "GET /%FF",
    "DELETE /nope",
];

/// All refuse the method and allow the same ones; the words are each lesson's own.
const REFUSED: &[&str] = &["POST /", "POST /hello?name=Ada", "PUT /hello", "PATCH /"];

/// Where the answers differ: what 02, 04 and 05 say, and why.
const DIFFERENT: &[(&str, [&str; 3], &str)] = &[
    (
        "GET /hello?name=",
        ["Hello, World!", "Hello, !", "Hello, World!"],
        "04 keeps an empty value, as Flask does; 02 and 05 follow programs that drop it",
    ),
    (
        "GET /hello?name=&name=Bob",
        ["Hello, Bob!", "Hello, !", "Hello, Bob!"],
        "the same, with another value behind it",
    ),
    (
        "GET /hell%6F?name=Ada",
        ["Hello, Ada!", "404", "Hello, Ada!"],
        "axum compares a path without decoding it",
    ),
];

#[test]
fn lessons_02_04_and_05_answer_alike() {
    let servers = LESSONS.map(Server::of);
    for request in SAME {
        let [raw, axum, own] = servers
            .each_ref()
            .map(|server| whole(&ask(server, request)));
        assert_eq!(raw, own, "02 and 05 differ: {request}");
        assert_eq!(axum, own, "04 and 05 differ: {request}");
    }
}

#[test]
fn they_refuse_a_method_with_405_and_allow_the_same_ones() {
    for server in LESSONS.map(Server::of) {
        for request in REFUSED {
            let answer = ask(&server, request);
            let allow = answer.header("allow").unwrap_or_default();
            let mut methods: Vec<&str> = allow.split(',').map(str::trim).collect();
            methods.sort_unstable();
            assert_eq!(
                (answer.status, methods),
                (405, vec!["GET", "HEAD"]),
                "{request}"
            );
        }
    }
}

#[test]
fn they_differ_only_as_listed() {
    let servers = LESSONS.map(Server::of);
    for (request, expected, why) in DIFFERENT {
        let headings = servers
            .each_ref()
            .map(|server| heading(&ask(server, request)));
        assert_eq!(headings, *expected, "{request}: {why}");
    }
}

fn ask(server: &Server, request: &str) -> Answer {
    let sent = format!(
        "{request} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    server.ask(sent.as_bytes())
}

/// What a reader of the page gets.
fn whole(answer: &Answer) -> String {
    let header = |name: &str| answer.header(name).unwrap_or("none");
    format!(
        "{}\ncontent-type: {}\ncontent-length: {}\n\n{}",
        answer.status,
        header("content-type"),
        header("content-length"),
        show::text(&answer.body),
    )
}

fn heading(answer: &Answer) -> String {
    let page = show::text(&answer.body);
    let heading = page
        .split_once("<h1>")
        .and_then(|(_, rest)| rest.split_once("</h1>"));
    heading.map_or(page.clone(), |(heading, _)| heading.to_string())
}
