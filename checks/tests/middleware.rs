//! Lesson 07, where a request file does not reach: the log, the order of the layers, the clock,
//! cookies changed at random places, and the stack by hand held against the one from the shelf.

use std::time::{SystemTime, UNIX_EPOCH};

use house::build::ServerName;
use wire::Answer;
use wire::server::Server;

const STACKS: [&str; 2] = ["lesson-07", "lesson-07 layers_from_the_shelf"];

fn start(name: &str, env: &[(&str, &str)]) -> Server {
    let name = ServerName::parse(name).expect("a package and perhaps an example");
    let env: Vec<(String, String)> = env
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    Server::start(&name, &env).unwrap_or_else(|problem| panic!("{problem}"))
}

/// A request with `Host` in front of its other header lines.
fn ask(server: &Server, target: &str, lines: &str) -> Answer {
    let request =
        format!("{target} HTTP/1.1\r\nHost: localhost\r\n{lines}Connection: close\r\n\r\n");
    server.ask(request.as_bytes())
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// `name=value` of the cookie that an answer sets.
fn cookie(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie").expect("a cookie is set");
    cookie.split(';').next().unwrap_or_default().to_string()
}

/// A line of the log without its time of day and its duration.
fn lasting(line: &str) -> String {
    let line = line.split_once("Z ").map_or(line, |(_, rest)| rest);
    line.split(" ms=").next().unwrap_or_default().to_string()
}

#[test]
fn both_stacks_log_the_same_line_for_the_same_request_and_what_the_500_does_not_say() {
    let logs = STACKS.map(|name| {
        let server = start(name, &[]);
        let answer = ask(&server, "GET /boom", "X-Request-Id: find-me\r\n");
        assert_eq!(answer.status, 500);
        assert!(!text(&answer).contains("secret"));
        ask(
            &server,
            "POST /hello%0Astatus=200?name=Ada",
            "X-Request-Id: two\r\nContent-Length: 0\r\n",
        );
        ask(&server, "GET /hello/", "X-Request-Id: three\r\n");
        server.wait_for_stderr("id=\"three\" method=GET path=\"/hello/\"}: status=200 ms=");
        let log = server.stderr();
        let lines: Vec<String> = log.lines().map(lasting).collect();
        lines
    });
    assert_eq!(logs[0], logs[1]);
    let [panic, boom, forged, _] = logs[0].as_slice() else {
        panic!("four lines: {:?}", logs[0]);
    };
    let request = "request{id=\"find-me\" method=GET path=\"/boom\"}:";
    assert!(
        panic.starts_with(&format!("ERROR {request} place=")),
        "{panic}"
    );
    assert!(panic.ends_with(" panic=\"the secret is 42\""), "{panic}");
    assert_eq!(boom.trim(), format!("INFO {request} status=500"));
    let request = "request{id=\"two\" method=POST path=\"/hello%0Astatus=200\"}:";
    assert_eq!(forged.trim(), format!("INFO {request} status=404"));
}

#[test]
#[cfg(unix)]
fn no_line_of_the_log_is_lost_on_ctrl_c() {
    let mut server = start("lesson-07", &[]);
    for _ in 0..50 {
        ask(&server, "GET /", "");
    }
    server.interrupt();
    assert_eq!(server.wait().code(), Some(0));
    assert_eq!(
        server.stderr().matches("path=\"/\"}: status=200").count(),
        50
    );
}

#[test]
fn with_the_error_layer_outermost_a_500_has_no_headers_and_no_line_in_the_log() {
    let headers = |layers: &str| {
        let server = start("lesson-07", &[("LAYERS", layers)]);
        let answer = ask(&server, "GET /boom", "");
        ask(&server, "GET /", ""); // its line comes after that of /boom, if there is one
        server.wait_for_stderr("path=\"/\"}: status=200");
        let logged = server.stderr().contains("path=\"/boom\"}: status=500");
        (answer.header("x-frame-options").is_some(), logged)
    };
    let right = "access_log,security_headers,catch_errors";
    let wrong = "catch_errors,access_log,security_headers";
    assert_eq!(headers(right), (true, true));
    assert_eq!(headers(wrong), (false, false));
}

#[test]
fn the_time_on_the_page_is_utc_wherever_the_server_stands() {
    let server = start("lesson-07", &[("TZ", "EST5")]);
    for page in ["/visits/", "/visits-in-view/"] {
        let shown = text(&ask(&server, &format!("GET {page}"), ""));
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let hour = now.expect("after 1970").as_secs() / 3600 % 24;
        // The hour may have ended between the answer and now.
        let hours = [hour, (hour + 23) % 24].map(|hour| format!(" {hour:02}:"));
        assert!(hours.iter().any(|hour| shown.contains(hour)), "{shown}");
    }
}

#[test]
fn a_cookie_with_any_one_character_changed_is_a_strangers() {
    for name in STACKS {
        let server = start(name, &[]);
        let good = cookie(&ask(&server, "GET /visits/", ""));
        let visit = |cookie: &str| ask(&server, "GET /visits/", &format!("Cookie: {cookie}\r\n"));
        assert!(text(&visit(&good)).contains("Welcome back"), "{name}");
        for place in "session=".len()..good.len() {
            let other = if good.as_bytes()[place] == b'A' {
                "B"
            } else {
                "A"
            };
            let mut changed = good.clone();
            changed.replace_range(place..=place, other);
            let shortened = &good[..place];
            for cookie in [changed.as_str(), shortened] {
                let answer = visit(cookie);
                assert_eq!(answer.status, 200, "{name}: {cookie}");
                assert!(text(&answer).contains("first visit"), "{name}: {cookie}");
            }
        }
    }
}

#[test]
fn a_cookie_of_another_key_is_a_strangers_and_the_same_key_outlives_the_server() {
    let key = "0123456789abcdef0123456789abcdef";
    let given = cookie(&ask(
        &start("lesson-07", &[("SECRET_KEY", key)]),
        "GET /visits/",
        "",
    ));
    let line = format!("Cookie: {given}\r\n");
    let again = ask(
        &start("lesson-07", &[("SECRET_KEY", key)]),
        "GET /visits/",
        &line,
    );
    assert!(text(&again).contains("Welcome back"));
    let other = ask(&start("lesson-07", &[]), "GET /visits/", &line);
    assert!(text(&other).contains("first visit"));
}

#[test]
fn anyone_can_read_a_signed_cookie() {
    let given = cookie(&ask(&start("lesson-07", &[]), "GET /visits/", ""));
    // Percent-encoding is another way of writing, and the signature is base64 of 32 bytes.
    let (signature, value) = given.split_once("%3D").expect("a signature and a value");
    assert!(signature.starts_with("session="), "{given}");
    assert!(value.starts_with("%7B%22last_visit%22%3A%22"), "{given}");
}

#[test]
fn a_cookie_that_is_not_text_costs_none_of_the_others() {
    for name in STACKS {
        let server = start(name, &[]);
        let good = cookie(&ask(&server, "GET /visits/", ""));
        for cookies in [
            format!("city=Z\u{fc}rich; {good}"),
            format!("{good}; city=Z\u{fc}rich"),
            format!("{good}\r\nCookie: city=Z\u{fc}rich"),
            format!("{}{good}", ";".repeat(9000)),
        ] {
            let answer = ask(&server, "GET /visits/", &format!("Cookie: {cookies}\r\n"));
            assert!(text(&answer).contains("Welcome back"), "{name}: {cookies}");
        }
    }
}

#[test]
fn a_session_never_grows_longer_than_a_browser_keeps() {
    let server = start("lesson-07", &[]);
    let mut pair = cookie(&ask(&server, "GET /visits/", ""));
    for _ in 0..4 {
        let body = format!("text={}", "%F0%9F%8D%B5".repeat(100));
        let length = body.len();
        let request = format!(
            "POST /messages HTTP/1.1\r\nHost: localhost\r\nCookie: {pair}\r\nContent-Length: {length}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n{body}"
        );
        let answer = server.ask(request.as_bytes());
        assert_eq!(answer.status, 303);
        pair = cookie(&answer);
    }
    assert!(pair.len() <= 4096, "{}", pair.len());
    let shown = text(&ask(
        &server,
        "GET /messages",
        &format!("Cookie: {pair}\r\n"),
    ));
    assert_eq!(shown.matches("role=\"status\"").count(), 3);
}

/// Request files compare the two stacks to the byte; this one asks for everything twice.
#[test]
fn by_hand_and_from_the_shelf_answer_alike() {
    let servers = STACKS.map(|name| start(name, &[]));
    for target in ["GET /hell%6F", "GET /hello%2F", "GET /%FF", "OPTIONS *"] {
        let [own, shelf] = servers
            .each_ref()
            .map(|server| comparable(&ask(server, target, "")));
        assert_eq!(own, shelf, "{target}");
    }
    for path in ["/visits", "/visits-in-view", "/messages"] {
        for rest in ["", "?a=b", "/", "/?a=b", "//", "/nope", "/nope/again"] {
            for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS"] {
                for lines in ["", "X-Shout: 1\r\n", "Cookie: session=garbage\r\n"] {
                    let target = format!("{method} {path}{rest}");
                    let [own, shelf] = servers.each_ref().map(|server| {
                        let lines = format!("{lines}Content-Length: 0\r\n");
                        comparable(&ask(server, &target, &lines))
                    });
                    assert_eq!(own, shelf, "{target} {lines}");
                }
            }
        }
    }
}

