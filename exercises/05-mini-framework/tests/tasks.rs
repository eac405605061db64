//! What judges exercise 05: `cargo test -p exercise-05`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use tests::exercise::standing::{self, a_bad_or_a_taken_port_is_said_in_one_line};
use tests::exercise::{Answer, Judge, Request, Verdict, encoded, html, judge};

fn main() -> ExitCode {
    let tests = tests::tests_of! {
        "allow": [
            a_405_names_the_methods_of_its_path,
            a_path_without_get_has_no_head,
            what_is_not_there_is_still_404,
            what_was_answered_is_still_answered,
            a_request_names_its_host_once,
            a_bad_or_a_taken_port_is_said_in_one_line,
        ],
        "cookies": [
            a_cookie_is_found_by_its_name,
            several_headers_hold_several_cookies,
            what_is_no_pair_is_no_cookie,
            a_value_may_hold_an_equals_sign,
            a_parameter_is_found_among_others,
            an_order_is_a_form,
            what_is_no_text_is_refused,
        ],
        "segment": [
            a_tea_is_named_by_the_path,
            a_route_without_braces_goes_first,
            a_segment_is_split_before_it_is_decoded,
            no_name_and_two_names_are_404,
            braces_in_a_request_are_a_name,
            a_body_has_2_mib_at_most,
            a_body_that_breaks_off_is_refused,
            an_order_that_has_begun_is_taken_after_ctrl_c,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        tests::own_server!(),
        tests,
    )
}

fn must_allow(answer: &Answer, methods: &[&str]) -> Verdict {
    answer.must_be(405, "There is such a path, but not for this method: 405.")?;
    let allow = answer.header("allow").unwrap_or_default();
    let mut named: Vec<&str> = allow.split(',').map(str::trim).collect();
    named.sort_unstable();
    answer.must(
        named == methods,
        format!("Allow: {}", methods.join(", ")),
        "Allow names the methods of this path, and HEAD where there is GET.",
    )
}

fn a_405_names_the_methods_of_its_path(judge: &mut Judge) -> Verdict {
    for (path, methods) in [
        ("/", &["GET", "HEAD"][..]),
        ("/order", &["GET", "HEAD", "POST"]),
        ("/teas/today", &["GET", "HEAD"]),
    ] {
        let method = judge.draw.one_of(&["PUT", "DELETE", "PATCH"]);
        must_allow(&judge.ask(&Request::new(method, path))?, methods)?;
    }
    Ok(())
}

fn a_path_without_get_has_no_head(judge: &mut Judge) -> Verdict {
    let method = judge.draw.one_of(&["GET", "PUT", "DELETE"]);
    must_allow(&judge.ask(&Request::new(method, "/thanks"))?, &["POST"])
}

fn what_is_not_there_is_still_404(judge: &mut Judge) -> Verdict {
    let path = format!("/{}", judge.draw.word());
    for method in ["GET", "DELETE"] {
        let answer = judge.ask(&Request::new(method, &path))?;
        answer.must_be(404, "No route has this path, for no method: 404.")?;
    }
    Ok(())
}

fn what_was_answered_is_still_answered(judge: &mut Judge) -> Verdict {
    let line = "This was answered before, and must be.";
    for (target, text) in [
        ("/", "<h1>Tea</h1>"),
        ("/order", "Order any tea."),
        ("/teas/today", "The tea of the day is oolong."),
    ] {
        let answer = judge.get(target)?;
        answer.must_be(200, line)?;
        answer.must_say(text, line)?;
        standing::must_answer_head_as_get(judge, target)?;
    }
    let thanks = judge.draw.foreign();
    let answer = judge.ask(&Request::post("/thanks", &thanks))?;
    answer.must_say(&format!("You said: {thanks}"), line)
}

fn a_request_names_its_host_once(judge: &mut Judge) -> Verdict {
    let line = "RFC 9112, section 3.2: a request in HTTP/1.1 names its host, once. Without it, or with two, it is refused with 400.";
    for hosts in ["", "Host: 127.0.0.1\r\nHost: localhost\r\n"] {
        let sent = format!("GET / HTTP/1.1\r\n{hosts}\r\n");
        standing::must_refuse(judge, &sent, line)?;
    }
    let mut wire = judge.connect()?;
    let answer = wire.ask(&Request::raw("GET / HTTP/1.0\r\n\r\n"))?;
    answer.must_be(200, "HTTP/1.0 did not know Host yet.")
}

/// Asks for a cookie with these `Cookie` headers.
fn ask_for(
    judge: &mut Judge,
    name: &str,
    headers: &[String],
) -> Result<Answer, tests::exercise::Failure> {
    let request = Request::get(&format!("/cookie?name={}", encoded(name)));
    let add = |request: Request, header: &String| request.header("Cookie", header);
    judge.ask(&headers.iter().fold(request, add))
}

fn a_cookie_is_found_by_its_name(judge: &mut Judge) -> Verdict {
    let (name, value) = (judge.draw.word(), judge.draw.word());
    let line = "A Cookie header holds pairs, name=value, with `; ` between them.";
    for header in [
        format!("{name}={value}"),
        format!("x{name}=other; {name}={value}; {name}x=other"),
        format!("{}=other;{name}={value}", name.to_uppercase()),
    ] {
        let answer = ask_for(judge, &name, &[header])?;
        answer.must_be(200, line)?;
        answer.must_say(&value, line)?;
    }
    let missing = ask_for(judge, &name, &[format!("x{name}={value}")])?;
    missing.must_be(404, "A cookie of another name is another cookie.")
}

fn several_headers_hold_several_cookies(judge: &mut Judge) -> Verdict {
    let names = judge.draw.names(3);
    let values = [judge.draw.word(), judge.draw.word(), judge.draw.word()];
    let headers = [
        format!("{}={}", names[0], values[0]),
        format!("{}={}; {}={}", names[1], values[1], names[2], values[2]),
    ];
    for (name, value) in names.iter().zip(&values) {
        let line = "A request may have several Cookie headers. Each of them counts.";
        let answer = ask_for(judge, name, &headers)?;
        answer.must_be(200, line)?;
        answer.must_say(value, line)?;
    }
    Ok(())
}

fn what_is_no_pair_is_no_cookie(judge: &mut Judge) -> Verdict {
    let (name, value) = (judge.draw.word(), judge.draw.word());
    let line = "A piece without `=` is no cookie. It is left out, and the others count.";
    let answer = ask_for(judge, &name, &[format!("{name}; ; {name}={value};")])?;
    answer.must_be(200, line)?;
    answer.must_say(&value, line)
}

fn a_value_may_hold_an_equals_sign(judge: &mut Judge) -> Verdict {
    let (name, value) = (judge.draw.word(), format!("{}==", judge.draw.word()));
    let line = "The first `=` ends the name. What follows is the value, whatever is in it.";
    let answer = ask_for(judge, &name, &[format!("{name}={value}")])?;
    answer.must_be(200, line)?;
    answer.must_say(&value, line)
}

fn a_parameter_is_found_among_others(judge: &mut Judge) -> Verdict {
    let (name, value) = (judge.draw.word(), judge.draw.word());
    let line = "The parameter is found by its name: others may stand before it, and one that is empty does not count.";
    for query in [
        format!("table=7&name={name}"),
        format!("name=&table=7&name={name}&name=x{name}"),
    ] {
        let cookies = format!("7=no; {name}={value}");
        let request = Request::get(&format!("/cookie?{query}")).header("Cookie", &cookies);
        let answer = judge.ask(&request)?;
        answer.must_be(200, line)?;
        answer.must_say(&value, line)?;
    }
    let missing = judge.get(&format!("/cookie?name={name}"))?;
    let line = "A cookie that is not there is a 404, and its page says so.";
    standing::must_be_refusal(&missing, &[404], line)
}

fn an_order_is_a_form(judge: &mut Judge) -> Verdict {
    let tea = judge.draw.foreign();
    let form = format!("cups=2&tea={}", encoded(&tea));
    let line = "A form is a body of the type application/x-www-form-urlencoded, however that is written, and perhaps with a charset behind it.";
    for kind in [
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-URLEncoded; charset=utf-8",
    ] {
        let request = Request::new("POST", "/order").header("Content-Type", kind);
        let answer = judge.ask(&request.body(form.as_bytes()))?;
        answer.must_be(200, line)?;
        answer.must_say(&format!("One pot of {tea}."), line)?;
    }
    let answer = judge.ask(&Request::post("/order", &form))?;
    let line = "The body is said to be plain text, and an order is a form: 415.";
    standing::must_be_refusal(&answer, &[415], line)
}

fn what_is_no_text_is_refused(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let line =
        "These bytes are no UTF-8 text. A name that nobody wrote is worse than a refusal: 400.";
    for request in [
        Request::get(&format!("/cookie?name={word}%FF")),
        Request::form("/order", &format!("tea={word}%C3")),
        Request::new("POST", "/thanks").body(b"\xff\xfe"),
    ] {
        let answer = judge.ask(&request)?;
        standing::must_be_refusal(&answer, &[400], line)?;
    }
    Ok(())
}

fn must_name(judge: &mut Judge, target: &str, name: &str, line: &str) -> Verdict {
    let answer = judge.get(target)?;
    answer.must_be(200, line)?;
    let page = answer.text();
    let said = html::between(&page, "<h1>", "</h1>").map(html::unescaped);
    answer.must(
        said.as_deref() == Some(name),
        format!("<h1>{name}</h1>"),
        line,
    )
}

fn a_tea_is_named_by_the_path(judge: &mut Judge) -> Verdict {
    let line = "The route `/teas/{name}` answers for every name, and the name is decoded.";
    for name in [
        judge.draw.word(),
        judge.draw.foreign(),
        "green+black".into(),
    ] {
        // A `+` in a path is a `+`.
        let target = format!("/teas/{}", encoded(&name).replace("%2B", "+"));
        must_name(judge, &target, &name, line)?;
    }
    let target = format!("/teas/{}", judge.draw.word());
    let refused = judge.ask(&Request::new("DELETE", &target))?;
    refused.must_be(
        405,
        "A path that a route with braces matches has methods, too.",
    )
}

fn a_route_without_braces_goes_first(judge: &mut Judge) -> Verdict {
    let line = "`/teas/today` is registered by itself: it is that page, and no tea named today.";
    judge
        .get("/teas/today")?
        .must_say("The tea of the day is oolong.", line)?;
    let name = format!("today{}", judge.draw.number(1, 99));
    must_name(
        judge,
        &format!("/teas/{name}"),
        &name,
        "Another name is a name.",
    )
}

fn a_segment_is_split_before_it_is_decoded(judge: &mut Judge) -> Verdict {
    let name = format!("{}/{} 100%", judge.draw.word(), judge.draw.word());
    let line = "A `%2F` is a slash of the name, and separates nothing. Split first, decode after.";
    must_name(judge, &format!("/teas/{}", encoded(&name)), &name, line)
}

fn no_name_and_two_names_are_404(judge: &mut Judge) -> Verdict {
    let (one, two) = (judge.draw.word(), judge.draw.word());
    for target in [
        "/teas/".into(),
        format!("/teas/{one}/{two}"),
        format!("/{one}/{two}"),
    ] {
        let answer = judge.get(&target)?;
        answer.must_be(404, "The braces stand for one segment that is not empty.")?;
    }
    Ok(())
}

fn braces_in_a_request_are_a_name(judge: &mut Judge) -> Verdict {
    let line = "`{name}` in a route is a place; in a request it is a name like any other.";
    must_name(judge, "/teas/%7Bname%7D", "{name}", line)?;
    let name = format!("{{{}}}", judge.draw.word());
    must_name(judge, &format!("/teas/{}", encoded(&name)), &name, line)
}

fn a_body_has_2_mib_at_most(judge: &mut Judge) -> Verdict {
    let limit = 2 * 1024 * 1024;
    let mut longest = format!("tea={}&note=", judge.draw.word());
    longest += &".".repeat(limit - longest.len());
    // Its length alone is reason enough: nobody sends the body.
    let head = "POST /order HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    let too_long = Request::raw(format!("{head}Content-Length: {}\r\n\r\n", limit + 1));
    let words = ["2097152", "2 MiB"];
    standing::must_take_up_to(
        judge,
        &Request::form("/order", &longest),
        &too_long,
        200,
        &words,
    )?;
    // In chunks, nobody knows the length before.
    let chunks = format!(
        "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{longest}.",
        limit + 1
    );
    let answer = judge.connect()?.ask(&Request::raw(chunks))?;
    let line = "These chunks have a byte more than the limit. The status for that is 413, as for a Content-Length.";
    standing::must_be_refusal(&answer, &[413], line)
}

fn a_body_that_breaks_off_is_refused(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let head = "POST /thanks HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    for (body, line) in [
        (
            format!("Content-Length: 99\r\n\r\n{word}"),
            "The client has left before its body was whole. Half of it is nothing to thank for: 400.",
        ),
        (
            format!("Transfer-Encoding: chunked\r\n\r\n{word}\r\n"),
            "A chunk begins with its size. This is none: 400.",
        ),
    ] {
        standing::must_refuse(judge, &format!("{head}{body}"), line)?;
    }
    Ok(())
}

fn an_order_that_has_begun_is_taken_after_ctrl_c(judge: &mut Judge) -> Verdict {
    let order = format!("tea={}", judge.draw.word());
    let head = "POST /order HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
    standing::must_answer_what_has_begun(judge, head, &order, 200)
}
