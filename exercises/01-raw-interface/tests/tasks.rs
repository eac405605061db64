//! What judges exercise 01: `cargo test -p exercise-01`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use tests::exercise::standing::{
    self, a_bad_or_a_taken_port_is_said_in_one_line, ctrl_c_ends_the_server_with_status_0,
};
use tests::exercise::{Answer, Failure, Judge, Request, Verdict, judge};

fn main() -> ExitCode {
    let tests = tests::tests_of! {
        "agent": [
            a_client_is_greeted_by_its_name,
            a_client_without_a_name_is_a_stranger,
            a_bad_or_a_taken_port_is_said_in_one_line,
            ctrl_c_ends_the_server_with_status_0,
        ],
        "no-body": [
            the_answer_to_head_has_no_body,
            status_204_has_neither_body_nor_length,
            an_answer_with_a_body_keeps_it,
            an_empty_page_still_has_a_length,
            a_request_has_64_kib_at_most,
            what_cannot_be_read_is_refused,
            a_body_may_come_in_pieces,
            a_refusal_reaches_a_client_that_goes_on_sending,
        ],
        "second-gateway": [
            the_second_gateway_gives_the_answers_of_the_first,
            repeated_headers_come_through_in_both_directions,
            a_body_need_not_be_text,
            a_client_that_is_slow_keeps_nobody_waiting,
            the_second_gateway_is_tiny_http,
            a_long_body_comes_through_whole,
            a_body_that_is_too_long_is_not_cut,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        tests::own_server!(),
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
    judge.get("/")?.must_say("Hello, stranger!", line)?;
    let empty = judge.ask(&Request::get("/").header("User-Agent", ""))?;
    empty.must_say("Hello, stranger!", "A header may be there and say nothing.")
}

fn the_answer_to_head_has_no_body(judge: &mut Judge) -> Verdict {
    let elsewhere = format!("/{}", judge.draw.word());
    for target in ["/", elsewhere.as_str()] {
        let head = judge.ask(&Request::new("HEAD", target))?;
        head.must_be(
            200,
            "The application answers HEAD with status 200, and so must the gateway.",
        )?;
        let length = head
            .header("content-length")
            .and_then(|length| length.parse().ok());
        head.must(
            length.is_some_and(|length: usize| length > 0),
            "the length of the body that is left out",
            "The application has made a body. The gateway announces its length and keeps it back.",
        )?;
    }
    Ok(())
}

fn status_204_has_neither_body_nor_length(judge: &mut Judge) -> Verdict {
    let target = format!("/{}", judge.draw.word());
    let answer = judge.ask(&Request::new("DELETE", &target))?;
    answer.must_be(204, "The application answers 204, and so must the gateway.")?;
    answer.must(
        answer.header("content-length").is_none() && answer.header("transfer-encoding").is_none(),
        "no Content-Length",
        "204 means that there is no body, not that there is one of length 0.",
    )
}

fn an_answer_with_a_body_keeps_it(judge: &mut Judge) -> Verdict {
    let refused = judge.ask(&Request::new("DELETE", "/"))?;
    refused.must_be(403, "The front page cannot be deleted.")?;
    refused.must_say(
        "The front page stays.",
        "Whether there is a body depends on the status, not on the method DELETE.",
    )?;
    let target = format!("/{}", judge.draw.word());
    let answer = judge.get(&target)?;
    answer.must_say(
        &format!("GET {target}\nlanguages:"),
        "The answer to GET has its body.",
    )
}

fn an_empty_page_still_has_a_length(judge: &mut Judge) -> Verdict {
    let answer = judge.get("/nothing")?;
    answer.must_have(
        "Content-Length",
        "0",
        "Status 200 promises a body. An empty one has the length 0, and the client must know that.",
    )
}

fn a_request_has_64_kib_at_most(judge: &mut Judge) -> Verdict {
    let (target, text) = (format!("/{}", judge.draw.word()), ".".repeat(64 * 1024));
    // The head counts, too. It is as long for any length of five digits.
    let head = Request::post(&target, &text).bytes().len() - text.len();
    let of = |length: usize| Request::post(&target, &text[..length - head]);
    let limit = 64 * 1024;
    let words = ["64 KiB", "65536"];
    standing::must_take_up_to(judge, &of(limit), &of(limit + 1), 201, &words)
}

fn what_cannot_be_read_is_refused(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let head = format!("POST /{word} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    let announced = word.len() + 1;
    for (sent, line) in [
        (
            format!("{head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "This gateway reads no chunks, so it must refuse them: 400.",
        ),
        (
            format!("{head}Content-Length: {word}\r\n\r\n"),
            "A Content-Length that is no number says nothing: 400.",
        ),
        (
            format!("{head}Content-Length: {announced}\r\n\r\n{word}"),
            "The client has left before its body was whole. The application must not see a part of it: 400.",
        ),
        (
            format!("{head}Content-Le"),
            "The client has left in the middle of the head. That is no request: 400.",
        ),
        (
            format!("{word}\r\n\r\n"),
            "A request line has three words. This is no HTTP: 400.",
        ),
    ] {
        standing::must_refuse(judge, &sent, line)?;
    }
    Ok(())
}

fn a_body_may_come_in_pieces(judge: &mut Judge) -> Verdict {
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

fn a_refusal_reaches_a_client_that_goes_on_sending(judge: &mut Judge) -> Verdict {
    let length = judge.draw.number(1_000_000, 9_999_999);
    let head = format!("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}");
    standing::must_not_lose_a_refusal(judge, &head)
}

/// Asks both gateways the same.
fn both(judge: &mut Judge, request: &Request) -> Result<(Answer, Answer), Failure> {
    judge.set("GATEWAY", "by-hand");
    let first = judge.ask(request)?;
    judge.set("GATEWAY", "tiny_http");
    Ok((first, judge.ask(request)?))
}

fn the_second_gateway_gives_the_answers_of_the_first(judge: &mut Judge) -> Verdict {
    let target = format!("/{}?kind={}", judge.draw.word(), judge.draw.word());
    let (name, body) = (judge.draw.name(), judge.draw.foreign());
    for request in [
        Request::get("/").header("User-Agent", &name),
        Request::post(&target, &body),
        Request::get(&target),
    ] {
        let (first, second) = both(judge, &request)?;
        second.must_be(
            first.status,
            "The status is the application's. A gateway hands it on.",
        )?;
        second.must_say(
            &first.text(),
            "The same application must give the same answer.",
        )?;
        second.must_have(
            "Content-Type",
            first.header("content-type").unwrap_or_default(),
            "The headers are the application's. A gateway hands them on.",
        )?;
    }
    Ok(())
}

fn repeated_headers_come_through_in_both_directions(judge: &mut Judge) -> Verdict {
    let target = format!("/{}", judge.draw.word());
    let languages = [judge.draw.word(), judge.draw.word()];
    let request = Request::get(&target)
        .header("Accept-Language", &languages[0])
        .header("Accept-Language", &languages[1]);
    let (first, second) = both(judge, &request)?;
    second.must_say(
        &first.text(),
        "A header may come twice, and the application wants both values, in their order.",
    )?;
    let cookies: Vec<&str> = first.all("set-cookie").collect();
    second.must(
        second.all("set-cookie").eq(cookies.iter().copied()),
        format!("set-cookie: {}", cookies.join("\nset-cookie: ")),
        "A header may be set twice, and the client wants both.",
    )
}

fn a_body_need_not_be_text(judge: &mut Judge) -> Verdict {
    let target = format!("/{}", judge.draw.word());
    let mut bytes = judge.draw.word().into_bytes();
    bytes.extend([0, 0xff, 0xfe, b'\r', b'\n']);
    let request = Request::new("PUT", &target).body(&bytes);
    let (first, second) = both(judge, &request)
        .map_err(|failure| failure.because("A body is bytes: a photograph is no text."))?;
    second.must(
        second.body == first.body,
        "the same bytes, back",
        "A body is bytes: a photograph is no text.",
    )
}

fn a_client_that_is_slow_keeps_nobody_waiting(judge: &mut Judge) -> Verdict {
    judge.set("GATEWAY", "tiny_http");
    let target = format!("/{}", judge.draw.word());
    let alone = judge.get(&target)?;
    alone.must_be(200, "A GET is answered with the application's status 200.")?;
    let head =
        format!("POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\nte");
    let mut slow = judge.connect()?;
    slow.send(&Request::raw(head));
    let asked = judge.get(&target).map_err(|failure| {
        failure.because(
            "Another client has not sent its whole body yet. This one must not wait for it.",
        )
    })?;
    asked.must_be(200, "A GET is answered while another client still sends.")
}

fn the_second_gateway_is_tiny_http(judge: &mut Judge) -> Verdict {
    judge.set("GATEWAY", "tiny_http");
    let target = format!("/{}", judge.draw.word());
    let answer = judge.get(&target)?;
    let server = answer.header("server").unwrap_or_default();
    answer.must(
        server.starts_with("tiny-http"),
        "Server: tiny-http (Rust)",
        "With GATEWAY=tiny_http, the library serves, and it signs its answers. This one is not from it.",
    )
}

fn a_long_body_comes_through_whole(judge: &mut Judge) -> Verdict {
    let target = format!("/{}", judge.draw.word());
    let body = judge.draw.word().repeat(6_000);
    let request = Request::post(&target, &body);
    let (first, second) = both(judge, &request)?;
    second.must(
        second.body == first.body,
        format!("{} bytes, as from the first gateway", first.body.len()),
        "A body comes in many pieces, and the application wants all of them.",
    )
}

fn a_body_that_is_too_long_is_not_cut(judge: &mut Judge) -> Verdict {
    judge.set("GATEWAY", "tiny_http");
    let (target, text) = (format!("/{}", judge.draw.word()), ".".repeat(100_000));
    let of = |length: usize| Request::post(&target, &text[..length]);
    let limit = 64 * 1024;
    let words = ["64 KiB", "65536"];
    standing::must_take_up_to(judge, &of(limit), &of(limit + 1), 201, &words)
}
