//! What judges exercise 03: `cargo test -p exercise-03`.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Instant;

use judge::standing::{self, a_bad_or_a_taken_port_is_said_in_one_line};
use judge::{Failure, Judge, PATIENCE, Request, Stream, Verdict, judge};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "lines": [
            a_call_of_several_lines_is_one_event,
            every_kind_of_line_end_ends_a_line,
            white_space_stays_where_it_is,
            a_call_of_one_line_is_what_it_was,
            what_is_not_a_call_is_not_called_out,
            the_page_listens,
            another_method_gets_405,
            a_bad_or_a_taken_port_is_said_in_one_line,
        ],
        "places": [
            so_many_may_listen_and_no_more,
            the_place_of_one_who_has_left_is_free_again,
            only_who_listens_takes_a_place,
            who_has_a_place_hears_on,
            ctrl_c_lets_listeners_go,
        ],
        "missed": [
            every_call_has_its_number,
            who_comes_back_hears_what_was_missed,
            who_comes_for_the_first_time_hears_what_comes,
            many_calls_at_once_are_all_heard,
            a_number_that_was_not_given_is_no_reason_to_refuse,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
        tests,
    )
}

/// What a browser asks when a page listens.
fn calls() -> Request {
    Request::get("/calls").header("Accept", "text/event-stream")
}

/// A server, and what was called out there so far.
struct House<'a> {
    judge: &'a mut Judge,
    called: Vec<String>,
}

impl House<'_> {
    fn new(judge: &mut Judge) -> House<'_> {
        let called = Vec::new();
        House { judge, called }
    }

    /// Somebody who listens.
    fn listen(&mut self, request: &Request) -> Result<Stream, Failure> {
        let stream = self.judge.listen(request)?;
        let line = "Anyone who asks for the calls may listen.";
        let listens = stream.head().must_be(200, line);
        listens.map_err(|failure| self.shown_with_calls(failure))?;
        Ok(stream)
    }

    fn call(&mut self, text: &str) -> Verdict {
        let answer = self.judge.ask(&Request::post("/calls", text))?;
        answer.must_be(200, "A call is called out, whether anyone listens or not.")?;
        self.called.push(text.into());
        Ok(())
    }

    /// The listener's next event must have this data.
    fn must_hear(&self, listener: &mut Stream, data: &str, line: &str) -> Verdict {
        let heard = listener.must_tell(data, line).map(drop);
        heard.map_err(|failure| self.shown_with_calls(failure))
    }

    /// The listener's next event must be the call of this number.
    fn must_hear_number(&self, listener: &mut Stream, number: usize, line: &str) -> Verdict {
        let text = &self.called[number - 1];
        let heard = listener.must_tell(text, line).and_then(|event| {
            let expected = format!("id: {number}\ndata: {text}");
            listener.must(event.id == number.to_string(), expected, NUMBERED)
        });
        heard.map_err(|failure| self.shown_with_calls(failure))
    }

    /// A listener's failure is about calls that others made: they are shown, too.
    fn shown_with_calls(&self, failure: Failure) -> Failure {
        let first = self.called.len().saturating_sub(8);
        let calls = self.called.iter().enumerate().skip(first);
        let calls: Vec<String> = calls
            .map(|(before, text)| format!("{}. POST /calls {text:?}", before + 1))
            .collect();
        let asked = match calls.is_empty() {
            true => failure.asked,
            false => format!(
                "{}\n\nWhat was called out so far:\n{}",
                failure.asked,
                calls.join("\n")
            ),
        };
        Failure { asked, ..failure }
    }
}

/// Different words, so that one call is not taken for another.
fn words(judge: &mut Judge, count: usize) -> Vec<String> {
    let tea = judge.draw.word();
    let names = judge.draw.names(count);
    let words = names.iter().map(|name| format!("{tea} for {name}"));
    words.collect()
}

// The task `lines`.

/// Calls out a text. The event must have the other one as its data, and a second call must follow.
fn must_become(judge: &mut Judge, text: &str, data: &str, line: &str) -> Verdict {
    let next = judge.draw.word();
    let mut house = House::new(judge);
    let mut listener = house.listen(&calls())?;
    house.call(text)?;
    house.must_hear(&mut listener, data, line)?;
    house.call(&next)?;
    let line = "One call is one event. After this one, the next call should have come.";
    house.must_hear(&mut listener, &next, line)
}

const EACH_LINE: &str = "Each line of a call belongs in a `data:` line of its own, all in one event. A line without the name of a field means nothing to a browser.";

fn a_call_of_several_lines_is_one_event(judge: &mut Judge) -> Verdict {
    let text = words(judge, 3).join("\n");
    must_become(judge, &text, &text, EACH_LINE)?;
    let word = judge.draw.word();
    let text = format!("{word}\n\ndata: {word}\n\nid: 99\nevent: {word}");
    let line = "This call was made to look like several events. Whatever is in it, a call is one event, and all of it is data.";
    must_become(judge, &text, &text, line)
}