/// Status, sorted headers without what must vary, and how long the body is.
fn comparable(answer: &Answer) -> String {
    let kept = [
        "content-type",
        "content-length",
        "location",
        "allow",
        "vary",
        "x-frame-options",
        "x-content-type-options",
        "referrer-policy",
        "cross-origin-opener-policy",
    ];
    let kept = kept.map(|name| format!("{name}: {}", answer.header(name).unwrap_or("none")));
    let id = answer.header("x-request-id").map(str::len);
    let timed = answer.header("server-timing").is_some();
    let flags = answer
        .header("set-cookie")
        .map(|cookie| cookie.split_once(';').map(|pair| pair.1.to_string()));
    let length = answer.body.len();
    format!(
        "{} {kept:?} {id:?} {timed} {flags:?} {length}",
        answer.status
    )
}

#[test]
fn what_is_long_is_compressed_for_those_who_can_take_it() {
    let server = start("lesson-07 more_layers", &[]);
    let plain = ask(&server, "GET /poem", "");
    let small = ask(&server, "GET /poem", "Accept-Encoding: gzip\r\n");
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(small.header("content-encoding"), Some("gzip"));
    assert!(
        plain
            .header("vary")
            .is_some_and(|vary| vary.contains("accept-encoding"))
    );
    assert!(small.body.len() * 5 < plain.body.len());
}
