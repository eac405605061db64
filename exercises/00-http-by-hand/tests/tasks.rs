//! What judges exercise 00: `cargo test -p exercise-00`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use judge::standing::{self, a_bad_or_a_taken_port_is_said_in_one_line};
use judge::{Answer, Judge, Request, Verdict, judge};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "bytes": [
            the_length_is_counted_in_bytes,
            an_order_is_read_back,
            an_order_has_64_kib_at_most,
            a_bad_or_a_taken_port_is_said_in_one_line,
        ],
        "head": [
            head_brings_the_head_of_get,
            head_of_a_missing_page_has_no_body,
            a_target_that_speaks_of_head_is_not_a_head,
        ],
        "keep-alive": [
            several_requests_go_over_one_connection,
            requests_that_come_in_one_piece_are_all_answered,
            a_body_that_nobody_wants_is_read_all_the_same,
            lines_may_end_in_a_line_feed_alone,
            connection_close_is_heeded_in_any_case,
            http_1_0_ends_with_its_answer,
            after_a_refusal_the_connection_ends,
            what_cannot_be_read_is_refused,
            a_client_that_says_nothing_gets_no_answer,
            a_refusal_reaches_a_client_that_goes_on_sending,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
        tests,
    )
}

fn coming(order: &str) -> String {
    format!("One order of {order}, coming.")
}

fn the_length_is_counted_in_bytes(judge: &mut Judge) -> Verdict {
    // Characters of one, two, three and four bytes.
    let order = format!("{} thé 茶 🍵 {}", judge.draw.word(), judge.draw.foreign());
    let answer = judge.ask(&Request::post("/order", &order))?;
    answer.must(
        answer.header("content-length").is_some(),
        format!("Content-Length: {}", answer.body.len()),
        "Without Content-Length, the client cannot tell a whole body from one that was cut off.",
    )?;
    answer.must_say(&coming(&order), "The order must come back as it was sent.")
}

fn an_order_is_read_back(judge: &mut Judge) -> Verdict {
    let order = format!("{} pots of {}", judge.draw.number(2, 99), judge.draw.word());
    let answer = judge.ask(&Request::post("/order", &order))?;
    answer.must_be(200, "An order is taken with status 200.")?;
    answer.must_say(&coming(&order), "The order must come back as it was sent.")
}

fn an_order_has_64_kib_at_most(judge: &mut Judge) -> Verdict {
    let order = judge.draw.word().repeat(20_000);
    let of = |length: usize| Request::post("/order", &order[..length]);
    let limit = 64 * 1024;
    let words = ["64 KiB", "65536"];
    standing::must_take_up_to(judge, &of(limit), &of(limit + 1), 200, &words)
}

fn head_brings_the_head_of_get(judge: &mut Judge) -> Verdict {
    standing::must_answer_head_as_get(judge, "/")
}

fn head_of_a_missing_page_has_no_body(judge: &mut Judge) -> Verdict {
    let target = format!("/{}", judge.draw.word());
    standing::must_answer_head_as_get(judge, &target)
}

fn a_target_that_speaks_of_head_is_not_a_head(judge: &mut Judge) -> Verdict {
    let target = format!("/{}/HEAD", judge.draw.word());
    let answer = judge.get(&target)?;
    let missing = format!("There is no {target} here.");
    answer.must_say(
        &missing,
        "The method is the first word of the request line, and nothing else is.",
    )
}

fn must_stay(answer: &Answer) -> Verdict {
    let close = |value: &str| value.eq_ignore_ascii_case("close");
    answer.must(
        !answer.header("connection").is_some_and(close),
        "no `Connection: close`",
        "The client wants to ask again here, and the answer tells it to go away.",
    )
}

fn several_requests_go_over_one_connection(judge: &mut Judge) -> Verdict {
    let mut wire = judge.connect()?;
    for _ in 0..judge.draw.number(2, 4) {
        let order = judge.draw.word();
        let asked = wire.ask(&Request::post("/order", &order));
        let answer = asked.map_err(|failure| {
            failure.because("The connection must stay open for the next request.")
        })?;
        answer.must_say(&coming(&order), "The order must come back as it was sent.")?;
        must_stay(&answer)?;
    }
    Ok(())
}

fn requests_that_come_in_one_piece_are_all_answered(judge: &mut Judge) -> Verdict {
    let orders = [judge.draw.word(), judge.draw.word()];
    let mut wire = judge.connect()?;
    wire.send_all(&[
        Request::post("/order", &orders[0]),
        Request::new("HEAD", "/"),
        Request::post("/order", &orders[1]),
    ]);
    for order in [Some(&orders[0]), None, Some(&orders[1])] {
        let answer = wire.answer().map_err(|failure| {
            failure.because(
                "The three requests came in one piece. What was read beyond the first must not be lost.",
            )
        })?;
        must_stay(&answer)?;
        if let Some(order) = order {
            answer.must_say(
                &coming(order),
                "The answers come in the order of the requests.",
            )?;
        }
    }
    Ok(())
}

