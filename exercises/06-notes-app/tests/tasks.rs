//! What judges exercise 06: `cargo test -p exercise-06`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use judge::html::{between, unescaped};
use judge::standing::{
    a_bad_or_a_taken_port_is_said_in_one_line, ctrl_c_ends_the_server_with_status_0,
};
use judge::{Answer, Failure, Judge, Request, Verdict, encoded, judge};
use serde_json::{Value, json};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "delete": [
            a_deleted_order_is_gone,
            the_other_orders_stay,
            an_order_is_deleted_once,
            an_id_is_never_given_twice,
            what_cannot_be_read_is_still_refused_as_json,
            a_bad_or_a_taken_port_is_said_in_one_line,
            ctrl_c_ends_the_server_with_status_0,
        ],
        "match": [
            a_change_gives_the_order_another_tag,
            a_change_of_what_is_old_is_refused,
            a_change_without_if_match_is_428,
            if_match_may_name_several_tags,
            a_change_that_comes_slowly_is_compared_at_its_end,
        ],
        "form": [
            the_page_has_a_form_for_each_order_and_escapes_its_text,
            a_form_changes_an_order_and_leads_back,
            a_form_of_what_is_old_is_refused,
            a_form_that_is_not_whole_is_refused,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
        tests,
    )
}

/// A verdict that shows the request before, too: what fails now is what that one caused.
fn after<T>(earlier: &Request, verdict: Result<T, Failure>) -> Result<T, Failure> {
    verdict.map_err(|failure| {
        let earlier = String::from_utf8_lossy(&earlier.bytes()).replace('\r', "");
        let asked = format!("{}\n\nand then\n\n{}", earlier.trim_end(), failure.asked);
        Failure { asked, ..failure }
    })
}

/// A request with an order in JSON.
fn with_text(method: &str, target: &str, text: &str) -> Request {
    Request::new(method, target)
        .header("Content-Type", "application/json")
        .body(json!({ "text": text }).to_string().as_bytes())
}

/// Hangs up an order; its id.
fn hang(judge: &mut Judge, text: &str) -> Result<u64, Failure> {
    let line = "A new order is answered with 201, and with the order.";
    let answer = judge.ask(&with_text("POST", "/orders", text))?;
    answer.must_be(201, line)?;
    let order = answer.json()?;
    answer.must(order["text"] == text, format!("the text {text:?}"), line)?;
    order["id"]
        .as_u64()
        .ok_or_else(|| answer.fail("an id, which is a number", line))
}

fn hang_several(judge: &mut Judge, count: usize) -> Result<Vec<u64>, Failure> {
    let words: Vec<String> = (0..count).map(|_| judge.draw.word()).collect();
    words.iter().map(|word| hang(judge, word)).collect()
}

fn at(id: u64) -> String {
    format!("/orders/{id}")
}

