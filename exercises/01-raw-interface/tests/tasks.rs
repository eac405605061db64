//! What judges exercise 01: `cargo test -p exercise-01`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use tests::exercise::{Answer, Failure, Judge, Request, Verdict, judge};

fn main() -> ExitCode {
    let tests = tests::tests_of! {
        "agent": [
            a_client_is_greeted_by_its_name,
            a_client_without_a_name_is_a_stranger,
        ],
        "no-body": [
            the_answer_to_head_has_no_body,
            status_204_has_neither_body_nor_length,
            an_answer_with_a_body_keeps_it,
            an_empty_page_still_has_a_length,
        ],
        "second-gateway": [
            the_second_gateway_gives_the_answers_of_the_first,
            repeated_headers_come_through_in_both_directions,
            a_body_need_not_be_text,
            a_client_that_is_slow_keeps_nobody_waiting,
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
