//! The framework of lesson 05 is compared with axum, request by request, with the same handlers on
//! both. Every difference is listed here with its reason; the note shows the list.

use std::fs;

use wire::server::Server;
use wire::show;

/// Requests: method and target, then header lines, then a body behind a blank line.
const SAME: &[&str] = &[
    "GET /",
    "HEAD /",
    "GET /hello",
    "GET /hello?name=Ada",
    "HEAD /hello?name=Ada",
    "GET /hello?name=",
    "GET /hello?name=&name=Bob",
    "GET /hello?name=Ada&name=Bob",
    "GET /hello?name=Tom+%26+Jerry",
    "GET /hello?name=%E4%B8%96%E7%95%8C",
    "GET /hello?name=%zz",
    "GET /hello?name=%FFx",
    "GET /hello?&&name=Ada&&",
    "GET /hello?n%61me=Ada",
    "GET /teapot",
    "HEAD /teapot",
    "GET /square?n=12",
    "GET /square?n=twelve",
    "GET /square",
    "GET /letter",
    "POST /letter\nContent-Type: application/x-www-form-urlencoded\n\nto=Ada+Lovelace",
    "POST /letter\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\n\nto=Ada",
    "POST /letter\nContent-Type: application/x-www-form-urlencoded\n\n",
    "POST /shout?times=3\n\nhey",
    "POST /shout\nContent-Type: image/png\n\nhey",
    "POST /shout?times=many\n\nhey",
    "POST /nothing\n\n",
    "POST /letter\nContent-Type: application/x-www-form-urlencoded\n\nto=%FF",
    "GET / (no Host)",
];

/// Requests that the two answer differently, and why.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "GET /nope",
        "axum's own 404 has no body; ours has a page. `Router::fallback` gives axum one.",
    ),
    (
        "POST /hello",
        "Both say 405 with `Allow`, axum without a body. `Router::method_not_allowed_fallback` gives it one.",
    ),
    (
        "DELETE /letter",
        "The same with three methods. The order means nothing.",
    ),
    (
        "GET /hell%6F",
        "axum compares the path as it came, ours decoded. RFC 3986 (section 6.2.2.2) calls the two paths equal.",
    ),
    (
        "POST /letter\nContent-Type: application/json\n\n{}",
        "Other words.",
    ),
    (
        "POST /shout\n\n\u{fffd}",
        "Other words, for a body that is not UTF-8 (here the byte FF).",
    ),
];

const LIST: &str = "tests/snapshots/05-mini-framework/against-axum.md";

#[test]
fn the_framework_answers_as_axum_does_but_for_the_listed_differences() {
    let own = Server::of("lesson-05 extractors");
    let axum = Server::of("lesson-05 extractors_on_axum");
    for request in SAME {
        assert_eq!(ask(&own, request), ask(&axum, request), "{request}");
    }
    let mut list = String::from("| request | lesson 05 | axum | why |\n|---|---|---|---|\n");
    for (request, why) in DIFFERENT {
        let (ours, theirs) = (ask(&own, request), ask(&axum, request));
        assert_ne!(ours, theirs, "listed as different, but alike: {request}");
        let lines = request.lines().filter(|line| !line.is_empty());
        let shown: Vec<String> = lines.map(as_code).collect();
        let shown = shown.join("<br>");
        list.push_str(&format!(
            "| {shown} | {} | {} | {why} |\n",
            in_a_cell(&ours),
            in_a_cell(&theirs)
        ));
    }
    hold_against_list(&list);
}

/// Status, the headers that the frameworks set, and the body, one a line.
fn ask(server: &Server, request: &str) -> String {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let without_host = head.ends_with(" (no Host)");
    let mut lines = head.lines();
    let target = lines
        .next()
        .unwrap_or_default()
        .trim_end_matches(" (no Host)");
    let mut sent = format!("{target} HTTP/1.1\r\n");
    if !without_host {
        sent.push_str("Host: localhost\r\n");
    }
    for line in lines {
        sent.push_str(&format!("{line}\r\n"));
    }
    // U+FFFD in the lists above stands for a byte that is not UTF-8.
    let body: Vec<u8> = match body {
        "\u{fffd}" => vec![0xff],
        text => text.as_bytes().to_vec(),
    };
    if !head.contains("Content-Length") {
        sent.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    let mut sent = format!("{sent}\r\n").into_bytes();
    sent.extend(body);
    let answer = server.ask(&sent);
    let mut shown = answer.status.to_string();
    for name in ["content-type", "allow"] {
        if let Some(value) = answer.header(name) {
            shown.push_str(&format!("\n{name}: {value}"));
        }
    }
    format!("{shown}\n{}", show::text(&answer.body))
        .trim_end()
        .to_string()
}

fn in_a_cell(answer: &str) -> String {
    // What is the same on every page is left out.
    let same = ["content-type", "<!doctype", "<html"];
    let lines = answer
        .lines()
        .filter(|line| !same.iter().any(|start| line.starts_with(start)));
    let lines: Vec<String> = lines
        .map(|line| as_code(&line.replace('|', "\\|")))
        .collect();
    lines.join("<br>")
}

/// Code in Markdown; a line that holds a backtick needs two around it.
fn as_code(line: &str) -> String {
    match line.contains('`') {
        true => format!("`` {line} ``"),
        false => format!("`{line}`"),
    }
}

fn hold_against_list(list: &str) {
    let path = house::root().join(LIST);
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, list).expect("the list can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept, list,
        "{LIST} is not what the servers say: run with INSTA_UPDATE=always"
    );
}
