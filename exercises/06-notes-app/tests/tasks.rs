//! What judges exercise 06: `cargo test -p exercise-06`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use serde_json::{Value, json};
use tests::exercise::standing::{
    self, a_bad_or_a_taken_port_is_said_in_one_line, ctrl_c_ends_the_server_with_status_0,
};
use tests::exercise::{Answer, Failure, Judge, Request, Verdict, judge};

fn main() -> ExitCode {
    let tests = tests::tests_of! {
        "delete": [
            a_deleted_order_is_gone,
            the_other_orders_stay,
            an_order_is_deleted_once,
            an_id_is_never_given_twice,
            what_cannot_be_read_is_still_refused_as_json,
            a_bad_or_a_taken_port_is_said_in_one_line,
            ctrl_c_ends_the_server_with_status_0,
            an_order_that_has_begun_is_taken_after_ctrl_c,
        ],
        "match": [
            a_change_gives_the_order_another_tag,
            a_change_of_what_is_old_is_refused,
            a_change_without_if_match_is_428,
            if_match_may_name_several_tags,
            a_change_that_comes_slowly_is_compared_at_its_end,
            a_change_that_cannot_be_read_still_changes_nothing,
            an_order_still_shows_its_id_and_its_text_only,
        ],
        "page": [
            a_page_has_as_many_as_it_is_asked_for,
            the_links_lead_through_all_orders,
            an_order_that_goes_moves_no_other,
            what_is_no_page_is_refused,
            an_empty_board_is_still_an_empty_list,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        tests::own_server!(),
        tests,
    )
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
    let line = "A list of orders is answered with 200 and a list in JSON.";
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

fn delete(judge: &mut Judge, id: u64) -> Result<Answer, Failure> {
    judge.ask(&Request::new("DELETE", &at(id)))
}

fn must_delete(judge: &mut Judge, id: u64) -> Verdict {
    let line = "It hung there and is gone: 204, which has no body.";
    delete(judge, id)?.must_be(204, line)
}

fn a_deleted_order_is_gone(judge: &mut Judge) -> Verdict {
    let all = hang_several(judge, 3)?;
    let gone = all[judge.draw.number(0, 2) as usize];
    must_delete(judge, gone)?;
    let answer = judge.get(&at(gone))?;
    must_be_error(&answer, 404, "", "It was deleted, so it is not there.")?;
    let answer = judge.get("/orders")?;
    let still = ids(&answer)?.contains(&gone);
    let line = "It was deleted, and still hangs on the board.";
    answer.must(!still, format!("no order {gone}"), line)
}

fn the_other_orders_stay(judge: &mut Judge) -> Verdict {
    let mut left = hang_several(judge, 6)?;
    must_delete(judge, left.remove(0))?;
    let gone = left.remove(judge.draw.number(0, 3) as usize);
    must_delete(judge, gone)?;
    let answer = judge.get("/orders")?;
    let line =
        "The others keep their ids and their order. An id is a name, and no place in a list.";
    answer.must(ids(&answer)? == left, format!("the orders {left:?}"), line)
}

fn an_order_is_deleted_once(judge: &mut Judge) -> Verdict {
    let gone = hang_several(judge, 2)?[0];
    must_delete(judge, gone)?;
    for id in [gone, judge.draw.number(50, 999)] {
        let answer = delete(judge, id)?;
        let line = "There is no such order (any more): 404. Who gets the 204 knows that it was he who took it.";
        must_be_error(&answer, 404, "", line)?;
    }
    Ok(())
}

fn an_id_is_never_given_twice(judge: &mut Judge) -> Verdict {
    let mut given = hang_several(judge, 3)?;
    for gone in [given[2], given[0]] {
        must_delete(judge, gone)?;
        let new = hang_several(judge, 1)?[0];
        let answer = judge.get(&at(new))?;
        let line = "This id belonged to another order. Who still has its address would change or delete the wrong one.";
        answer.must(!given.contains(&new), "an id that nobody has had", line)?;
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
            "This body is not JSON, its end is missing: 400, as before your change.",
        ),
        (
            json(&format!(r#"{{"{word}": "{word}"}}"#)),
            422,
            "text",
            "An order has a text, and this has none: 422, as before your change.",
        ),
        (
            json(&format!(r#"{{"text": {number}}}"#)),
            422,
            "text",
            "The text of an order is a text, and this is a number: 422, as before your change.",
        ),
        (
            Request::get(&format!("/orders/{word}")),
            400,
            "",
            "An id is a number, and this is none: 400, as before your change.",
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
    let line = "What was refused does not hang on the board.";
    answer.must(ids(&answer)?.is_empty(), "[]", line)?;
    let answer = judge.ask(&Request::new("DELETE", "/orders"))?;
    let line =
        "An order can be deleted, and not the whole board: 405, and Allow says what can be done.";
    answer.must_be(405, line)?;
    let allowed = answer.header("allow").unwrap_or_default();
    let mut allowed: Vec<&str> = allowed.split(',').map(str::trim).collect();
    allowed.sort_unstable();
    answer.must(
        allowed == ["GET", "HEAD", "POST"],
        "Allow: GET,HEAD,POST",
        line,
    )
}

fn an_order_that_has_begun_is_taken_after_ctrl_c(judge: &mut Judge) -> Verdict {
    let text = judge.draw.word();
    let order = json!({ "text": text }).to_string();
    let head = "POST /orders HTTP/1.1\r\nContent-Type: application/json";
    standing::must_answer_what_has_begun(judge, head, &order, 201)
}

// The task `match`.

fn change(judge: &mut Judge, id: u64, tag: &str, text: &str) -> Result<Answer, Failure> {
    judge.ask(&with_text("PUT", &at(id), text).header("If-Match", tag))
}

/// The tag of an answer: quotation marks, and no `W/` before them.
fn tag(answer: &Answer) -> Result<String, Failure> {
    answer.must_be(200, "The order is there, and may be had.")?;
    let line =
        "The version of an order stands in ETag, in quotation marks: RFC 9110, section 8.8.3.";
    let tag = answer.header("etag").unwrap_or_default().to_string();
    let quoted = tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"');
    answer.must(quoted, "ETag: \"…\"", line)?;
    Ok(tag)
}

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
    let mut known = vec![tag(&judge.get(&at(id))?)?];
    let line = "The answer to POST has the tag of the new order: the client need not ask again.";
    new.must_have("ETag", &known[0], line)?;
    // As long as each other: a length is no version.
    for number in 0..3 {
        let text = format!("{number} {}", judge.draw.number(10, 99));
        let last = known.last().cloned().unwrap_or_default();
        let changed = change(judge, id, &last, &text)?;
        let sent = tag(&changed)?;
        let line = "The text has changed, and the tag must change with it.";
        changed.must(!known.contains(&sent), "another ETag", line)?;
        let read = must_read(judge, id, &text, "What was changed is read from then on.")?;
        let line =
            "The answer to PUT has the tag of the new version: the client need not ask again.";
        changed.must(read == sent, format!("ETag: {read}"), line)?;
        known.push(sent);
    }
    Ok(())
}

fn a_change_of_what_is_old_is_refused(judge: &mut Judge) -> Verdict {
    let id = hang_several(judge, 2)?[0];
    let read = tag(&judge.get(&at(id))?)?;
    let (mine, yours) = (judge.draw.word(), judge.draw.name());
    let line = "Two have read the same version. The first who changes it is right.";
    change(judge, id, &read, &mine)?.must_be(200, line)?;
    let answer = change(judge, id, &read, &yours)?;
    let line = "The second has not seen the first's change: 412, or that change is lost.";
    must_be_error(&answer, 412, "", line)?;
    let line = "A change that was refused has changed nothing.";
    must_read(judge, id, &mine, line)?;
    let other = judge.draw.number(50, 999);
    let nowhere = change(judge, other, &read, &yours)?;
    nowhere.must_be(
        404,
        "An order that is not there has no version either: 404.",
    )
}

fn a_change_without_if_match_is_428(judge: &mut Judge) -> Verdict {
    let text = judge.draw.word();
    let id = hang(judge, &text)?;
    let request = with_text("PUT", &at(id), &judge.draw.word());
    let answer = judge.ask(&request)?;
    let line = "Who does not say what he has read could overwrite anything: 428, RFC 6585.";
    must_be_error(&answer, 428, "If-Match", line)?;
    must_read(
        judge,
        id,
        &text,
        "A change that was refused has changed nothing.",
    )?;
    Ok(())
}

fn if_match_may_name_several_tags(judge: &mut Judge) -> Verdict {
    let id = hang_several(judge, 1)?[0];
    for end in ["", ", \"another\"", ",\"a\" , \"b\""] {
        let text = judge.draw.name();
        let read = tag(&judge.get(&at(id))?)?;
        let several = format!("\"{}\", {read}{end}", judge.draw.word());
        let answer = change(judge, id, &several, &text)?;
        let line =
            "If-Match is a list, with commas between the tags. One of them must be the order's.";
        answer.must_be(200, line)?;
        must_read(judge, id, &text, line)?;
    }
    let (text, word) = (judge.draw.name(), judge.draw.word());
    let read = tag(&judge.get(&at(id))?)?;
    let two = with_text("PUT", &at(id), &text).header("If-Match", &format!("\"{word}\""));
    let line = "Several headers of one name are one list.";
    judge
        .ask(&two.header("If-Match", &read))?
        .must_be(200, line)?;
    must_read(judge, id, &text, line)?;
    let text = judge.draw.word();
    let line = "`*` stands for any version, as long as there is one.";
    change(judge, id, "*", &text)?.must_be(200, line)?;
    must_read(judge, id, &text, line)?;
    Ok(())
}

fn a_change_that_comes_slowly_is_compared_at_its_end(judge: &mut Judge) -> Verdict {
    for _ in 0..3 {
        let id = hang_several(judge, 1)?[0];
        let read = tag(&judge.get(&at(id))?)?;
        let slow = with_text("PUT", &at(id), &judge.draw.word());
        let bytes = slow.header("If-Match", &read).bytes();
        let (begin, end) = bytes.split_at(bytes.len() - 5);
        let mut wire = judge.connect()?;
        wire.send(&Request::raw(begin));
        // Two answers to others: time enough for the server to have looked at the head.
        must_be_there(judge, id)?;
        must_be_there(judge, id)?;
        let quick = judge.draw.name();
        let line = "A change whose body has not come yet holds up nobody.";
        change(judge, id, &read, &quick)?.must_be(200, line)?;
        wire.send(&Request::raw(end));
        let line = "While its body was on the way, somebody else changed the order. Compare and write in one hold of the lock.";
        must_be_error(&wire.answer()?, 412, "", line)?;
        must_read(judge, id, &quick, line)?;
    }
    Ok(())
}

fn must_be_there(judge: &mut Judge, id: u64) -> Verdict {
    let line = "A request whose body has not come yet holds up nobody.";
    judge.get(&at(id))?.must_be(200, line)
}

fn a_change_that_cannot_be_read_still_changes_nothing(judge: &mut Judge) -> Verdict {
    let (text, word) = (judge.draw.word(), judge.draw.word());
    let id = hang(judge, &text)?;
    let put = |target: &str, body: &str| {
        let request = Request::new("PUT", target).header("Content-Type", "application/json");
        request.header("If-Match", "*").body(body.as_bytes())
    };
    let order = format!(r#"{{"text": "{word}"}}"#);
    for (request, status, line) in [
        (
            put(&at(id), &order[..order.len() - 1]),
            400,
            "This body is not JSON, its end is missing: 400, as before your change.",
        ),
        (
            put(&at(id), "{}"),
            422,
            "There is no new text in this change: 422, as before your change.",
        ),
        (
            put(&format!("/orders/{word}"), &order),
            400,
            "An id is a number, and this is none: 400, as before your change.",
        ),
        (
            put(&at(id + 1), &order),
            404,
            "There is no such order: 404, as before your change.",
        ),
    ] {
        let answer = judge.ask(&request)?;
        must_be_error(&answer, status, "", line)?;
    }
    let answer = judge.get(&at(id))?;
    let line = "A change that was refused has changed nothing.";
    answer.must_be(200, line)?;
    answer.must(
        answer.json()?["text"] == text,
        format!("the text {text:?}"),
        line,
    )
}

fn an_order_still_shows_its_id_and_its_text_only(judge: &mut Judge) -> Verdict {
    let (text, newer) = (judge.draw.foreign(), judge.draw.foreign());
    let line = "In JSON, an order is its id and its text, as before your change. Its version stands in the head.";
    let new = judge.ask(&with_text("POST", "/orders", &text))?;
    new.must_be(201, "A new order is answered with 201, and with the order.")?;
    let id = new.json()?["id"].clone();
    let number = id.as_u64().unwrap_or_default();
    let must_show = |answer: &Answer, whole: Value| {
        let shown = answer.json()?;
        answer.must(shown == whole, whole.to_string(), line)
    };
    let order = json!({ "id": id, "text": text });
    must_show(&new, order.clone())?;
    must_show(&judge.get(&at(number))?, order.clone())?;
    must_show(&judge.get("/orders")?, json!([order]))?;
    let changed = change(judge, number, "*", &newer)?;
    changed.must_be(200, "A change is answered with 200, and with the order.")?;
    let order = json!({ "id": id, "text": newer });
    must_show(&changed, order.clone())?;
    must_show(&judge.get(&at(number))?, order)
}

// The task `page`.

fn a_page_has_as_many_as_it_is_asked_for(judge: &mut Judge) -> Verdict {
    let all = hang_several(judge, 23)?;
    let (start, count) = (judge.draw.number(0, 9), judge.draw.number(2, 9));
    let (from, limit) = (start as usize, count as usize);
    for (query, wanted, line) in [
        (
            String::new(),
            &all[..20],
            "Without a limit, a page has 20 orders.",
        ),
        (
            format!("?limit={limit}"),
            &all[..limit],
            "A page has as many orders as its limit says, the oldest first.",
        ),
        (
            format!("?limit={limit}&after={}", all[from]),
            &all[from + 1..=from + limit],
            "`after` is the id of the last order that the client has: the page begins behind it.",
        ),
        (
            format!("?after={}", all[from]),
            &all[from + 1..(from + 21).min(23)],
            "Without a limit, a page has 20 orders, or as many as there are.",
        ),
    ] {
        let answer = judge.get(&format!("/orders{query}"))?;
        answer.must(
            ids(&answer)? == wanted,
            format!("the orders {wanted:?}"),
            line,
        )?;
    }
    Ok(())
}

/// The target of the link to the next page, if there is one.
fn next(answer: &Answer) -> Result<Option<String>, Failure> {
    let Some(link) = answer.header("link") else {
        return Ok(None);
    };
    let target = link.strip_prefix('<').and_then(|rest| rest.split_once('>'));
    match target {
        Some((target, rest)) if rest.replace(' ', "") == r#";rel="next""# => {
            Ok(Some(target.to_string()))
        }
        _ => {
            let line = "The address stands in angle brackets, and what it is behind them: RFC 8288, section 3.";
            Err(answer.fail(r#"Link: </orders?…>; rel="next""#, line))
        }
    }
}

fn the_links_lead_through_all_orders(judge: &mut Judge) -> Verdict {
    let limit = judge.draw.number(2, 5) as usize;
    // Once the last page is full, once it is not.
    let mut all = hang_several(judge, limit * 3)?;
    for more in 0..2 {
        all.extend(hang_several(judge, more)?);
        let (mut seen, mut target) = (Vec::new(), Some(format!("/orders?limit={limit}")));
        while let Some(page) = target {
            let answer = judge.get(&page)?;
            let page = ids(&answer)?;
            let line = "The link to the next page keeps the limit that was asked for.";
            let expected = format!("at most {limit} orders");
            answer.must(page.len() <= limit, expected, line)?;
            seen.extend(page);
            target = next(&answer)?;
            let is_last = seen.len() >= all.len();
            let line = match is_last {
                true => "There is nothing behind this page, so it has no link to a next one.",
                false => "There are more orders, so the page has a link to the next one.",
            };
            let expected = match is_last {
                true => "no Link".to_string(),
                false => format!("Link: </orders?…limit={limit}…>; rel=\"next\""),
            };
            answer.must(target.is_none() == is_last, expected, line)?;
            let line = "The pages together are the board: each order once.";
            let so_far = &all[..all.len().min(seen.len().div_ceil(limit) * limit)];
            answer.must(
                seen == so_far,
                format!("so far the orders {so_far:?}"),
                line,
            )?;
        }
    }
    Ok(())
}

fn an_order_that_goes_moves_no_other(judge: &mut Judge) -> Verdict {
    let all = hang_several(judge, 9)?;
    let first = judge.get("/orders?limit=4")?;
    let line = "A page has as many orders as its limit says.";
    first.must(
        ids(&first)? == all[..4],
        format!("the orders {:?}", &all[..4]),
        line,
    )?;
    let Some(target) = next(&first)? else {
        let line = "There are more orders, so the page has a link to the next one.";
        return Err(first.fail(r#"Link: </orders?…>; rel="next""#, line));
    };
    // One that was seen, and the very one that the link names.
    let seen = all[judge.draw.number(0, 2) as usize];
    must_delete(judge, seen)?;
    must_delete(judge, all[3])?;
    let second = judge.get(&target)?;
    let line = "Between two pages, orders were deleted. Yet none may be missed: `after` names an order, and counts nothing.";
    let wanted = &all[4..8];
    second.must(
        ids(&second)? == wanted,
        format!("the orders {wanted:?}"),
        line,
    )
}

fn what_is_no_page_is_refused(judge: &mut Judge) -> Verdict {
    hang_several(judge, 2)?;
    let (word, far) = (judge.draw.word(), judge.draw.number(102, 9_999));
    for (query, name) in [
        ("limit=0".to_string(), "limit"),
        ("limit=101".into(), "limit"),
        (format!("limit={far}"), "limit"),
        (format!("limit={word}"), "limit"),
        ("limit=-1&after=1".into(), "limit"),
        (format!("after={word}"), "after"),
        ("after=-1".into(), "after"),
        ("limit=2&limit=3".into(), "limit"),
    ] {
        let answer = judge.get(&format!("/orders?{query}"))?;
        let line = "This is no page. 400, and the error says which parameter is wrong.";
        must_be_error(&answer, 400, name, line)?;
    }
    let widest = judge.get("/orders?limit=100")?;
    widest.must_be(200, "A limit may be 100.")
}

fn an_empty_board_is_still_an_empty_list(judge: &mut Judge) -> Verdict {
    let line = "No order hangs there, so the list is empty, and no page comes behind it.";
    for query in ["", "?limit=5", "?after=7", "?after=7&limit=100"] {
        let answer = judge.get(&format!("/orders{query}"))?;
        answer.must(ids(&answer)?.is_empty(), "[]", line)?;
        answer.must(next(&answer)?.is_none(), "no Link", line)?;
    }
    Ok(())
}
