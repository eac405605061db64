//! What judges exercise 02: `cargo test -p exercise-02`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use judge::standing::{
    a_bad_or_a_taken_port_is_said_in_one_line, ctrl_c_ends_the_server_with_status_0,
};
use judge::{Answer, Failure, Judge, Request, Verdict, encoded, html, judge};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "allow": [
            another_method_gets_405,
            allow_names_the_methods_of_the_page,
            a_page_that_is_not_there_stays_404,
            what_was_answered_is_still_answered,
            a_bad_or_a_taken_port_is_said_in_one_line,
            ctrl_c_ends_the_server_with_status_0,
        ],
        "guests": [
            all_guests_are_greeted,
            a_name_that_comes_twice_is_greeted_twice,
            empty_names_are_left_out,
            names_are_split_before_they_are_decoded,
            a_name_with_a_tag_stays_text,
            nobody_is_still_the_world,
        ],
        "surroundings": [
            a_tag_stays_text_in_the_heading,
            a_quotation_mark_stays_in_the_field,
            the_link_leads_to_the_same_guest,
            nothing_is_escaped_twice,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
        tests,
    )
}

/// The pages, and what each answers, sorted.
const PAGES: [(&str, &[&str]); 4] = [
    ("/", &["GET", "HEAD"]),
    ("/hello", &["GET", "HEAD"]),
    ("/order", &["POST"]),
    ("/cups", &["GET", "HEAD", "PUT"]),
];

/// Asks each page by a method that it does not answer.
fn refused(judge: &mut Judge, hold: fn(&Answer, &[&str]) -> Verdict) -> Verdict {
    for (path, methods) in PAGES {
        let others: Vec<&str> = ["GET", "POST", "PUT", "PATCH", "DELETE"]
            .into_iter()
            .filter(|method| !methods.contains(method))
            .collect();
        let method = judge.draw.one_of(&others);
        hold(&judge.ask(&Request::new(method, path))?, methods)?;
    }
    Ok(())
}

fn another_method_gets_405(judge: &mut Judge) -> Verdict {
    refused(judge, |answer, _| {
        answer.must_be(
            405,
            "There is such a page, but not for this method: the status for that is 405.",
        )
    })
}

fn allow_names_the_methods_of_the_page(judge: &mut Judge) -> Verdict {
    refused(judge, |answer, methods| {
        let allow = answer.header("allow").unwrap_or_default();
        let mut named: Vec<&str> = allow.split(',').map(str::trim).collect();
        named.sort_unstable();
        answer.must(
            named == methods,
            format!("Allow: {}", methods.join(", ")),
            "Allow names what this page answers, all of it and nothing else.",
        )
    })
}

fn a_page_that_is_not_there_stays_404(judge: &mut Judge) -> Verdict {
    let path = format!("/{}", judge.draw.word());
    for method in ["GET", "DELETE"] {
        let answer = judge.ask(&Request::new(method, &path))?;
        answer.must_be(
            404,
            "There is no such page for any method: the status stays 404.",
        )?;
    }
    Ok(())
}

fn what_was_answered_is_still_answered(judge: &mut Judge) -> Verdict {
    for (path, methods) in PAGES {
        for method in methods {
            let answer = judge.ask(&Request::new(method, path))?;
            answer.must_be(200, "The page answers this method, as it did before.")?;
        }
    }
    Ok(())
}

/// What the heading says, as a browser shows it. A tag in it is a failure.
fn heading(answer: &Answer) -> Result<String, Failure> {
    let page = answer.text();
    let heading = html::between(&page, "<h1>", "</h1>").unwrap_or_default();
    answer.must(
        !heading.is_empty() && !heading.contains('<'),
        "a heading, `<h1>…</h1>`, without a tag in it",
        "A stranger chose this name. Without escaping, it brings its own tags.",
    )?;
    Ok(html::unescaped(heading))
}

/// Asks `/hello` with these names and compares the greeting with what it should be.
fn must_greet(judge: &mut Judge, query: &str, guests: &str, line: &str) -> Verdict {
    let answer = judge.get(&format!("/hello{query}"))?;
    let greeting = format!("Hello, {guests}!");
    let said = heading(&answer)?;
    answer.must(said == greeting, format!("<h1>{greeting}</h1>"), line)
}

fn all_guests_are_greeted(judge: &mut Judge) -> Verdict {
    let names = judge.draw.names(4);
    let [a, b, c, d] = &names[..] else {
        return Ok(());
    };
    for (query, guests) in [
        (format!("?name={a}"), a.clone()),
        (format!("?name={a}&name={b}"), format!("{a} and {b}")),
        (
            format!("?name={a}&name={b}&name={c}"),
            format!("{a}, {b} and {c}"),
        ),
        (
            format!("?name={d}&table=3&name={c}&name={b}&name={a}"),
            format!("{d}, {c}, {b} and {a}"),
        ),
    ] {
        must_greet(
            judge,
            &query,
            &guests,
            "All names are greeted in their order: commas between them, `and` before the last.",
        )?;
    }
    Ok(())
}

