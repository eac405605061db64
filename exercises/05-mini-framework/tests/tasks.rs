//! What judges exercise 05: `cargo test -p exercise-05`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use judge::standing::{self, a_bad_or_a_taken_port_is_said_in_one_line};
use judge::{Answer, Judge, Request, Verdict, encoded, html, judge};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "third": [
            an_order_says_what_it_was_ordered_with,
            a_table_that_is_not_a_number_is_refused,
            the_front_page_greets_the_program_that_asks,
            a_bad_or_a_taken_port_is_said_in_one_line,
        ],
        "failed": [
            an_order_that_is_not_a_form_gets_a_page_of_the_house,
            thanks_that_are_not_text_are_taken,
            an_order_that_is_a_form_is_taken,
            thanks_that_are_text_are_repeated,
            a_bad_table_is_refused_whatever_the_body_is,
            an_order_that_has_begun_is_taken_after_ctrl_c,
        ],
        "lost": [
            a_path_that_is_not_there_gets_the_page_of_the_house,
            the_path_is_decoded_and_escaped,
            any_method_gets_the_page,
            a_known_path_with_another_method_is_still_405,
            what_was_answered_is_still_answered,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
        tests,
    )
}

/// What the heading and the paragraph of a page say.
fn heading_and_text(answer: &Answer) -> (String, String) {
    let page = answer.text();
    let between = |begin, end| html::between(&page, begin, end).map(html::unescaped);
    (
        between("<h1>", "</h1>").unwrap_or_default(),
        between("<p>", "</p>").unwrap_or_default(),
    )
}

/// The body begins like this. How it goes on is another task's matter.
fn must_begin(answer: &Answer, text: &str, line: &str) -> Verdict {
    answer.must(answer.text().starts_with(text), format!("{text} …"), line)
}

// A third argument

fn an_order_says_what_it_was_ordered_with(judge: &mut Judge) -> Verdict {
    let table = judge.draw.number(1, 99);
    let line =
        "The order ends with what the guest ordered with: `, ordered by` and the User-Agent.";
    for agent in [
        format!("{}/{}.0", judge.draw.word(), judge.draw.number(1, 9)),
        "Mozilla/5.0 (X11; Linux x86_64)".into(),
    ] {
        let tea = judge.draw.foreign();
        let form = format!("tea={}", encoded(&tea));
        let request = Request::form(&format!("/order?table={table}"), &form);
        let answer = judge.ask(&request.header("User-Agent", &agent))?;
        answer.must_be(200, line)?;
        let said = format!("One pot of {tea} for table {table}, ordered by {agent}.");
        answer.must_say(&said, line)?;
    }
    let request = Request::form(&format!("/order?table={table}"), "");
    let answer = judge.ask(&request.without("User-Agent"))?;
    let line = "No User-Agent is `somebody`, as on the front page; no tea is the tea of the day.";
    let said = format!("One pot of the tea of the day for table {table}, ordered by somebody.");
    answer.must_say(&said, line)
}

fn a_table_that_is_not_a_number_is_refused(judge: &mut Judge) -> Verdict {
    let line = "`Table` is a number. An order without one is refused with 400.";
    let word = judge.draw.word();
    for target in [
        "/order".to_string(),
        format!("/order?table={word}"),
        "/order?table=-1".to_string(),
    ] {
        let answer = judge.ask(&Request::form(&target, "tea=oolong"))?;
        standing::must_be_refusal(&answer, &[400], line)?;
    }
    Ok(())
}

fn the_front_page_greets_the_program_that_asks(judge: &mut Judge) -> Verdict {
    let line =
        "The front page greets the program that asks, and what it says about itself is escaped.";
    let agent = format!("<{}>&co", judge.draw.word());
    let answer = judge.ask(&Request::get("/").header("User-Agent", &agent))?;
    answer.must_be(200, line)?;
    let (_, text) = heading_and_text(&answer);
    let is_escaped = !answer.text().contains(&agent);
    let said = format!("Welcome, {agent}!");
    answer.must(is_escaped && text == said, format!("{said}, escaped"), line)
}

