//! What judges exercise 04: `cargo test -p exercise-04`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use judge::standing::{self, a_bad_or_a_taken_port_is_said_in_one_line};
use judge::{Answer, Judge, Request, Verdict, judge};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "number": [
            a_word_in_the_path_is_refused_and_named,
            cups_that_are_not_a_number_are_refused,
            cups_that_are_given_twice_are_refused,
            as_many_cups_are_served_as_were_asked_for,
            a_tea_that_is_not_on_the_menu_is_still_404,
            the_menu_is_what_it_was,
            a_bad_or_a_taken_port_is_said_in_one_line,
        ],
        "table": [
            each_table_has_its_own_bill,
            without_a_table_there_is_no_bill,
            a_table_has_a_number_from_1_to_20,
            nobody_sits_at_two_tables,
        ],
        "order": [
            a_good_order_is_taken,
            a_body_that_is_not_json_is_refused_as_json,
            an_order_without_a_field_names_the_field,
            another_content_type_is_415,
            cups_are_counted_from_1_to_12,
            an_order_of_a_tea_that_is_not_there_is_404,
            an_order_that_has_begun_is_taken_after_ctrl_c,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
        tests,
    )
}

/// An error is JSON with a sentence under `error`, and the sentence speaks of `subject`.
fn must_be_error(answer: &Answer, status: u16, subject: &str, line: &str) -> Verdict {
    answer.must_be(status, line)?;
    let body = answer.json()?;
    let said = body["error"].as_str().unwrap_or_default();
    answer.must(
        said.contains(subject),
        format!("{{\"error\": \"… {subject} …\"}}"),
        "The client must learn what it did wrong: the error names it.",
    )
}

fn a_word_in_the_path_is_refused_and_named(judge: &mut Judge) -> Verdict {
    for word in [judge.draw.word(), format!("-{}", judge.draw.number(1, 9))] {
        let answer = judge.get(&format!("/teas/{word}?cups=2"))?;
        let line = "What should be a number is not one. That is the client's mistake, and not a tea that is missing.";
        must_be_error(&answer, 400, &word, line)?;
    }
    Ok(())
}

fn cups_that_are_not_a_number_are_refused(judge: &mut Judge) -> Verdict {
    let number = judge.draw.number(1, 4);
    for cups in [judge.draw.word(), format!("-{number}"), String::new()] {
        let answer = judge.get(&format!("/teas/{number}?cups={cups}"))?;
        let line = "This does not say how many cups are meant. Serving one would be a guess: 400.";
        must_be_error(&answer, 400, "cups", line)?;
    }
    Ok(())
}

fn cups_that_are_given_twice_are_refused(judge: &mut Judge) -> Verdict {
    let (few, many) = (judge.draw.number(2, 9), judge.draw.number(10, 99));
    for cups in [(few, many), (many, few)] {
        let answer = judge.get(&format!("/teas/2?cups={}&cups={}", cups.0, cups.1))?;
        let line =
            "The guest asked for two different things. Taking one of them would be a guess: 400.";
        must_be_error(&answer, 400, "cups", line)?;
    }
    Ok(())
}

fn as_many_cups_are_served_as_were_asked_for(judge: &mut Judge) -> Verdict {
    let cups = judge.draw.number(2, 400);
    for (number, query, served) in [
        (1, String::new(), "1 x assam".to_string()),
        (2, "?milk=yes".to_string(), "1 x genmaicha".to_string()),
        (3, format!("?cups={cups}"), format!("{cups} x oolong")),
        (
            4,
            format!("?milk=yes&cups={cups}"),
            format!("{cups} x rooibos"),
        ),
    ] {
        let answer = judge.get(&format!("/teas/{number}{query}"))?;
        let line = "A tea of the menu is served: one cup, or as many as the query says.";
        answer.must_be(200, line)?;
        answer.must_say(
            &served,
            "The menu counts from 1, and without `cups` one cup is meant.",
        )?;
    }
    Ok(())
}

fn a_tea_that_is_not_on_the_menu_is_still_404(judge: &mut Judge) -> Verdict {
    for number in [0, judge.draw.number(5, 999)] {
        let answer = judge.get(&format!("/teas/{number}"))?;
        let line = "A number that no tea has is a page that does not exist.";
        must_be_error(&answer, 404, &number.to_string(), line)?;
    }
    Ok(())
}

fn the_menu_is_what_it_was(judge: &mut Judge) -> Verdict {
    let answer = judge.get("/")?;
    answer.must_be(200, "The menu answers with status 200.")?;
    let line = "The menu has every tea with its number, from 1 on.";
    answer.must_say("1 assam\n2 genmaicha\n3 oolong\n4 rooibos", line)?;
    standing::must_answer_head_as_get(judge, "/")
}

fn each_table_has_its_own_bill(judge: &mut Judge) -> Verdict {
    let line = "The table is the number in the header X-Table.";
    for table in [1, judge.draw.number(2, 19), 20] {
        let table = table.to_string();
        let bill = judge.ask(&Request::get("/bill").header("X-Table", &table))?;
        bill.must_be(200, line)?;
        bill.must_say(&format!("The bill of table {table}."), line)?;
        let paid = judge.ask(&Request::new("PUT", "/bill").header("x-table", &table))?;
        paid.must_say(&format!("Table {table} has paid."), line)?;
    }
    Ok(())
}

