//! What judges exercise 01: `cargo test -p exercise-01`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use judge::standing::{
    self, a_bad_or_a_taken_port_is_said_in_one_line, ctrl_c_ends_the_server_with_status_0,
};
use judge::{Judge, Request, Verdict, judge};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "agent": [
            a_client_is_greeted_by_its_name,
            a_client_without_a_name_is_a_stranger,
            a_bad_or_a_taken_port_is_said_in_one_line,
            ctrl_c_ends_the_server_with_status_0,
        ],
        "gateway": [
            the_body_reaches_the_application,
            a_body_may_be_long_and_need_not_be_text,
            the_headers_of_the_answer_reach_the_client,
            the_request_still_comes_through,
            a_body_that_cannot_be_read_is_refused,
            a_client_that_is_slow_keeps_nobody_waiting,
            the_first_gateway_is_on_tiny_http,
        ],
        "by-hand": [
            the_second_gateway_gives_the_answers_of_the_application,
            headers_may_be_repeated_in_both_directions,
            any_body_comes_through_whole,
            a_body_may_come_in_pieces,
            the_answer_to_head_has_no_body,
            what_can_be_read_in_two_ways_is_refused,
            a_body_that_breaks_off_is_refused,
            nothing_behind_the_request_is_answered,
            the_second_gateway_is_by_hand,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
        tests,
    )
}

fn a_client_is_greeted_by_its_name(judge: &mut Judge) -> Verdict {
    for header in ["User-Agent", "user-agent", "USER-AGENT"] {
        let name = judge.draw.name();
        let request = Request::get("/")
            .header("X-User-Agent-Hint", &judge.draw.word())
            .header(header, &name);
        let answer = judge.ask(&request)?;
        answer.must_be(200, "The front page answers with status 200.")?;
        answer.must_say(
            &format!("Hello, {name}!"),
            "The client's name is the value of User-Agent, however the name of that header is written.",
        )?;
    }
    Ok(())
}

fn a_client_without_a_name_is_a_stranger(judge: &mut Judge) -> Verdict {
    let line = "A client that does not say its name is greeted as a stranger.";
    let nameless = judge.ask(&Request::get("/").without("User-Agent"))?;
    nameless.must_say("Hello, stranger!", line)?;
    let empty = judge.ask(&Request::get("/").header("User-Agent", ""))?;
    empty.must_say("Hello, stranger!", "A header may be there and be empty.")
}

/// The body that `report` answers with: what was asked, and the body that was sent.
fn report(method: &str, target: &str, body: &[u8]) -> Vec<u8> {
    let told = format!("{method} {target}\nlanguages: \n");
    [told.as_bytes(), body].concat()
}

fn the_body_reaches_the_application(judge: &mut Judge) -> Verdict {
    let target = format!("/{}?kind={}", judge.draw.word(), judge.draw.word());
    let body = judge.draw.foreign();
    let answer = judge.ask(&Request::post(&target, &body))?;
    answer.must_be(
        201,
        "The application answers a POST with status 201, and its gateway passes that on.",
    )?;
    answer.must_say(
        &format!("POST {target}\nlanguages: \n{body}"),
        "The application sends the body back, so it must have got one from its gateway.",
    )
}

fn a_body_may_be_long_and_need_not_be_text(judge: &mut Judge) -> Verdict {
    must_carry_any_body(judge)
}

/// A body that is not text, and one that is long.
fn must_carry_any_body(judge: &mut Judge) -> Verdict {
    let target = format!("/{}", judge.draw.word());
    let mut bytes = judge.draw.word().into_bytes();
    bytes.extend([0, 0xff, 0xfe, b'\r', b'\n']);
    let long = judge.draw.word().repeat(20_000).into_bytes();
    for (body, line) in [
        (bytes, "A body is bytes: a photograph is not text."),
        (
            long,
            "A long body comes in many pieces, and the application wants all of them.",
        ),
    ] {
        let answer = judge.ask(&Request::new("PUT", &target).body(&body));
        let answer = answer.map_err(|failure| failure.because(line))?;
        answer.must(
            answer.body == report("PUT", &target, &body),
            format!("the {} bytes of the body, back", body.len()),
            line,
        )?;
    }
    Ok(())
}