// An argument that may have failed

/// Bodies that are not forms, as requests for `/order`.
fn not_a_form(judge: &mut Judge, target: &str) -> [Request; 3] {
    let tea = format!("tea={}", judge.draw.word());
    [
        Request::post(target, &tea),
        Request::new("POST", target).body(tea.as_bytes()),
        Request::new("POST", target)
            .header("Content-Type", "application/json")
            .body(b"{\"tea\": \"oolong\"}"),
    ]
}

fn an_order_that_is_not_a_form_gets_a_page_of_the_house(judge: &mut Judge) -> Verdict {
    let target = format!("/order?table={}", judge.draw.number(1, 99));
    for request in not_a_form(judge, &target) {
        let answer = judge.ask(&request)?;
        answer.must_be(415, "The status is what the extractor says, 415.")?;
        let line = "The extractor's reason is shown on a page of the house.";
        answer.must_have("content-type", "text/html; charset=utf-8", line)?;
        let (heading, text) = heading_and_text(&answer);
        let (wanted, reason) = ("We could not read your order", "The body must be a form.");
        answer.must(
            heading == wanted && text == reason,
            format!("<h1>{wanted}</h1> and <p>{reason}</p>"),
            line,
        )?;
    }
    Ok(())
}

fn thanks_that_are_not_text_are_taken(judge: &mut Judge) -> Verdict {
    let line = "Thanks that are not UTF-8 are thanks, too: 200, and `You said something.`";
    let mut bytes = judge.draw.word().into_bytes();
    bytes.push(0xff);
    for bytes in [&bytes[..], b"\xc3(", b"\xf0\x9f\x8d"] {
        let answer = judge.ask(&Request::new("POST", "/thanks").body(bytes))?;
        answer.must_be(200, line)?;
        answer.must_say("You said something.", line)?;
    }
    Ok(())
}

fn an_order_that_is_a_form_is_taken(judge: &mut Judge) -> Verdict {
    let (tea, table) = (judge.draw.foreign(), judge.draw.number(1, 99));
    let form = format!("cups=2&tea={}", encoded(&tea));
    let line = "A form is a body of the type application/x-www-form-urlencoded, however that is written, and perhaps with a charset after it.";
    for kind in [
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-URLEncoded; charset=utf-8",
    ] {
        let request = Request::new("POST", &format!("/order?table={table}"));
        let request = request.header("Content-Type", kind).body(form.as_bytes());
        let answer = judge.ask(&request)?;
        answer.must_be(200, line)?;
        must_begin(
            &answer,
            &format!("One pot of {tea} for table {table}"),
            line,
        )?;
    }
    Ok(())
}

fn thanks_that_are_text_are_repeated(judge: &mut Judge) -> Verdict {
    let line = "Thanks that are text are repeated as they came.";
    for words in [judge.draw.foreign(), String::new()] {
        let answer = judge.ask(&Request::post("/thanks", &words))?;
        answer.must_be(200, line)?;
        answer.must_say(&format!("You said: {words}"), line)?;
    }
    Ok(())
}

fn a_bad_table_is_refused_whatever_the_body_is(judge: &mut Judge) -> Verdict {
    let line = "`Table` is taken without a `Result`, so a table that is not a number is refused before `order` is called, in the words of its extractor.";
    let target = format!("/order?table={}", judge.draw.word());
    let mut requests = Vec::from(not_a_form(judge, &target));
    requests.push(Request::form(&target, "tea=oolong"));
    for request in requests {
        let answer = judge.ask(&request)?;
        answer.must_be(400, line)?;
        answer.must(
            answer.text().trim() == "The table must be a number.",
            "The table must be a number.",
            line,
        )?;
    }
    Ok(())
}

fn an_order_that_has_begun_is_taken_after_ctrl_c(judge: &mut Judge) -> Verdict {
    let order = format!("tea={}", judge.draw.word());
    let head = "POST /order?table=7 HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
    standing::must_answer_what_has_begun(judge, head, &order, 200)
}

// A handler for every other path