fn a_body_that_nobody_wants_is_read_all_the_same(judge: &mut Judge) -> Verdict {
    let (target, order) = (format!("/{}", judge.draw.word()), judge.draw.word());
    let mut wire = judge.connect()?;
    let letter = "GET /secret HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    let first = wire.ask(&Request::post(&target, letter))?;
    first.must_be(404, "There is no such page, so the status is 404.")?;
    must_stay(&first)?;
    let line = "The body of the first request must be read before the second can be found.";
    let second = wire
        .ask(&Request::post("/order", &order))
        .map_err(|failure| failure.because(line))?;
    second.must_say(&coming(&order), line)
}

fn lines_may_end_in_a_line_feed_alone(judge: &mut Judge) -> Verdict {
    let order = judge.draw.word();
    let length = order.len();
    let line = "A person who types into `nc` sends only a line feed at the end of each line. The server must go on reading such lines.";
    let mut wire = judge.connect()?;
    let typed = format!(
        "POST /order HTTP/1.1\nHost: 127.0.0.1\nConnection: close\nContent-Length: {length}\n\n{order}"
    );
    let answer = wire
        .ask(&Request::raw(typed))
        .map_err(|failure| failure.because(line))?;
    answer.must_be(200, line)?;
    answer.must_say(&coming(&order), line)
}

fn connection_close_is_heeded_in_any_case(judge: &mut Judge) -> Verdict {
    for (name, value) in [
        ("Connection", "close"),
        ("connection", "Close"),
        ("CONNECTION", "CLOSE"),
    ] {
        let order = judge.draw.word();
        let mut wire = judge.connect()?;
        let answer = wire.ask(&Request::post("/order", &order).header(name, value))?;
        answer.must_say(&coming(&order), "The order must come back as it was sent.")?;
        wire.must_close(
            "The client said `Connection: close`: after this answer, the server must close.",
        )?;
        answer.must_have(
            "Connection",
            "close",
            "A server that will close says so in its answer.",
        )?;
    }
    Ok(())
}

fn http_1_0_ends_with_its_answer(judge: &mut Judge) -> Verdict {
    let order = judge.draw.word();
    let mut wire = judge.connect()?;
    let answer = wire.ask(&Request::post("/order", &order).http_1_0())?;
    answer.must_say(&coming(&order), "The order must come back as it was sent.")?;
    wire.must_close("In HTTP/1.0 a connection ends after one answer: the client waits for the end.")
}

fn after_a_refusal_the_connection_ends(judge: &mut Judge) -> Verdict {
    let broken = format!("{}\r\n\r\n", judge.draw.word());
    let mut wire = judge.connect()?;
    wire.send_all(&[Request::raw(broken), Request::get("/")]);
    let answer = wire.answer()?;
    answer.must_be(400, "A request line of one word is refused with 400.")?;
    wire.must_close(
        "After a request that could not be read, there is no way to know where the next one begins.",
    )
}

fn what_cannot_be_read_is_refused(judge: &mut Judge) -> Verdict {
    let order = judge.draw.word();
    let head = "POST /order HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    let announced = order.len() + 1;
    for (sent, line) in [
        (
            format!("{head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "This server cannot read chunks, so it must refuse them. A server that overlooks them takes the body for the next request.",
        ),
        (
            format!("{head}Content-Length: {order}\r\n\r\n"),
            "A Content-Length that is not a number says nothing: 400.",
        ),
        (
            format!("{head}Content-Length: {announced}\r\n\r\n{order}"),
            "The client left before its order was complete. Half an order is not an order: 400.",
        ),
        (
            format!("{head}Content-Le"),
            "The client left in the middle of the head. That is not a request: 400.",
        ),
    ] {
        standing::must_refuse(judge, &sent, line)?;
    }
    Ok(())
}

fn a_client_that_says_nothing_gets_no_answer(judge: &mut Judge) -> Verdict {
    let mut wire = judge.connect()?;
    wire.finish();
    wire.must_close("This client opened a connection and asked for nothing, as browsers do. There is nothing to answer.")
}

fn a_refusal_reaches_a_client_that_goes_on_sending(judge: &mut Judge) -> Verdict {
    let length = judge.draw.number(1_000_000, 9_999_999);
    let head = format!("POST /order HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}");
    standing::must_not_lose_a_refusal(judge, &head)
}