fn the_headers_of_the_answer_reach_the_client(judge: &mut Judge) -> Verdict {
    let target = format!("/{}", judge.draw.word());
    for method in ["GET", "PUT"] {
        let answer = judge.ask(&Request::new(method, &target))?;
        answer.must_have(
            "Content-Type",
            "text/plain; charset=utf-8",
            "The headers are the application's. A gateway passes them on.",
        )?;
        let cookies = [format!("method={method}"), "bytes=0".to_string()];
        answer.must(
            answer.all("set-cookie").eq(cookies.iter().map(String::as_str)),
            format!("Set-Cookie: {}", cookies.join("\nSet-Cookie: ")),
            "The application sets two headers of the same name, and the client wants both, in their order.",
        )?;
    }
    Ok(())
}

fn the_request_still_comes_through(judge: &mut Judge) -> Verdict {
    must_carry_the_request(judge)
}

/// Method, target, and a header that comes twice.
fn must_carry_the_request(judge: &mut Judge) -> Verdict {
    let method = judge.draw.word().to_uppercase();
    let target = format!("/{}?kind={}", judge.draw.word(), judge.draw.word());
    let (one, other) = (judge.draw.word(), judge.draw.word());
    let request = Request::new(&method, &target)
        .header("Accept-Language", &one)
        .header("Accept-Language", &other);
    let answer = judge.ask(&request)?;
    answer.must_be(
        200,
        "The status is the application's: 200, unless it is a POST.",
    )?;
    answer.must_say(
        &format!("{method} {target}\nlanguages: {one}, {other}\n"),
        "Method, target and headers are the client's. A header may come twice, and the application wants both values, in their order.",
    )
}