fn must_be_lost(answer: &Answer, path: &str, line: &str) -> Verdict {
    answer.must_be(404, "The page of the house is still a 404.")?;
    let (_, text) = heading_and_text(answer);
    let said = format!("There is no {path} in this house.");
    answer.must(text == said, format!("<p>{said}</p>"), line)
}

fn a_path_that_is_not_there_gets_the_page_of_the_house(judge: &mut Judge) -> Verdict {
    let line = "The page says which path is not there.";
    let word = judge.draw.word();
    for path in [
        format!("/{word}"),
        format!("/{word}/{}", judge.draw.word()),
        format!("/order/{word}"),
        "/order/".to_string(),
        format!("/{word}{{name}}*"),
    ] {
        let target = path.replace('{', "%7B").replace('}', "%7D");
        let answer = judge.get(&target)?;
        must_be_lost(&answer, &path, line)?;
        answer.must_have("content-type", "text/html; charset=utf-8", line)?;
    }
    let answer = judge.get(&format!("/{word}?table=7"))?;
    must_be_lost(
        &answer,
        &format!("/{word}"),
        "The query is not part of the path.",
    )
}

fn the_path_is_decoded_and_escaped(judge: &mut Judge) -> Verdict {
    let line = "The page says which path is not there. It is decoded for people, and escaped for the page.";
    let (word, foreign) = (judge.draw.word(), judge.draw.foreign());
    for name in [
        format!("{word} tea"),
        foreign,
        format!("<script>{word}</script>"),
        format!("{word} & <b>co</b>"),
        "100%".to_string(),
    ] {
        let answer = judge.get(&format!("/{}", encoded(&name)))?;
        answer.must(
            !answer.text().contains("<script>") && !answer.text().contains("<b>"),
            "&lt; in place of <",
            "A path may hold anything, and on a page it has to stay text.",
        )?;
        must_be_lost(&answer, &format!("/{name}"), line)?;
    }
    Ok(())
}

fn any_method_gets_the_page(judge: &mut Judge) -> Verdict {
    let line = "The method makes no difference for a path that is not there.";
    let path = format!("/{}", judge.draw.word());
    for method in ["POST", "PUT", "DELETE", "GET"] {
        let answer = judge.ask(&Request::new(method, &path))?;
        must_be_lost(&answer, &path, line)?;
    }
    standing::must_answer_head_as_get(judge, &path)
}

fn a_known_path_with_another_method_is_still_405(judge: &mut Judge) -> Verdict {
    for (path, allowed) in [
        ("/", &["GET", "HEAD"][..]),
        ("/order", &["POST"]),
        ("/thanks", &["POST"]),
    ] {
        let method = judge.draw.one_of(&["PUT", "DELETE", "PATCH"]);
        let answer = judge.ask(&Request::new(method, path))?;
        let line =
            "There is such a path, but not for this method: 405, and Allow says what would work.";
        answer.must_be(405, line)?;
        let allow = answer.header("allow").unwrap_or_default();
        let mut named: Vec<&str> = allow.split(',').map(str::trim).collect();
        named.sort_unstable();
        answer.must(
            named == allowed,
            format!("Allow: {}", allowed.join(", ")),
            line,
        )?;
    }
    Ok(())
}

fn what_was_answered_is_still_answered(judge: &mut Judge) -> Verdict {
    let line = "This was answered before, and must be.";
    let answer = judge.ask(&Request::get("/").without("User-Agent"))?;
    answer.must_be(200, line)?;
    let (_, text) = heading_and_text(&answer);
    answer.must(text == "Welcome, somebody!", "Welcome, somebody!", line)?;
    standing::must_answer_head_as_get(judge, "/")?;
    let answer = judge.get("/?x=1")?;
    answer.must_be(200, line)?;
    let tea = judge.draw.word();
    let answer = judge.ask(&Request::form("/ord%65r?table=7", &format!("tea={tea}")))?;
    answer.must_be(200, "A path is compared decoded: `%65` is an `e`.")?;
    must_begin(&answer, &format!("One pot of {tea} for table 7"), line)
}
