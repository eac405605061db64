//! What judges exercise 03: `cargo test -p exercise-03`.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Instant;

use tests::exercise::standing::{self, a_bad_or_a_taken_port_is_said_in_one_line};
use tests::exercise::{Failure, Judge, PATIENCE, Request, Stream, Verdict, judge};

fn main() -> ExitCode {
    let tests = tests::tests_of! {
        "lines": [
            a_call_of_several_lines_is_one_event,
            every_kind_of_line_end_ends_a_line,
            white_space_stays_where_it_is,
            a_call_of_one_line_is_what_it_was,
            what_is_no_call_is_not_called_out,
            a_call_has_4096_bytes_at_most,
            the_page_listens,
            another_method_gets_405,
            a_bad_or_a_taken_port_is_said_in_one_line,
        ],
        "missed": [
            every_call_has_its_number,
            who_comes_back_hears_what_was_missed,
            who_comes_for_the_first_time_hears_what_comes,
            many_calls_at_once_are_all_heard,
            a_number_that_was_not_given_is_no_reason_to_refuse,
            ctrl_c_lets_listeners_go,
            a_call_that_has_begun_is_called_out_after_ctrl_c,
        ],
        "places": [
            so_many_may_listen_and_no_more,
            the_place_of_one_who_has_left_is_free_again,
            only_who_listens_takes_a_place,
            who_has_a_place_hears_on,
            a_bad_number_of_places_is_said_in_one_line,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        tests::own_server!(),
        tests,
    )
}

/// What a browser asks when a page listens.
fn calls() -> Request {
    Request::get("/calls").header("Accept", "text/event-stream")
}

/// Somebody who listens.
fn listen(judge: &mut Judge, request: &Request) -> Result<Stream, Failure> {
    let stream = judge.listen(request)?;
    let line = "Whoever asks for the calls may listen.";
    stream.head().must_be(200, line)?;
    Ok(stream)
}

fn call(judge: &mut Judge, text: &str) -> Verdict {
    let answer = judge.ask(&Request::post("/calls", text))?;
    answer.must_be(200, "A call is called out, whoever listens.")
}

/// Different words, so that one call is not taken for another.
fn words(judge: &mut Judge, count: usize) -> Vec<String> {
    let words = judge.draw.names(count);
    let tea = judge.draw.word();
    words
        .iter()
        .map(|name| format!("{tea} for {name}"))
        .collect()
}

// The task `lines`.

/// Calls out a text; the event must have the other one for its data, and a second call must follow.
fn must_become(judge: &mut Judge, text: &str, data: &str, line: &str) -> Verdict {
    let mut stream = listen(judge, &calls())?;
    let next = judge.draw.word();
    call(judge, text)?;
    call(judge, &next)?;
    stream.must_tell(data, line)?;
    let line = "One call is one event. Behind this one, the next call should have come.";
    stream.must_tell(&next, line)?;
    Ok(())
}

const EACH_LINE: &str = "Each line of a call belongs into a `data:` line of its own, all in one event. A line without a field's name in front says nothing to a browser.";

fn a_call_of_several_lines_is_one_event(judge: &mut Judge) -> Verdict {
    let text = words(judge, 3).join("\n");
    must_become(judge, &text, &text, EACH_LINE)?;
    let word = judge.draw.word();
    let text = format!("{word}\n\ndata: {word}\n\nid: 99\nevent: {word}");
    let line = "This call was made to look like several events. Whatever is in it, a call is one event and nothing but data.";
    must_become(judge, &text, &text, line)
}

fn every_kind_of_line_end_ends_a_line(judge: &mut Judge) -> Verdict {
    let lines = words(judge, 3);
    for end in ["\r\n", "\r"] {
        let shown = end.replace('\r', "CR").replace('\n', " LF");
        let line = format!(
            "To a browser, {shown} is a line end too, and the data has a line feed in its place."
        );
        must_become(judge, &lines.join(end), &lines.join("\n"), &line)?;
    }
    let text = format!("{}\r{}\r\n{}\n\r{0}", lines[0], lines[1], lines[2]);
    let data = format!("{}\n{}\n{}\n\n{0}", lines[0], lines[1], lines[2]);
    let line = "CR LF is one line end; LF CR is two, with an empty line between them.";
    must_become(judge, &text, &data, line)
}

fn white_space_stays_where_it_is(judge: &mut Judge) -> Verdict {
    let [one, two] = [judge.draw.word(), judge.draw.word()];
    let line = "Space at the beginning of a line belongs to the call. A browser takes away one space behind `data:`, and no more.";
    let text = format!("{one}:\n  2 {two}\n\n 1 {one}");
    must_become(judge, &text, &text, line)
}

fn a_call_of_one_line_is_what_it_was(judge: &mut Judge) -> Verdict {
    for text in [
        judge.draw.foreign(),
        format!("{}: {}", judge.draw.word(), judge.draw.name()),
    ] {
        must_become(
            judge,
            &text,
            &text,
            "A call of one line is an event with this line.",
        )?;
    }
    Ok(())
}

fn what_is_no_call_is_not_called_out(judge: &mut Judge) -> Verdict {
    let mut stream = listen(judge, &calls())?;
    let word = judge.draw.word();
    let mut bytes = word.clone().into_bytes();
    bytes.push(0xff);
    for (body, status, line) in [
        (&b""[..], 422, "A call without a word is none: 422."),
        (b" \n ", 422, "A call of white space alone is none: 422."),
        (
            &bytes,
            400,
            "A call is text, and these bytes are none: 400.",
        ),
    ] {
        let answer = judge.ask(&Request::new("POST", "/calls").body(body))?;
        standing::must_be_refusal(&answer, &[status], line)?;
    }
    let half =
        format!("POST /calls HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\n{word}");
    let mut wire = judge.connect()?;
    wire.send(&Request::raw(half));
    wire.finish();
    let _gone = wire.answer();
    let next = judge.draw.foreign();
    call(judge, &next)?;
    let line = "Nothing that was refused is called out, nor a call that broke off on its way. The first that is heard is the next good one.";
    stream.must_tell(&next, line)?;
    Ok(())
}

fn a_call_has_4096_bytes_at_most(judge: &mut Judge) -> Verdict {
    let text = judge.draw.word().repeat(1000);
    let of = |length: usize| Request::post("/calls", &text[..length]);
    standing::must_take_up_to(judge, &of(4096), &of(4097), 200, &["4096"])
}

fn the_page_listens(judge: &mut Judge) -> Verdict {
    let answer = judge.get("/")?;
    answer.must_be(200, "The front page answers with status 200.")?;
    let line = "The page is the HTML in src/page.html, as it was.";
    answer.must_have("Content-Type", "text/html; charset=utf-8", line)?;
    answer.must(
        answer.text().contains(r#"new EventSource("/calls")"#),
        r#"… new EventSource("/calls") …"#,
        line,
    )?;
    standing::must_answer_head_as_get(judge, "/")
}

fn another_method_gets_405(judge: &mut Judge) -> Verdict {
    for (path, methods) in [
        ("/", "GET, HEAD"),
        ("/places", "GET, HEAD"),
        ("/calls", "GET, HEAD, POST"),
    ] {
        let method = judge.draw.one_of(&["PUT", "DELETE", "PATCH"]);
        let answer = judge.ask(&Request::new(method, path))?;
        let line = "There is such a page, but not for this method: 405, and Allow says for which.";
        standing::must_be_refusal(&answer, &[405], line)?;
        answer.must_have("Allow", methods, line)?;
    }
    let path = format!("/{}", judge.draw.word());
    let answer = judge.get(&path)?;
    standing::must_be_refusal(&answer, &[404], "There is no such page: 404.")
}

// The task `missed`.

const NUMBERED: &str = "Each call has a number, 1 for the first of all, and its event says so in `id:`. It is the call's, whoever listens, and since when.";

/// The next event must be this call, with its number.
fn must_hear(stream: &mut Stream, number: usize, text: &str, line: &str) -> Verdict {
    let event = stream.must_tell(text, line)?;
    stream.must(
        event.id == number.to_string(),
        format!("id: {number}"),
        NUMBERED,
    )
}

fn every_call_has_its_number(judge: &mut Judge) -> Verdict {
    let texts = words(judge, 4);
    let line = "What is called out reaches everyone who listens.";
    let mut early = listen(judge, &calls())?;
    call(judge, &texts[0])?;
    must_hear(&mut early, 1, &texts[0], line)?;
    let mut late = listen(judge, &calls())?;
    for (text, number) in texts.iter().zip(1..).skip(1) {
        call(judge, text)?;
        must_hear(&mut early, number, text, line)?;
        must_hear(&mut late, number, text, line)?;
    }
    Ok(())
}

fn who_comes_back_hears_what_was_missed(judge: &mut Judge) -> Verdict {
    let texts = words(judge, 7);
    let missed = judge.draw.number(2, 5) as usize;
    let mut stream = listen(judge, &calls())?;
    for text in &texts[..6] {
        call(judge, text)?;
    }
    for (text, number) in texts[..missed].iter().zip(1..) {
        let line = "What is called out reaches everyone who listens.";
        must_hear(&mut stream, number, text, line)?;
    }
    drop(stream);
    let back = calls().header("Last-Event-ID", &missed.to_string());
    let mut stream = listen(judge, &back)?;
    let line = format!(
        "This listener has heard the calls up to {missed}. The first that it has missed comes first, and without another call."
    );
    for (text, number) in texts.iter().zip(1..).take(6).skip(missed) {
        must_hear(&mut stream, number, text, &line)?;
    }
    call(judge, &texts[6])?;
    let line =
        "All that was missed has been told. Then the answer goes on with what is called out next.";
    must_hear(&mut stream, 7, &texts[6], line)?;
    let mut ahead = listen(judge, &calls().header("Last-Event-ID", "7"))?;
    let last = judge.draw.word();
    call(judge, &last)?;
    let line = "This listener has missed nothing. It hears the next call, and no call twice.";
    must_hear(&mut ahead, 8, &last, line)
}

fn who_comes_for_the_first_time_hears_what_comes(judge: &mut Judge) -> Verdict {
    let texts = words(judge, 4);
    for text in &texts[..3] {
        call(judge, text)?;
    }
    let mut stream = listen(judge, &calls())?;
    call(judge, &texts[3])?;
    let line =
        "Without a Last-Event-ID, nothing was missed: the first event is what is called out next.";
    stream.must_tell(&texts[3], line)?;
    Ok(())
}

fn many_calls_at_once_are_all_heard(judge: &mut Judge) -> Verdict {
    let tea = judge.draw.word();
    let texts: Vec<String> = (1..=40).map(|cup| format!("{tea}, cup {cup}")).collect();
    let mut streams = [listen(judge, &calls())?, listen(judge, &calls())?];
    let requests = texts.iter().map(|text| Request::post("/calls", text));
    let mut wire = judge.connect()?;
    wire.send_all(&requests.collect::<Vec<_>>());
    for _ in &texts {
        let answer = wire.answer()?;
        answer.must_be(200, "A call is called out, whoever listens.")?;
    }
    for stream in &mut streams {
        let mut events = Vec::new();
        for text in &texts {
            let line = "Forty calls came at once, in one piece. None may be lost because somebody listens more slowly than others call.";
            events.push(stream.must_tell(text, line)?);
        }
        for (event, number) in events.iter().zip(1..) {
            let expected = format!("id: {number}\ndata: {}", event.data);
            stream.must(event.id == number.to_string(), expected, NUMBERED)?;
        }
    }
    Ok(())
}

fn a_number_that_was_not_given_is_no_reason_to_refuse(judge: &mut Judge) -> Verdict {
    let mut texts = words(judge, 7);
    let later = texts.split_off(2);
    for text in &texts {
        call(judge, text)?;
    }
    let word = judge.draw.word();
    let far = judge.draw.number(100, 9999).to_string();
    for (id, next) in [&far, "3", &word, "-1", "99999999999999999999999"]
        .iter()
        .zip(later)
    {
        // Of as many calls as there are now, a number one higher was never given.
        let id = match *id {
            "3" => (texts.len() + 1).to_string(),
            id => id.to_string(),
        };
        let mut stream = judge.listen(&calls().header("Last-Event-ID", &id))?;
        let line = "This number may be from before the server's last start. A browser that is refused does not come again.";
        stream.head().must_be(200, line)?;
        call(judge, &next)?;
        texts.push(next);
        let line = "This number was not given here: whoever sends it has missed every call of this server.";
        for (text, number) in texts.iter().zip(1..) {
            must_hear(&mut stream, number, text, line)?;
        }
    }
    Ok(())
}

fn ctrl_c_lets_listeners_go(judge: &mut Judge) -> Verdict {
    let mut stream = listen(judge, &calls())?;
    let word = judge.draw.word();
    call(judge, &word)?;
    stream.must_tell(&word, "What is called out reaches everyone who listens.")?;
    let line = "An answer without an end would keep the server from ending. At Ctrl-C it comes to its end, and says so with its last chunk.";
    judge.must_end_at_ctrl_c(line, |_| {
        if cfg!(unix) {
            stream.whole().map_err(|failure| failure.because(line))?;
        }
        Ok(())
    })
}

fn a_call_that_has_begun_is_called_out_after_ctrl_c(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    standing::must_answer_what_has_begun(judge, "POST /calls HTTP/1.1", &word, 200)
}

// The task `places`.

const FULL: &str = "All places are taken: 503, at once.";

fn must_refuse(judge: &mut Judge) -> Verdict {
    let stream = judge.listen(&calls())?;
    stream.head().must_be(503, FULL)?;
    let answer = stream.whole()?;
    let line = "Retry-After says in how many seconds it is worth asking again.";
    answer.must_have("Retry-After", "10", line)?;
    let line = "The client must learn from the body what was wrong.";
    answer.must(!answer.body.is_empty(), "a sentence", line)
}

/// So many places must be taken.
fn must_be_taken(judge: &mut Judge, taken: u64, places: u64, line: &str) -> Verdict {
    let answer = judge.get("/places")?;
    answer.must_say(&format!("{taken} of {places} places are taken."), line)
}

/// The same, as soon as the server has seen who left.
fn must_be_left(judge: &mut Judge, taken: u64, places: u64, line: &str) -> Verdict {
    let begun = Instant::now();
    loop {
        let verdict = must_be_taken(judge, taken, places, line);
        if verdict.is_ok() || begun.elapsed() > PATIENCE {
            return verdict;
        }
    }
}

fn fill(judge: &mut Judge, places: u64) -> Result<Vec<Stream>, Failure> {
    (1..=places)
        .map(|number| {
            let stream = judge.listen(&calls())?;
            let line = format!("There are {places} places, and this is listener {number}.");
            stream.head().must_be(200, &line)?;
            Ok(stream)
        })
        .collect()
}

fn so_many_may_listen_and_no_more(judge: &mut Judge) -> Verdict {
    let places = judge.draw.number(2, 5);
    judge.set("PLACES", &places.to_string());
    let streams = fill(judge, places)?;
    must_refuse(judge)?;
    must_refuse(judge)?;
    let line = "Each of those who listen has a place, and nobody else.";
    must_be_taken(judge, places, places, line)?;
    drop(streams);
    Ok(())
}

fn the_place_of_one_who_has_left_is_free_again(judge: &mut Judge) -> Verdict {
    let places = judge.draw.number(2, 4);
    judge.set("PLACES", &places.to_string());
    let mut streams = fill(judge, places)?;
    must_refuse(judge)?;
    for _ in 0..3 {
        drop(streams.remove(0));
        let line = "A listener has left, and nothing was called out since. Its place must be free all the same.";
        must_be_left(judge, places - 1, places, line)?;
        streams.extend(fill(judge, 1)?);
        must_refuse(judge)?;
    }
    drop(streams);
    let line = "All have left. All places are free.";
    must_be_left(judge, 0, places, line)
}

fn only_who_listens_takes_a_place(judge: &mut Judge) -> Verdict {
    judge.set("PLACES", "1");
    // This connection stays open.
    let mut wire = judge.connect()?;
    let word = judge.draw.word();
    for request in [
        Request::get("/"),
        Request::post("/calls", &word),
        Request::new("HEAD", "/calls"),
        Request::new("DELETE", "/calls"),
        Request::get("/"),
    ] {
        let line = "Who does not listen needs no place.";
        let answer = wire.ask(&request)?;
        answer.must(answer.status != 503, "another status than 503", line)?;
    }
    let line = "A place is for an answer that does not end. Here somebody looked at the page, called out, and asked for a head.";
    must_be_left(judge, 0, 1, line)?;
    let streams = fill(judge, 1)?;
    must_be_taken(judge, 1, 1, "Who listens has a place.")?;
    let answer = wire.ask(&Request::post("/calls", &word))?;
    answer.must_be(
        200,
        "All places are taken by listeners. To call out, nobody needs one.",
    )?;
    drop(streams);
    Ok(())
}

fn who_has_a_place_hears_on(judge: &mut Judge) -> Verdict {
    judge.set("PLACES", "2");
    let mut streams = fill(judge, 2)?;
    // Whatever becomes of this one.
    let third = judge.listen(&calls())?;
    let text = judge.draw.word();
    call(judge, &text)?;
    for stream in &mut streams {
        let line = "One came for whom there was no place. Those who have one hear on.";
        stream.must_tell(&text, line)?;
    }
    drop(third);
    Ok(())
}

fn a_bad_number_of_places_is_said_in_one_line(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let line = "PLACES is a number from 1 to 100000. Anything else is said in one line on standard error, with exit status 2.";
    for places in ["0", "100001", &word] {
        judge.must_refuse_to_start(("PLACES", places), places, line)?;
    }
    Ok(())
}