fn a_body_that_cannot_be_read_is_refused(judge: &mut Judge) -> Verdict {
    let (target, word) = (judge.draw.word(), judge.draw.word());
    let head =
        format!("POST /{target} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    let line = "The size of this chunk is not a number, so reading the body fails. That is the client's fault: 400.";
    standing::must_refuse(judge, &format!("{head}{word}\r\n{word}\r\n"), line)
}

fn a_client_that_is_slow_keeps_nobody_waiting(judge: &mut Judge) -> Verdict {
    let target = format!("/{}", judge.draw.word());
    let alone = judge.get(&target)?;
    alone.must_be(200, "A GET is answered with the application's status 200.")?;
    let head =
        format!("POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\nte");
    let mut slow = judge.connect()?;
    slow.send(&Request::raw(head.clone()));
    let asked = judge.get(&target).map_err(|failure| {
        failure.because(&format!(
            "Another client had sent this, and is slow to send the other 4,998 bytes. This one must not wait for it:\n{head}",
        ))
    })?;
    asked.must_be(200, "A GET is answered while another client still sends.")
}

fn the_first_gateway_is_on_tiny_http(judge: &mut Judge) -> Verdict {
    let target = format!("/{}", judge.draw.word());
    let answer = judge.get(&target)?;
    let server = answer.header("server").unwrap_or_default();
    answer.must(
        server.starts_with("tiny-http"),
        "Server: tiny-http (Rust)",
        "Without GATEWAY, tiny_http serves, and it signs its answers. This one does not come from it.",
    )
}

/// The judge, with the second gateway chosen.
fn by_hand(judge: &mut Judge) -> &mut Judge {
    judge.set("GATEWAY", "by_hand");
    judge
}

fn the_second_gateway_gives_the_answers_of_the_application(judge: &mut Judge) -> Verdict {
    let judge = by_hand(judge);
    let answer = judge.ask(&Request::get("/").without("User-Agent"))?;
    answer.must_be(
        200,
        "The application answers the front page with status 200.",
    )?;
    answer.must_say("Hello, stranger!", "The page is the application's.")?;
    answer.must_have(
        "Content-Type",
        "text/plain; charset=utf-8",
        "The headers are the application's.",
    )?;
    let target = format!("/{}?kind={}", judge.draw.word(), judge.draw.word());
    let body = judge.draw.foreign();
    let answer = judge.ask(&Request::post(&target, &body))?;
    answer.must_be(201, "The application answers a POST with status 201.")?;
    answer.must_say(
        &format!("POST {target}\nlanguages: \n{body}"),
        "The application says what was asked, and sends the body back.",
    )
}

fn headers_may_be_repeated_in_both_directions(judge: &mut Judge) -> Verdict {
    let judge = by_hand(judge);
    must_carry_the_request(judge)?;
    the_headers_of_the_answer_reach_the_client(judge)
}

fn any_body_comes_through_whole(judge: &mut Judge) -> Verdict {
    must_carry_any_body(by_hand(judge))
}

fn a_body_may_come_in_pieces(judge: &mut Judge) -> Verdict {
    let judge = by_hand(judge);
    let (target, body) = (format!("/{}", judge.draw.word()), judge.draw.word());
    let length = body.len();
    let head =
        format!("POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n");
    let answer = standing::must_wait_for_the_body(judge, &head, &body)?;
    answer.must_say(
        &format!("POST {target}\nlanguages: \n{body}"),
        "The application gets the whole body, however it came.",
    )
}

fn the_answer_to_head_has_no_body(judge: &mut Judge) -> Verdict {
    let judge = by_hand(judge);
    let target = format!("/{}", judge.draw.word());
    let head = judge.ask(&Request::new("HEAD", &target))?;
    head.must_be(200, "The application answers HEAD with status 200.")?;
    head.must_have(
        "Content-Length",
        &report("HEAD", &target, b"").len().to_string(),
        "The application has made a body. The gateway announces its length and keeps the body back.",
    )
}

fn what_can_be_read_in_two_ways_is_refused(judge: &mut Judge) -> Verdict {
    let judge = by_hand(judge);
    let word = judge.draw.word();
    let (length, more) = (word.len(), word.len() + 7);
    let head = format!("POST /{word} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (sent, line) in [
        (
            format!("{head}Content-Length: {length}\r\nContent-Length: {more}\r\n\r\n{word}"),
            "Two lengths: which of them counts? A proxy may have taken the other one. Refuse both.",
        ),
        (
            format!("{head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "A length and chunks: where does this body end? Refuse it.",
        ),
        (
            format!("{head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "This gateway does not read chunks, so it cannot know where this body ends. Refuse it.",
        ),
        (
            format!("{head}Content-Length: -{length}\r\n\r\n{word}"),
            "A length has digits and nothing else. Refuse any other.",
        ),
        (
            format!("{head}Content-Length: +{length}\r\n\r\n{word}"),
            "A length has digits and nothing else, not even a sign. Refuse any other.",
        ),
        (
            format!("{head}Content-Length: {word}\r\n\r\n{word}"),
            "A length has digits and nothing else. Refuse any other.",
        ),
        (
            format!("{word}\r\n\r\n"),
            "A request line has three words. This is not HTTP: 400.",
        ),
    ] {
        standing::must_refuse(judge, &sent, line)?;
    }
    Ok(())
}

fn a_body_that_breaks_off_is_refused(judge: &mut Judge) -> Verdict {
    let judge = by_hand(judge);
    let word = judge.draw.word();
    let length = word.len() + judge.draw.number(1, 9) as usize;
    let sent = format!(
        "POST /{word} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n{word}"
    );
    let line = "The client stopped before its body was whole. The application must not take a part for the whole: 400.";
    standing::must_refuse(judge, &sent, line)
}

fn nothing_behind_the_request_is_answered(judge: &mut Judge) -> Verdict {
    let judge = by_hand(judge);
    let (first, second) = (judge.draw.word(), judge.draw.word());
    let mut wire = judge.connect()?;
    wire.send_all(&[
        Request::get(&format!("/{first}")),
        Request::get(&format!("/{second}")),
    ]);
    let answer = wire.answer()?;
    answer.must_say(
        &format!("GET /{first}\nlanguages:"),
        "The first request on a connection is answered.",
    )?;
    answer.must_have(
        "Connection",
        "close",
        "This gateway answers once, and must say that the connection ends with that.",
    )?;
    wire.must_close("One connection, one request, one answer: what follows is not read.")
}

fn the_second_gateway_is_by_hand(judge: &mut Judge) -> Verdict {
    let judge = by_hand(judge);
    let target = format!("/{}", judge.draw.word());
    let answer = judge.get(&target)?;
    answer.must(
        answer.header("server").is_none(),
        "no Server: tiny-http (Rust)",
        "With GATEWAY=by_hand, the gateway in second.rs serves. This answer is from tiny_http.",
    )
}