/// The ids in a list of orders.
fn ids(answer: &Answer) -> Result<Vec<u64>, Failure> {
    let line = "The list of orders is answered with 200 and a list in JSON.";
    answer.must_be(200, line)?;
    let orders = answer.json()?;
    let ids = orders.as_array().map(|orders| {
        let ids = orders.iter().map(|order| order["id"].as_u64());
        ids.collect::<Option<Vec<u64>>>()
    });
    ids.flatten()
        .ok_or_else(|| answer.fail(r#"[{"id": 1, "text": "…"}, …]"#, line))
}

/// An error is JSON with a sentence under `error`, and the sentence speaks of `subject`.
fn must_be_error(answer: &Answer, status: u16, subject: &str, line: &str) -> Verdict {
    answer.must_be(status, line)?;
    let body = answer.json()?;
    let said = body["error"].as_str().unwrap_or_default();
    answer.must(
        !said.is_empty() && said.contains(subject),
        format!("{{\"error\": \"… {subject} …\"}}"),
        "The client must learn what it did wrong: the error names it.",
    )
}

// The task `delete`.

fn delete(id: u64) -> Request {
    Request::new("DELETE", &at(id))
}

fn must_delete(judge: &mut Judge, id: u64) -> Result<Request, Failure> {
    let request = delete(id);
    let line = "It hung there and is gone: 204, which has no body.";
    judge.ask(&request)?.must_be(204, line)?;
    Ok(request)
}

fn a_deleted_order_is_gone(judge: &mut Judge) -> Verdict {
    let all = hang_several(judge, 3)?;
    let gone = all[judge.draw.number(0, 2) as usize];
    let request = must_delete(judge, gone)?;
    let answer = judge.get(&at(gone))?;
    let line = "It was deleted, so it is not there.";
    after(&request, must_be_error(&answer, 404, "", line))?;
    let answer = judge.get("/orders")?;
    let still = ids(&answer)?.contains(&gone);
    let line = "It was deleted, and still hangs on the board.";
    after(
        &request,
        answer.must(!still, format!("no order {gone}"), line),
    )
}

fn the_other_orders_stay(judge: &mut Judge) -> Verdict {
    let mut left = hang_several(judge, 6)?;
    must_delete(judge, left.remove(0))?;
    let gone = left.remove(judge.draw.number(0, 3) as usize);
    let request = must_delete(judge, gone)?;
    let answer = judge.get("/orders")?;
    let line =
        "The others keep their ids and their order. An id is a name, and not a place in a list.";
    let stay = answer.must(ids(&answer)? == left, format!("the orders {left:?}"), line);
    after(&request, stay)
}

fn an_order_is_deleted_once(judge: &mut Judge) -> Verdict {
    let gone = hang_several(judge, 2)?[0];
    let request = must_delete(judge, gone)?;
    for id in [gone, judge.draw.number(50, 999)] {
        let answer = judge.ask(&delete(id))?;
        let line = "There is no such order, or none any more: 404. The client that gets the 204 knows that it was the one that took it.";
        after(&request, must_be_error(&answer, 404, "", line))?;
    }
    Ok(())
}

fn an_id_is_never_given_twice(judge: &mut Judge) -> Verdict {
    let mut given = hang_several(judge, 3)?;
    for gone in [given[2], given[0]] {
        let request = must_delete(judge, gone)?;
        let new = with_text("POST", "/orders", &judge.draw.word());
        let answer = judge.ask(&new)?;
        answer.must_be(201, "A new order is answered with 201, and with the order.")?;
        let new = answer.json()?["id"].as_u64().unwrap_or_default();
        let line = "This id belonged to another order. Someone who still has its address would change or delete the wrong one.";
        let fresh = answer.must(!given.contains(&new), "an id that nobody has had", line);
        after(&request, fresh)?;
        given.push(new);
    }
    Ok(())
}

fn what_cannot_be_read_is_still_refused_as_json(judge: &mut Judge) -> Verdict {
    let (word, number) = (judge.draw.word(), judge.draw.number(50, 999));
    let text = |body: &str| Request::new("POST", "/orders").body(body.as_bytes());
    let json = |body: &str| text(body).header("Content-Type", "application/json");
    let order = format!(r#"{{"text": "{word}"}}"#);
    for (request, status, subject, line) in [
        (
            text(&order),
            415,
            "",
            "Nothing says that this body is JSON: 415, as before your change.",
        ),
        (
            json(&order[..order.len() - 1]),
            400,
            "",
            "This body is not JSON, since its end is missing: 400, as before your change.",
        ),
        (
            json(&format!(r#"{{"{word}": "{word}"}}"#)),
            422,
            "text",
            "An order has a text, and this has none: 422, as before your change.",
        ),
        (
            Request::get(&format!("/orders/{word}")),
            400,
            "",
            "An id is a number, and this is not: 400, as before your change.",
        ),
        (
            Request::get(&at(number)),
            404,
            &number.to_string(),
            "There is no such order: 404, as before your change.",
        ),
    ] {
        let answer = judge.ask(&request)?;
        must_be_error(&answer, status, subject, line)?;
    }
    let answer = judge.get("/orders")?;
    let line = "Refused orders do not hang on the board.";
    answer.must(ids(&answer)?.is_empty(), "[]", line)
}

// The task `match`.

fn put(id: u64, tag: &str, text: &str) -> Request {
    with_text("PUT", &at(id), text).header("If-Match", tag)
}

/// Changes an order that is still this version.
fn must_change(judge: &mut Judge, id: u64, tag: &str, text: &str) -> Result<Request, Failure> {
    let request = put(id, tag, text);
    let line = "This is the order's tag, so the change is wanted: 200.";
    judge.ask(&request)?.must_be(200, line)?;
    Ok(request)
}

/// The tag of an answer: quotation marks, and no `W/` before them.
fn tag(answer: &Answer) -> Result<String, Failure> {
    answer.must(
        answer.status / 100 == 2,
        "an order",
        "The order is there: its answer is a 200, or a 201 when it is new.",
    )?;
    let line = "An answer with one order has its version in ETag, in quotation marks, with no W/ before them.";
    let tag = answer.header("etag").unwrap_or_default().to_string();
    let quoted = tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"');
    answer.must(quoted, "ETag: \"…\"", line)?;
    Ok(tag)
}

/// Reads an order, which must have this text; its tag.
fn must_read(judge: &mut Judge, id: u64, text: &str, line: &str) -> Result<String, Failure> {
    let answer = judge.get(&at(id))?;
    let tag = tag(&answer)?;
    let said: Value = answer.json()?;
    answer.must(said["text"] == text, format!("the text {text:?}"), line)?;
    Ok(tag)
}

fn a_change_gives_the_order_another_tag(judge: &mut Judge) -> Verdict {
    let new = with_text("POST", "/orders", &judge.draw.word());
    let new = judge.ask(&new)?;
    let id = new.json()?["id"].as_u64().unwrap_or_default();
    let mut known = vec![tag(&new)?];
    // As long as each other: a length is not a version.
    for number in 0..3 {
        let text = format!("{number} {}", judge.draw.number(10, 99));
        let request = put(id, known.last().map_or("", String::as_str), &text);
        let changed = judge.ask(&request)?;
        let sent = tag(&changed)?;
        let line = "The text has changed, and the tag must change with it.";
        changed.must(!known.contains(&sent), "another ETag", line)?;
        let line = "A change can be read from then on.";
        let read = after(&request, must_read(judge, id, &text, line))?;
        let line = "The answer to PUT has the tag of the new version, the one that GET has.";
        changed.must(read == sent, format!("ETag: {read}"), line)?;
        known.push(sent);
    }
    Ok(())
}

fn a_change_of_what_is_old_is_refused(judge: &mut Judge) -> Verdict {
    let id = hang_several(judge, 2)?[0];
    let read = tag(&judge.get(&at(id))?)?;
    let (mine, yours) = (judge.draw.word(), judge.draw.name());
    let first = must_change(judge, id, &read, &mine)?;
    let second = put(id, &read, &yours);
    let answer = judge.ask(&second)?;
    let line = "The second client did not see the first one's change: 412, or that change is lost.";
    after(&first, must_be_error(&answer, 412, "", line))?;
    let line = "A refused change has changed nothing.";
    after(&second, must_read(judge, id, &mine, line))?;
    let nowhere = put(judge.draw.number(50, 999), &read, &yours);
    let answer = judge.ask(&nowhere)?;
    let line = "An order that is not there has no version either: 404.";
    must_be_error(&answer, 404, "", line)
}

fn a_change_without_if_match_is_428(judge: &mut Judge) -> Verdict {
    let text = judge.draw.word();
    let id = hang(judge, &text)?;
    let request = with_text("PUT", &at(id), &judge.draw.word());
    let answer = judge.ask(&request)?;
    let line = "A client that does not say what it read could overwrite anything: 428.";
    must_be_error(&answer, 428, "If-Match", line)?;
    let line = "A refused change has changed nothing.";
    after(&request, must_read(judge, id, &text, line)).map(drop)
}

fn if_match_may_name_several_tags(judge: &mut Judge) -> Verdict {
    let id = hang_several(judge, 1)?[0];
    let other = format!("\"{}\"", judge.draw.word());
    let read = tag(&judge.get(&at(id))?)?;
    let line = "If-Match is a list, with commas between the tags. One of them must be the order's.";
    let list = put(id, &format!("{other}, {read}"), &judge.draw.word());
    let answer = judge.ask(&list)?;
    answer.must_be(200, line)?;
    let read = tag(&answer)?;
    let line = "Several headers of one name are one list.";
    let two = put(id, &other, &judge.draw.word()).header("If-Match", &read);
    judge.ask(&two)?.must_be(200, line)?;
    let line = "`*` means any version.";
    let any = put(id, "*", &judge.draw.word());
    judge.ask(&any)?.must_be(200, line)
}

fn a_change_that_comes_slowly_is_compared_at_its_end(judge: &mut Judge) -> Verdict {
    for _ in 0..3 {
        let id = hang_several(judge, 1)?[0];
        let read = tag(&judge.get(&at(id))?)?;
        let slow = put(id, &read, &judge.draw.word());
        let bytes = slow.bytes();
        let (begin, end) = bytes.split_at(bytes.len() - 5);
        let mut wire = judge.connect()?;
        wire.send(&Request::raw(begin));
        // Two answers to others: time enough for the server to have looked at the head.
        let line = "A request whose body has not come yet holds no one up.";
        judge.get(&at(id))?.must_be(200, line)?;
        judge.get(&at(id))?.must_be(200, line)?;
        let text = judge.draw.name();
        let quick = must_change(judge, id, &read, &text)?;
        wire.send(&Request::raw(end));
        let line = "While its body was on the way, somebody else changed the order. Compare and write under one lock.";
        after(&quick, must_be_error(&wire.answer()?, 412, "", line))?;
        after(&slow, must_read(judge, id, &text, line))?;
    }
    Ok(())
}

// The task `form`.

/// The page, and what the form of this order holds: its version, and its text.
fn form_of(judge: &mut Judge, id: u64) -> Result<(Answer, String, String), Failure> {
    let page = judge.get("/")?;
    let line = "The board as a page: 200, text/html.";
    page.must_be(200, line)?;
    let kind = page.header("content-type").unwrap_or_default();
    page.must(
        kind.starts_with("text/html"),
        "Content-Type: text/html",
        line,
    )?;
    let line = "Each order on the board has a form on the page, which goes to its address and holds its version and its text.";
    let action = format!("action=\"{}\"", at(id));
    let text = page.text();
    let field = |name: &str| {
        let form = between(&text, &action, "</form>")?;
        let value = between(form, &format!("name=\"{name}\" value=\""), "\"")?;
        Some(unescaped(value))
    };
    let (Some(version), Some(text)) = (field("version"), field("text")) else {
        let expected = format!("<form … {action}> with the fields `version` and `text`");
        return Err(page.fail(expected, line));
    };
    page.must(!version.is_empty(), "a version in the hidden field", line)?;
    Ok((page, version, text))
}

/// What the form of an order sends.
fn form(id: u64, version: &str, text: &str) -> Request {
    let body = format!("version={}&text={}", encoded(version), encoded(text));
    Request::form(&at(id), &body)
}

fn the_page_has_a_form_for_each_order_and_escapes_its_text(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let texts = [
        word.clone(),
        format!("<b>{word}</b> & milk"),
        format!("\"><script>{word}()</script>"),
        judge.draw.foreign(),
    ];
    for text in &texts {
        let id = hang(judge, text)?;
        let (page, _, shown) = form_of(judge, id)?;
        let line = "Text is text, whatever is in it. Markup in it must be escaped.";
        let marked = ["<b>", "<script>"].map(|tag| format!("{tag}{word}"));
        let whole = shown == *text && !marked.iter().any(|tag| page.text().contains(tag));
        page.must(whole, format!("the text {text:?}, escaped"), line)?;
    }
    Ok(())
}

fn a_form_changes_an_order_and_leads_back(judge: &mut Judge) -> Verdict {
    let id = hang_several(judge, 2)?[0];
    for text in [judge.draw.foreign(), judge.draw.word()] {
        let (_, version, _) = form_of(judge, id)?;
        let request = form(id, &version, &text);
        let answer = judge.ask(&request)?;
        let line = "A form that was taken leads back to the page: 303, so that a reload sends it no second time.";
        answer.must_be(303, line)?;
        answer.must_have("Location", "/", line)?;
        let line =
            "A change by the form can be read from then on, through the API and on the page.";
        after(&request, must_read(judge, id, &text, line))?;
        let (page, _, shown) = form_of(judge, id)?;
        let is_shown = page.must(shown == text, format!("the text {text:?}"), line);
        after(&request, is_shown)?;
    }
    Ok(())
}

fn a_form_of_what_is_old_is_refused(judge: &mut Judge) -> Verdict {
    let id = hang_several(judge, 2)?[0];
    let line = "This page is older than the last change: 412, or that change is lost.";
    // The waiter changes by PUT, then another cook by the form.
    for by_form in [false, true] {
        let (_, version, _) = form_of(judge, id)?;
        let (mine, yours) = (judge.draw.word(), judge.draw.name());
        let first = match by_form {
            true => form(id, &version, &mine),
            false => put(id, "*", &mine),
        };
        let changed = judge.ask(&first)?;
        let expected = "200 for the PUT, 303 for the form";
        let done = matches!(changed.status, 200 | 303);
        changed.must(
            done,
            expected,
            "Nothing changed before it: this change is wanted.",
        )?;
        let second = form(id, &version, &yours);
        let answer = judge.ask(&second)?;
        after(&first, must_be_error(&answer, 412, "", line))?;
        let line = "A refused change has changed nothing.";
        after(&second, must_read(judge, id, &mine, line))?;
    }
    Ok(())
}

fn a_form_that_is_not_whole_is_refused(judge: &mut Judge) -> Verdict {
    let text = judge.draw.word();
    let id = hang(judge, &text)?;
    let (_, version, _) = form_of(judge, id)?;
    let (word, number) = (judge.draw.word(), judge.draw.number(50, 999));
    let version = encoded(&version);
    for (request, status, subject, line) in [
        (
            Request::form(&at(id), &format!("text={word}")),
            422,
            "version",
            "This form does not say which version it changes: 422.",
        ),
        (
            Request::form(&at(id), &format!("version={word}&text={word}")),
            422,
            "version",
            "A version is a number, and this is not: 422.",
        ),
        (
            Request::form(&at(id), &format!("version={version}")),
            422,
            "text",
            "This form has no text: 422.",
        ),
        (
            Request::form(&at(number), &format!("version={version}&text={word}")),
            404,
            "",
            "There is no such order: 404.",
        ),
    ] {
        let answer = judge.ask(&request)?;
        must_be_error(&answer, status, subject, line)?;
        let line = "A refused change has changed nothing.";
        after(&request, must_read(judge, id, &text, line))?;
    }
    Ok(())
}