fn without_a_table_there_is_no_bill(judge: &mut Judge) -> Verdict {
    for method in ["GET", "PUT"] {
        let answer = judge.ask(&Request::new(method, "/bill"))?;
        let line = "Without X-Table there is no telling whose bill is meant: 400, for each handler that asks for a table.";
        must_be_error(&answer, 400, "X-Table", line)?;
    }
    Ok(())
}

fn a_table_has_a_number_from_1_to_20(judge: &mut Judge) -> Verdict {
    let (word, far) = (judge.draw.word(), judge.draw.number(21, 255).to_string());
    for table in ["0", "21", &far, "256", "-1", "", "7th", &word] {
        let answer = judge.ask(&Request::get("/bill").header("X-Table", table))?;
        let line = "There are tables from 1 to 20. Anything else is refused with 400.";
        must_be_error(&answer, 400, "X-Table", line)?;
    }
    Ok(())
}

fn nobody_sits_at_two_tables(judge: &mut Judge) -> Verdict {
    let (mine, other) = (judge.draw.number(1, 10), judge.draw.number(11, 20));
    let request = Request::get("/bill")
        .header("X-Table", &mine.to_string())
        .header("X-Table", &other.to_string());
    let answer = judge.ask(&request)?;
    let line =
        "The header came twice. Taking the first would be a guess, and perhaps a wrong bill.";
    must_be_error(&answer, 400, "X-Table", line)
}

fn post(body: &str) -> Request {
    Request::new("POST", "/orders")
        .header("Content-Type", "application/json")
        .body(body.as_bytes())
}

fn a_good_order_is_taken(judge: &mut Judge) -> Verdict {
    let cups = judge.draw.number(2, 11);
    for cups in [1, cups, 12] {
        let answer = judge.ask(&post(&format!(r#"{{"tea": 2, "cups": {cups}}}"#)))?;
        answer.must_be(
            201,
            "A good order is taken: 201. From 1 to 12 cups are good.",
        )?;
        let taken = answer.json()?;
        answer.must(
            taken["tea"] == "genmaicha" && taken["cups"] == cups,
            format!(r#"{{"tea": "genmaicha", "cups": {cups}}}"#),
            "The answer says what was ordered.",
        )?;
    }
    Ok(())
}

fn a_body_that_is_not_json_is_refused_as_json(judge: &mut Judge) -> Verdict {
    let broken = format!("{{\"tea\": {}", judge.draw.word());
    let answer = judge.ask(&post(&broken))?;
    let line = "A body that is not JSON is refused with 400.";
    must_be_error(&answer, 400, "JSON", line)
}

fn an_order_without_a_field_names_the_field(judge: &mut Judge) -> Verdict {
    let number = judge.draw.number(1, 4);
    for (body, field) in [
        (format!(r#"{{"tea": {number}}}"#), "cups"),
        (format!(r#"{{"cups": {number}}}"#), "tea"),
        (format!(r#"{{"tea": {number}, "cups": "many"}}"#), "cups"),
    ] {
        let answer = judge.ask(&post(&body))?;
        let line = "This is JSON, but not an order: the status for that is 422.";
        must_be_error(&answer, 422, field, line)?;
    }
    Ok(())
}

fn another_content_type_is_415(judge: &mut Judge) -> Verdict {
    let body = format!(r#"{{"tea": {}, "cups": 1}}"#, judge.draw.number(1, 4));
    let answer = judge.ask(&Request::post("/orders", &body))?;
    let line = "The body is said to be plain text, and an order is JSON: 415, whatever is in it.";
    must_be_error(&answer, 415, "application/json", line)
}

fn cups_are_counted_from_1_to_12(judge: &mut Judge) -> Verdict {
    for cups in [0, 13, judge.draw.number(14, 4_000_000_000)] {
        let answer = judge.ask(&post(&format!(r#"{{"tea": 1, "cups": {cups}}}"#)))?;
        let line = "An order has from 1 to 12 cups. Another number is refused with 422 before the handler sees it.";
        must_be_error(&answer, 422, "cups", line)?;
    }
    Ok(())
}

fn an_order_of_a_tea_that_is_not_there_is_404(judge: &mut Judge) -> Verdict {
    for tea in [0, judge.draw.number(5, 999)] {
        let answer = judge.ask(&post(&format!(r#"{{"tea": {tea}, "cups": 1}}"#)))?;
        let line = "This is a good order, but of a tea that is not on the menu: 404.";
        must_be_error(&answer, 404, &tea.to_string(), line)?;
    }
    Ok(())
}

fn an_order_that_has_begun_is_taken_after_ctrl_c(judge: &mut Judge) -> Verdict {
    let cups = judge.draw.number(1, 12);
    let order = format!(r#"{{"tea": 2, "cups": {cups}}}"#);
    let head = "POST /orders HTTP/1.1\r\nContent-Type: application/json";
    standing::must_answer_what_has_begun(judge, head, &order, 201)
}
