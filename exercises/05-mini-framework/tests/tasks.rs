//! What judges exercise 05: `cargo test -p exercise-05`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use tests::exercise::{Answer, Judge, Request, Verdict, encoded, html, judge};

fn main() -> ExitCode {
    let tests = tests::tests_of! {
        "allow": [
            a_405_names_the_methods_of_its_path,
            a_path_without_get_has_no_head,
            what_is_not_there_is_still_404,
        ],
        "cookies": [
            a_cookie_is_found_by_its_name,
            several_headers_hold_several_cookies,
            what_is_no_pair_is_no_cookie,
            a_value_may_hold_an_equals_sign,
        ],
        "segment": [
            a_tea_is_named_by_the_path,
            a_route_without_braces_goes_first,
            a_segment_is_split_before_it_is_decoded,
            no_name_and_two_names_are_404,
            braces_in_a_request_are_a_name,
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