fn a_name_that_comes_twice_is_greeted_twice(judge: &mut Judge) -> Verdict {
    let name = judge.draw.name();
    must_greet(
        judge,
        &format!("?name=Zora&name={name}&name=Zora"),
        &format!("Zora, {name} and Zora"),
        "Two guests may have the same name, and they keep their places.",
    )
}

fn empty_names_are_left_out(judge: &mut Judge) -> Verdict {
    let names = judge.draw.names(2);
    let (a, b) = (&names[0], &names[1]);
    must_greet(
        judge,
        &format!("?name=&name={a}&name=&name={b}&name"),
        &format!("{a} and {b}"),
        "Somebody left this field empty. That is not a guest.",
    )
}

fn names_are_split_before_they_are_decoded(judge: &mut Judge) -> Verdict {
    let (a, b) = (judge.draw.word(), judge.draw.foreign());
    must_greet(
        judge,
        &format!("?name={a}+%26+sons&name={}", encoded(&b)),
        &format!("{a} & sons and {b}"),
        "A `%26` is an ampersand of the name, not one between two parameters. A `+` is a space.",
    )
}

fn a_name_with_a_tag_stays_text(judge: &mut Judge) -> Verdict {
    let (a, tag) = (judge.draw.name(), format!("<b>{}</b>", judge.draw.word()));
    must_greet(
        judge,
        &format!("?name={a}&name={}&name={a}", encoded(&tag)),
        &format!("{a}, {tag} and {a}"),
        "Each name is escaped, once.",
    )
}

fn nobody_is_still_the_world(judge: &mut Judge) -> Verdict {
    for query in ["", "?", "?name=", "?name=&name=", "?nickname=Ada"] {
        must_greet(
            judge,
            query,
            "World",
            "If no one is named, the world is greeted.",
        )?;
    }
    Ok(())
}

/// The front page for a name.
fn front_page(judge: &mut Judge, name: &str) -> Result<Answer, Failure> {
    let answer = judge.get(&format!("/?name={}", encoded(name)))?;
    answer.must_be(200, "The front page answers with status 200.")?;
    Ok(answer)
}

fn must_head(judge: &mut Judge, name: &str, line: &str) -> Verdict {
    let answer = front_page(judge, name)?;
    let expected = format!("A table for {name}");
    let said = heading(&answer)?;
    answer.must(
        said == expected,
        format!("a heading that a browser shows as\n{expected}"),
        line,
    )
}

fn a_tag_stays_text_in_the_heading(judge: &mut Judge) -> Verdict {
    let name = format!("<script>{}</script>", judge.draw.word());
    must_head(
        judge,
        &name,
        "The heading shows the name as it was given, letter by letter.",
    )
}

/// What the field holds, as a browser understands it.
fn field(answer: &Answer) -> Result<String, Failure> {
    let page = answer.text();
    let value = html::between(&page, r#"<input name="name" value=""#, "\"");
    value.map(html::unescaped).ok_or_else(|| {
        answer.fail(
            r#"<input name="name" value="…""#,
            "The front page has a field that remembers the name.",
        )
    })
}

fn a_quotation_mark_stays_in_the_field(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    for name in [
        format!(r#"{word} "the cup" {word}"#),
        format!(r#"" autofocus onfocus="{word}"#),
        format!("{word} & 'sons' <{word}>"),
    ] {
        let answer = front_page(judge, &name)?;
        let value = field(&answer)?;
        answer.must(
            value == name,
            format!("a field that holds\n{name}"),
            "In an attribute, a quotation mark is the end, unless it is escaped.",
        )?;
    }
    Ok(())
}

fn the_link_leads_to_the_same_guest(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    for name in [
        judge.draw.foreign(),
        format!("{word} & sons"),
        format!("{word} + {word} = 100% #1?"),
        format!(r#"{word} "the cup""#),
    ] {
        let answer = front_page(judge, &name)?;
        let page = answer.text();
        let address = html::between(&page, "<a href=\"", "\"").map(html::unescaped);
        let address = address.unwrap_or_default();
        let line = "In an address, each of `&`, `#`, `+`, `%` and the space means something. Encode first.";
        let expected = format!("a link to the greeting of\n{name}");
        answer.must(
            address.starts_with('/') && address.bytes().all(|byte| byte.is_ascii_graphic()),
            &expected,
            line,
        )?;
        // A browser keeps what is behind a `#` to itself.
        let target = address.split('#').next().unwrap_or_default();
        let greeting = judge.get(target)?;
        let said = heading(&greeting).unwrap_or_default();
        let led = format!("{expected}\nThis one asks GET {target}, which says\n{said}");
        answer.must(said == format!("Hello, {name}!"), led, line)?;
    }
    Ok(())
}

fn nothing_is_escaped_twice(judge: &mut Judge) -> Verdict {
    let name = format!("{} &lt; %41 &amp; tea", judge.draw.word());
    let line = "The name holds `&lt;` and `%41` as they are. Each place is escaped once.";
    must_head(judge, &name, line)?;
    let answer = front_page(judge, &name)?;
    let value = field(&answer)?;
    answer.must(value == name, format!("a field that holds\n{name}"), line)
}