fn every_kind_of_line_end_ends_a_line(judge: &mut Judge) -> Verdict {
    let lines = words(judge, 3);
    for end in ["\r\n", "\r"] {
        let shown = end.replace('\r', "CR").replace('\n', " LF");
        let line = format!(
            "To a browser, {shown} is a line end, too, and the data has a line feed in its place."
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
    let line = "What was called out stays as it is: spaces and empty lines, too. (A browser takes away one space after `data:`, and no more.)";
    let text = format!("  {one}:\n  2 {two}\n\n 1 {one} \n");
    must_become(judge, &text, &text, line)
}

fn a_call_of_one_line_is_what_it_was(judge: &mut Judge) -> Verdict {
    let plain = format!("{}: {}", judge.draw.word(), judge.draw.name());
    for text in [judge.draw.foreign(), plain] {
        let line = "A call of one line is an event with this line.";
        must_become(judge, &text, &text, line)?;
    }
    Ok(())
}

fn what_is_not_a_call_is_not_called_out(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let next = judge.draw.foreign();
    let mut house = House::new(judge);
    let mut listener = house.listen(&calls())?;
    let mut bytes = word.into_bytes();
    bytes.push(0xff);
    for (body, status, line) in [
        (
            &b" \n "[..],
            422,
            "White space alone is not a call: 422, as before.",
        ),
        (
            &bytes,
            400,
            "A call is text in UTF-8, and these bytes are not: 400, as before.",
        ),
    ] {
        let request = Request::new("POST", "/calls").body(body);
        let answer = house.judge.ask(&request)?;
        standing::must_be_refusal(&answer, &[status], line)?;
    }
    house.call(&next)?;
    let line =
        "A call that was refused is not called out. The first that is heard is the next good one.";
    house.must_hear(&mut listener, &next, line)
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

// The task `places`.

/// One more listener, where all places are taken.
fn must_refuse(judge: &mut Judge, places: u64) -> Verdict {
    let stream = judge.listen(&calls())?;
    let line = format!("With PLACES={places}, {places} are listening. For one more: 503, at once.");
    stream.head().must_be(503, &line)?;
    let answer = stream.whole()?;
    let line = "Retry-After says in how many seconds it is worth asking again.";
    answer.must_have("Retry-After", "10", line)?;
    let line = "The client must learn from the body what was wrong.";
    answer.must(!answer.body.is_empty(), "a sentence", line)
}

/// This many places must be taken.
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
    let listeners = (1..=places).map(|number| {
        let stream = judge.listen(&calls())?;
        let line = format!("{places} places are free, and this is listener {number} for them.");
        stream.head().must_be(200, &line)?;
        Ok(stream)
    });
    listeners.collect()
}

fn so_many_may_listen_and_no_more(judge: &mut Judge) -> Verdict {
    let places = judge.draw.number(2, 5);
    judge.set("PLACES", &places.to_string());
    let streams = fill(judge, places)?;
    must_refuse(judge, places)?;
    must_refuse(judge, places)?;
    let line = "Everyone who listens has a place, and no one else.";
    must_be_taken(judge, places, places, line)?;
    drop(streams);
    Ok(())
}

fn the_place_of_one_who_has_left_is_free_again(judge: &mut Judge) -> Verdict {
    let places = judge.draw.number(2, 4);
    judge.set("PLACES", &places.to_string());
    let mut streams = fill(judge, places)?;
    must_refuse(judge, places)?;
    for _ in 0..3 {
        drop(streams.remove(0));
        let line = "All places were taken, a listener left, and nothing was called out since. The place must be free all the same.";
        must_be_left(judge, places - 1, places, line)?;
        streams.extend(fill(judge, 1)?);
        must_refuse(judge, places)?;
    }
    drop(streams);
    let line = "All have left, so all places are free.";
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
        let line = "There is one place, and no one listens. Only a listener needs it.";
        let answer = wire.ask(&request)?;
        answer.must(answer.status != 503, "another status than 503", line)?;
    }
    let line = "A place is for an answer that does not end. On this server somebody looked at the page, called out, and asked for a head.";
    must_be_left(judge, 0, 1, line)?;
    let streams = fill(judge, 1)?;
    must_be_taken(judge, 1, 1, "Somebody listens, and so has a place.")?;
    let answer = wire.ask(&Request::post("/calls", &word))?;
    let line = "All places are taken by listeners. Calling out does not need one.";
    answer.must_be(200, line)?;
    drop(streams);
    Ok(())
}

fn who_has_a_place_hears_on(judge: &mut Judge) -> Verdict {
    judge.set("PLACES", "2");
    let mut streams = fill(judge, 2)?;
    // Whatever becomes of this one.
    let third = judge.listen(&calls())?;
    let text = judge.draw.word();
    let mut house = House::new(judge);
    house.call(&text)?;
    for stream in &mut streams {
        let line = "A third listener came, for whom there was no place. Those who have one go on listening.";
        house.must_hear(stream, &text, line)?;
    }
    drop(third);
    Ok(())
}

fn ctrl_c_lets_listeners_go(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let mut house = House::new(judge);
    let mut stream = house.listen(&calls())?;
    house.call(&word)?;
    let line = "What is called out reaches everyone who listens.";
    house.must_hear(&mut stream, &word, line)?;
    let line = "An answer without an end would keep the server from ending. At Ctrl-C it comes to its end, and says so with its last chunk.";
    judge.must_end_at_ctrl_c(line, |_| {
        if cfg!(unix) {
            stream.whole().map_err(|failure| failure.because(line))?;
        }
        Ok(())
    })
}

// The task `missed`.

const NUMBERED: &str = "Each call has a number, 1 for the first of all, and its event says so in `id:`. The number is the call's, and the same for every listener.";
const REACHES: &str = "What is called out reaches everyone who listens.";

fn every_call_has_its_number(judge: &mut Judge) -> Verdict {
    let texts = words(judge, 4);
    let mut house = House::new(judge);
    let mut early = house.listen(&calls())?;
    house.call(&texts[0])?;
    house.must_hear_number(&mut early, 1, REACHES)?;
    let mut late = house.listen(&calls())?;
    for (text, number) in texts.iter().zip(1..).skip(1) {
        house.call(text)?;
        house.must_hear_number(&mut early, number, REACHES)?;
        house.must_hear_number(&mut late, number, REACHES)?;
    }
    Ok(())
}

fn who_comes_back_hears_what_was_missed(judge: &mut Judge) -> Verdict {
    let texts = words(judge, 8);
    let missed = judge.draw.number(2, 5) as usize;
    let mut house = House::new(judge);
    let mut stream = house.listen(&calls())?;
    for number in 1..=missed {
        house.call(&texts[number - 1])?;
        house.must_hear_number(&mut stream, number, REACHES)?;
    }
    drop(stream);
    for text in &texts[missed..6] {
        house.call(text)?;
    }
    let back = calls().header("Last-Event-ID", &missed.to_string());
    let mut stream = house.listen(&back)?;
    let line = format!(
        "This listener heard the calls up to {missed}. The first that it missed comes first, without another call."
    );
    for number in missed + 1..=6 {
        house.must_hear_number(&mut stream, number, &line)?;
    }
    house.call(&texts[6])?;
    let line = "Everything that was missed has been sent. Then the answer goes on with what is called out next.";
    house.must_hear_number(&mut stream, 7, line)?;
    let mut ahead = house.listen(&calls().header("Last-Event-ID", "7"))?;
    house.call(&texts[7])?;
    let line = "This listener missed nothing. It hears the next call, and no call twice.";
    house.must_hear_number(&mut ahead, 8, line)
}

fn who_comes_for_the_first_time_hears_what_comes(judge: &mut Judge) -> Verdict {
    let texts = words(judge, 4);
    let mut house = House::new(judge);
    for text in &texts[..3] {
        house.call(text)?;
    }
    let mut stream = house.listen(&calls())?;
    house.call(&texts[3])?;
    let line =
        "Without a Last-Event-ID, nothing was missed: the first event is what is called out next.";
    house.must_hear(&mut stream, &texts[3], line)
}

fn many_calls_at_once_are_all_heard(judge: &mut Judge) -> Verdict {
    let tea = judge.draw.word();
    let texts: Vec<String> = (1..=40).map(|cup| format!("{tea}, cup {cup}")).collect();
    let mut house = House::new(judge);
    let mut streams = [house.listen(&calls())?, house.listen(&calls())?];
    let requests = texts.iter().map(|text| Request::post("/calls", text));
    let mut wire = house.judge.connect()?;
    wire.send_all(&requests.collect::<Vec<_>>());
    for text in texts {
        let answer = wire.answer()?;
        answer.must_be(200, "A call is called out, whether anyone listens or not.")?;
        house.called.push(text);
    }
    for stream in &mut streams {
        for number in 1..=40 {
            let line = "Forty calls came at once, in one piece. None may be lost because a listener is slower than the callers.";
            house.must_hear_number(stream, number, line)?;
        }
    }
    Ok(())
}

fn a_number_that_was_not_given_is_no_reason_to_refuse(judge: &mut Judge) -> Verdict {
    let texts = words(judge, 5);
    let far = judge.draw.number(100, 9999).to_string();
    let word = judge.draw.word();
    let mut house = House::new(judge);
    house.call(&texts[0])?;
    house.call(&texts[1])?;
    // Two calls were made, so that the number 3 was never given.
    for (id, next) in ["3", &far, &word].iter().zip(&texts[2..]) {
        let mut stream = house.judge.listen(&calls().header("Last-Event-ID", id))?;
        let line = "This number may be from before the server's last start. A browser that is refused does not come again.";
        stream.head().must_be(200, line)?;
        house.call(next)?;
        let line = "This number was not given here: a listener who sends it has missed every call of this server.";
        for number in 1..=house.called.len() {
            house.must_hear_number(&mut stream, number, line)?;
        }
    }
    Ok(())
}
