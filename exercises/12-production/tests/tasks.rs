//! What judges exercise 12: `cargo test -p exercise-12`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use judge::html::unescaped;
use judge::standing::{
    self, a_bad_or_a_taken_port_is_said_in_one_line, ctrl_c_ends_the_server_with_status_0,
};
use judge::{Answer, Failure, Judge, Request, Verdict, encoded, judge};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "next": [
            a_login_leads_to_the_page_that_was_asked_for,
            another_site_is_no_place_to_go,
            what_a_browser_reads_as_another_site_is_none_of_ours,
            the_login_still_takes_a_name_of_1_to_40_characters,
            a_session_still_begins_and_ends_as_it_did,
            cookies_of_other_programs_cost_nobody_the_session,
        ],
        "own": [
            ones_own_notes_can_be_read_changed_and_deleted,
            each_guest_has_a_list_of_his_own,
            a_strangers_note_is_as_if_it_were_not_there,
            what_a_stranger_tried_has_changed_nothing,
            a_note_belongs_to_who_is_logged_in,
            a_note_still_has_1_to_1000_characters,
            what_a_guest_has_typed_is_still_shown_as_text,
            who_is_not_logged_in_is_still_sent_to_the_login,
            a_bad_or_a_taken_port_is_said_in_one_line,
            ctrl_c_ends_the_server_with_status_0,
            a_login_that_has_begun_is_answered_after_ctrl_c,
        ],
        "token": [
            each_form_that_changes_something_has_a_token,
            with_the_token_of_a_page_it_is_done,
            without_a_token_nothing_is_done,
            a_token_of_another_session_is_worth_nothing,
            only_a_field_or_a_header_brings_the_token,
            to_look_takes_no_token,
            what_is_no_form_or_no_page_is_still_refused,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
        tests,
    )
}

const TOKEN: &str = "csrfmiddlewaretoken";

/// A form's fields, as a browser sends them.
fn fields(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    pairs.join("&")
}

/// Somebody with a browser: they have logged in, and send the session's cookie.
struct Visitor {
    cookie: String,
}

impl Visitor {
    fn called(judge: &mut Judge, name: &str) -> Result<Visitor, Failure> {
        let answer = judge.ask(&Request::form("/login", &fields(&[("name", name)])))?;
        let line = "A name is enough to log in: 303, and a cookie with the session.";
        answer.must_be(303, line)?;
        let cookie = answer
            .header("set-cookie")
            .and_then(|line| line.split(';').next());
        let cookie = cookie.filter(|cookie| cookie.starts_with("session="));
        match cookie {
            Some(cookie) => Ok(Visitor {
                cookie: cookie.to_string(),
            }),
            None => Err(answer.fail("Set-Cookie: session=…", line)),
        }
    }

    fn ask(&self, judge: &mut Judge, request: Request) -> Result<Answer, Failure> {
        judge.ask(&request.header("Cookie", &self.cookie))
    }

    fn get(&self, judge: &mut Judge, target: &str) -> Result<Answer, Failure> {
        self.ask(judge, Request::get(target))
    }

    /// The token in the list of notes, if its forms have one.
    fn token(&self, judge: &mut Judge) -> Result<Option<String>, Failure> {
        let page = self.get(judge, "/notes")?;
        page.must_be(200, "A guest who is logged in sees a list of notes.")?;
        Ok(hidden(&page.text(), TOKEN))
    }

    /// Sends a form of a page, with the token that the page has.
    fn post(
        &self,
        judge: &mut Judge,
        target: &str,
        pairs: &[(&str, &str)],
    ) -> Result<Answer, Failure> {
        let token = self.token(judge)?;
        let mut pairs = pairs.to_vec();
        pairs.extend(token.as_deref().map(|token| (TOKEN, token)));
        self.ask(judge, Request::form(target, &fields(&pairs)))
    }

    /// Deletes as a script does.
    fn delete(&self, judge: &mut Judge, target: &str) -> Result<Answer, Failure> {
        let token = self.token(judge)?.unwrap_or_default();
        self.ask(
            judge,
            Request::new("DELETE", target).header("X-CSRFToken", &token),
        )
    }

    /// Keeps a note; its id.
    fn keep(&self, judge: &mut Judge, text: &str) -> Result<u64, Failure> {
        let answer = self.post(judge, "/notes", &[("text", text)])?;
        let line = "A note is kept: 303, to its own page.";
        answer.must_be(303, line)?;
        let location = answer.header("location").unwrap_or_default();
        let id = location
            .strip_prefix("/notes/")
            .and_then(|id| id.parse().ok());
        id.ok_or_else(|| answer.fail("Location: /notes/…", line))
    }

    fn must_read(&self, judge: &mut Judge, id: u64, text: &str, line: &str) -> Verdict {
        let page = self.get(judge, &format!("/notes/{id}"))?;
        page.must_be(200, line)?;
        let held = page.text().contains(text);
        page.must(held, format!("the text {text:?} in the page"), line)
    }
}

/// The value of a hidden field, if the page has such a field and it is not empty.
fn hidden(page: &str, name: &str) -> Option<String> {
    let tags = page.split('<').filter(|tag| tag.starts_with("input"));
    let mut tags = tags.map(|tag| tag.split('>').next().unwrap_or_default());
    let tag = tags.find(|tag| attribute(tag, "name").as_deref() == Some(name))?;
    attribute(tag, "value").filter(|value| !value.is_empty())
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}="))?;
    let quote = rest
        .chars()
        .next()
        .filter(|quote| ['"', '\''].contains(quote));
    let value = match quote {
        Some(quote) => rest[1..].split(quote).next(),
        None => rest.split([' ', '/']).next(),
    };
    value.map(str::to_string)
}

// The task `next`.

/// Logs in with this `next`; the place to which the answer leads.
fn led_to(judge: &mut Judge, next: &str) -> Result<(Answer, String), Failure> {
    let name = judge.draw.name();
    let form = fields(&[("next", next), ("name", &name)]);
    let answer = judge.ask(&Request::form("/login", &form))?;
    answer.must_be(303, "Who has logged in is led somewhere, by 303.")?;
    let place = answer.header("location").unwrap_or_default().to_string();
    Ok((answer, place))
}

fn a_login_leads_to_the_page_that_was_asked_for(judge: &mut Judge) -> Verdict {
    let (id, word) = (judge.draw.number(1, 99), judge.draw.word());
    let line = "This is a path of our own: the guest goes where he wanted to.";
    for next in [
        format!("/notes/{id}"),
        format!("/notes?q={word}"),
        format!("/{word}"),
        format!("/notes?q=http://{word}.example//"),
        "/notes?q=%2F%2F%5C".into(),
        "/".into(),
    ] {
        let (answer, place) = led_to(judge, &next)?;
        answer.must(place == next, format!("Location: {next}"), line)?;
    }
    let line = "Who comes without a cookie is sent to the login page, which remembers the way.";
    let answer = judge.get(&format!("/notes/{id}"))?;
    answer.must_be(303, line)?;
    let login = answer.header("location").unwrap_or_default().to_string();
    let page = judge.get(&login)?;
    let next = hidden(&page.text(), "next");
    let wanted = format!("/notes/{id}");
    page.must(
        next.as_ref() == Some(&wanted),
        "the path in the hidden field `next`",
        line,
    )
}

/// This `next` is not followed: home instead.
fn must_stay(judge: &mut Judge, next: &str, line: &str) -> Verdict {
    let (answer, place) = led_to(judge, next)?;
    answer.must(place == "/notes", "Location: /notes", line)
}

fn another_site_is_no_place_to_go(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let line = "Anybody can write a link to our login page. It must not end at another site.";
    for next in [
        format!("https://{word}.example/notes"),
        format!("http://{word}.example"),
        format!("HTTPS:{word}.example"),
        format!("javascript:{word}()"),
        format!("{word}.example/notes"),
        format!("?next=/{word}"),
        String::new(),
    ] {
        must_stay(judge, &next, line)?;
    }
    Ok(())
}

fn what_a_browser_reads_as_another_site_is_none_of_ours(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let line = "This begins with a slash, and still a browser reads it as the address of another site: `//host` has only left out the scheme.";
    must_stay(judge, &format!("//{word}.example/notes"), line)?;
    must_stay(judge, &format!("///{word}.example"), line)?;
    let line = "A browser takes a backslash for a slash.";
    for start in ["/\\", "\\\\", "\\/", "/\\/"] {
        must_stay(judge, &format!("{start}{word}.example"), line)?;
    }
    let line = "A browser drops tabs and line ends, and spaces at the start, before it looks at an address.";
    for start in ["/\t/", "\t//", " //", "/\n/", "/\r\n/", "/\t\\"] {
        must_stay(judge, &format!("{start}{word}.example"), line)?;
    }
    Ok(())
}

/// A refusal, and a sentence with it.
fn must_say_no(answer: &Answer, status: u16, line: &str) -> Verdict {
    answer.must_be(status, line)?;
    let line = "The client must learn from the body what was wrong.";
    answer.must(!answer.body.is_empty(), "a sentence", line)
}

fn the_login_still_takes_a_name_of_1_to_40_characters(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let line = "A name has from 1 to 40 characters, which may be more bytes than that.";
    for name in [
        "é".to_string(),
        format!("{word:x<40}"),
        format!("{word:é<40}"),
        format!(" {word} "),
    ] {
        let form = fields(&[("name", &name), ("next", "/notes")]);
        judge
            .ask(&Request::form("/login", &form))?
            .must_be(303, line)?;
    }
    let line = "A name has from 1 to 40 characters. Without one there is no session: 422, as before your change.";
    let long = format!("{word:x<41}");
    for form in [
        fields(&[("next", "/notes")]),
        fields(&[("name", ""), ("next", "/notes")]),
        fields(&[("name", "  "), ("next", "/notes")]),
        fields(&[("name", &long), ("next", "/notes")]),
    ] {
        let answer = judge.ask(&Request::form("/login", &form))?;
        must_say_no(&answer, 422, line)?;
        let none = answer.header("set-cookie").is_none();
        answer.must(none, "no Set-Cookie", line)?;
    }
    let page = judge.get(&format!("/login?next={}", encoded("/notes?q=\"'<b>&")))?;
    page.must_be(200, "The login page is there for everyone.")?;
    let next = hidden(&page.text(), "next").map(|next| unescaped(&next));
    let line = "What is in the address comes into the page as text, and never as a piece of HTML.";
    let expected = "the hidden field `next`, escaped";
    page.must(next.as_deref() == Some("/notes?q=\"'<b>&"), expected, line)
}

fn a_session_still_begins_and_ends_as_it_did(judge: &mut Judge) -> Verdict {
    let name = judge.draw.name();
    let (answer, _) = led_to(judge, "/notes")?;
    let set = answer.header("set-cookie").unwrap_or_default().to_string();
    let (cookie, rest) = set.split_once("; ").unwrap_or((&set, ""));
    let mut rest: Vec<&str> = rest.split("; ").collect();
    rest.sort_unstable();
    let line = "No script can read the cookie, it is for the whole site, and no other site's form sends it. That was so before your change.";
    let expected = "Set-Cookie: session=…; HttpOnly; Path=/; SameSite=Lax";
    answer.must(
        rest == ["HttpOnly", "Path=/", "SameSite=Lax"],
        expected,
        line,
    )?;
    let guest = Visitor {
        cookie: cookie.to_string(),
    };
    let line = "A guest who is logged in need not log in again: 303, home.";
    let answer = guest.get(judge, "/login")?;
    answer.must_be(303, line)?;
    answer.must_have("Location", "/notes", line)?;
    let line = "A login ends the session that the browser had, and begins another one.";
    let answer = guest.post(judge, "/login", &[("name", &name)])?;
    answer.must_be(303, line)?;
    let new = answer.header("set-cookie").unwrap_or_default();
    let new = new.split(';').next().unwrap_or_default();
    let is_new = new.starts_with("session=") && new != guest.cookie;
    answer.must(is_new, "Set-Cookie: session=…, another one", line)?;
    guest.get(judge, "/notes")?.must_be(303, line)?;
    let guest = Visitor {
        cookie: new.to_string(),
    };
    let answer = guest.post(judge, "/logout", &[])?;
    let line =
        "A logout ends the session, has the browser forget the cookie, and leads to the login.";
    answer.must_be(303, line)?;
    answer.must_have("Location", "/login", line)?;
    let forgotten = answer.header("set-cookie").unwrap_or_default();
    let forgotten = forgotten.starts_with("session=;") && forgotten.contains("Max-Age=0");
    answer.must(forgotten, "Set-Cookie: session=; Max-Age=0; …", line)?;
    guest.get(judge, "/notes")?.must_be(303, line)
}

fn cookies_of_other_programs_cost_nobody_the_session(judge: &mut Judge) -> Verdict {
    let name = judge.draw.name();
    let guest = Visitor::called(judge, &name)?;
    for foreign in ["lonely", "town=Z%FCrich", "city=Zürich", ";;=x"] {
        for cookies in [
            format!("{foreign}; {}", guest.cookie),
            format!("{}; {foreign}", guest.cookie),
        ] {
            let answer = judge.ask(&Request::get("/notes").header("Cookie", &cookies))?;
            let line = "This guest has logged in. The other cookie is from another program on this host: ports share cookies.";
            answer.must_be(200, line)?;
        }
    }
    Ok(())
}

// The task `own`.

/// Two guests, each with a browser.
fn two(judge: &mut Judge) -> Result<(Visitor, Visitor), Failure> {
    let names = judge.draw.names(2);
    Ok((
        Visitor::called(judge, &names[0])?,
        Visitor::called(judge, &names[1])?,
    ))
}

fn ones_own_notes_can_be_read_changed_and_deleted(judge: &mut Judge) -> Verdict {
    let (guest, _) = two(judge)?;
    let (text, newer) = (judge.draw.word(), judge.draw.name());
    let id = guest.keep(judge, &text)?;
    guest.must_read(judge, id, &text, "One's own note can be read.")?;
    let target = format!("/notes/{id}");
    let line = "A guest's own note can be changed: 303.";
    guest
        .post(judge, &target, &[("text", &newer)])?
        .must_be(303, line)?;
    guest.must_read(judge, id, &newer, line)?;
    let line = "A guest's own note can be deleted with the form: 303. Then it is gone.";
    guest
        .post(judge, &format!("{target}/delete"), &[])?
        .must_be(303, line)?;
    guest.get(judge, &target)?.must_be(404, line)?;
    let id = guest.keep(judge, &text)?;
    let target = format!("/notes/{id}");
    let line = "A guest's own note can be deleted by a script: 204. Then it is gone.";
    guest.delete(judge, &target)?.must_be(204, line)?;
    guest.get(judge, &target)?.must_be(404, line)
}

fn must_list(
    visitor: &Visitor,
    judge: &mut Judge,
    q: &str,
    own: &[&str],
    others: &str,
    of: usize,
) -> Verdict {
    let page = visitor.get(judge, &format!("/notes?q={q}"))?;
    page.must_be(200, "A guest who is logged in sees a list of notes.")?;
    let text = page.text();
    let line = "The list of a guest has the guest's own notes.";
    for note in own {
        page.must(text.contains(note), format!("the note {note:?}"), line)?;
    }
    let line =
        "This note is somebody else's: it is in no other guest's list, with a search or without.";
    page.must(!text.contains(others), format!("no note {others:?}"), line)?;
    let line = "The count is of the guest's own notes. The number of all notes would reveal what others do.";
    let count = format!("{} of {of} notes", own.len());
    page.must(text.contains(&count), format!("{count:?}"), line)
}

fn each_guest_has_a_list_of_his_own(judge: &mut Judge) -> Verdict {
    let (one, other) = two(judge)?;
    let common = judge.draw.word();
    let texts: Vec<String> = (0..4)
        .map(|at| format!("{common} {at} {}", judge.draw.name()))
        .collect();
    one.keep(judge, &texts[0])?;
    other.keep(judge, &texts[1])?;
    one.keep(judge, &texts[2])?;
    must_list(&one, judge, "", &[&texts[0], &texts[2]], &texts[1], 2)?;
    must_list(&other, judge, "", &[&texts[1]], &texts[0], 1)?;
    must_list(&one, judge, &common, &[&texts[0], &texts[2]], &texts[1], 2)?;
    let only_one = encoded(&format!("{common} 2"));
    must_list(&one, judge, &only_one, &[&texts[2]], &texts[1], 2)?;
    let the_others = encoded(&format!("{common} 1"));
    must_list(
        &one,
        judge,
        &the_others,
        &[],
        &texts[1].replace(&common, ""),
        2,
    )
}

/// All that can be asked of one note, as a word for people and a way to ask.
type Attempt = (
    &'static str,
    fn(&Visitor, &mut Judge, u64) -> Result<Answer, Failure>,
);

const ATTEMPTS: [Attempt; 6] = [
    ("GET", |visitor, judge, id| {
        visitor.get(judge, &format!("/notes/{id}"))
    }),
    ("HEAD", |visitor, judge, id| {
        visitor.ask(judge, Request::new("HEAD", &format!("/notes/{id}")))
    }),
    ("POST", |visitor, judge, id| {
        visitor.post(judge, &format!("/notes/{id}"), &[("text", "mine")])
    }),
    ("POST without a text", |visitor, judge, id| {
        visitor.post(judge, &format!("/notes/{id}"), &[])
    }),
    ("POST to delete", |visitor, judge, id| {
        visitor.post(judge, &format!("/notes/{id}/delete"), &[])
    }),
    ("DELETE", |visitor, judge, id| {
        visitor.delete(judge, &format!("/notes/{id}"))
    }),
];

/// What can be told from an answer, but for the id that was asked for.
fn told(answer: &Answer, id: u64) -> String {
    let id = id.to_string();
    let without_id = |text: &str| -> String {
        let parts = text.split_inclusive(|c: char| !c.is_ascii_digit());
        let parts = parts.map(|part| match part.strip_prefix(&id) {
            Some(rest) if !rest.starts_with(|c: char| c.is_ascii_digit()) => format!("ID{rest}"),
            _ => part.to_string(),
        });
        parts.collect()
    };
    let headers = ["location", "content-type", "allow"].map(|name| {
        let value = answer.header(name).unwrap_or_default();
        format!("{name}: {}\n", without_id(value))
    });
    let text = without_id(&answer.text());
    format!("{}\n{}\n{text}", answer.status, headers.concat())
}

fn a_strangers_note_is_as_if_it_were_not_there(judge: &mut Judge) -> Verdict {
    let (owner, stranger) = two(judge)?;
    let text = judge.draw.word();
    let first = owner.keep(judge, &text)?;
    let nowhere = first + judge.draw.number(50, 99);
    for (what, attempt) in ATTEMPTS {
        let id = owner.keep(judge, &text)?;
        let there = attempt(&stranger, judge, id)?;
        let line = "This note is another guest's. 404, as for one that does not exist: a 403 would say that it does.";
        if what != "POST without a text" {
            there.must_be(404, line)?;
        }
        let none = attempt(&stranger, judge, nowhere)?;
        let line = "Another guest's note and one that does not exist get exactly the same answer. Any difference says which of them exists.";
        let wanted = told(&none, nowhere);
        there.must(
            told(&there, id) == wanted,
            format!("to {what}, as for note {nowhere}:\n{wanted}"),
            line,
        )?;
    }
    Ok(())
}

fn what_a_stranger_tried_has_changed_nothing(judge: &mut Judge) -> Verdict {
    let (owner, stranger) = two(judge)?;
    let text = judge.draw.word();
    let id = owner.keep(judge, &text)?;
    for (_, attempt) in ATTEMPTS {
        attempt(&stranger, judge, id)?;
        let line =
            "Another guest has tried to change or delete this note. It is still there, as it was.";
        owner.must_read(judge, id, &text, line)?;
    }
    Ok(())
}

fn a_note_belongs_to_who_is_logged_in(judge: &mut Judge) -> Verdict {
    let names = judge.draw.names(2);
    let one = Visitor::called(judge, &names[0])?;
    let again = Visitor::called(judge, &names[0])?;
    let other = Visitor::called(judge, &names[1])?;
    let text = judge.draw.word();
    let sent = [
        ("text", text.as_str()),
        ("owner", &names[1]),
        ("guest", &names[1]),
        ("name", &names[1]),
    ];
    one.post(judge, "/notes", &sent)?
        .must_be(303, "A note is kept.")?;
    let line = "A note belongs to the guest whose session it was. Anyone could claim in a form to be the owner.";
    let page = other.get(judge, "/notes")?;
    page.must(
        !page.text().contains(&text),
        format!("no note {text:?}"),
        line,
    )?;
    let line =
        "A note belongs to a guest, and not to a session: from another browser, it is there too.";
    let page = again.get(judge, "/notes")?;
    page.must(
        page.text().contains(&text),
        format!("the note {text:?}"),
        line,
    )
}

fn a_note_still_has_1_to_1000_characters(judge: &mut Judge) -> Verdict {
    let (guest, _) = two(judge)?;
    let word = judge.draw.word();
    let line = "A note has from 1 to 1000 characters, which may be more bytes than that.";
    let mut id = 0;
    for text in [
        "x".to_string(),
        format!("{word:x<1000}"),
        format!("{word:é<1000}"),
    ] {
        id = guest.keep(judge, &text)?;
        guest.must_read(judge, id, &text, line)?;
    }
    let line = "A note has from 1 to 1000 characters: 422, as before your change, and what is there stays.";
    let long = format!("{word:x<1001}");
    for target in ["/notes".to_string(), format!("/notes/{id}")] {
        for pairs in [
            vec![],
            vec![("text", "")],
            vec![("text", " \r\n ")],
            vec![("text", long.as_str())],
        ] {
            let answer = guest.post(judge, &target, &pairs)?;
            must_say_no(&answer, 422, line)?;
        }
    }
    guest.must_read(judge, id, &format!("{word:é<1000}"), line)?;
    let page = guest.get(judge, "/notes")?;
    page.must(
        page.text().contains("3 of 3 notes"),
        "\"3 of 3 notes\"",
        line,
    )
}

fn what_a_guest_has_typed_is_still_shown_as_text(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let typed = format!("<b>{word}</b> & \"'<i>\" &amp;");
    let guest = Visitor::called(judge, &typed[..20])?;
    let id = guest.keep(judge, &typed)?;
    let word = judge.draw.word();
    let other = guest.keep(judge, &word)?;
    let search = format!("/notes?q={}", encoded(&typed));
    let line = "What a guest has typed is text, and never a piece of HTML: `<` becomes `&lt;`, in attributes a quotation mark becomes `&quot;`. That was so before your change.";
    for target in ["/notes".to_string(), search.clone(), format!("/notes/{id}")] {
        let page = guest.get(judge, &target)?;
        page.must_be(200, "A guest's own notes can be read.")?;
        let html = page.text();
        let raw = html.contains("<b>") || html.contains("<i>");
        page.must(!raw, "no tag that a guest has typed", line)?;
        page.must(unescaped(&html).contains(&typed), "the text, escaped", line)?;
    }
    let value = |html: &str, label: &str| {
        let tags = html.split('<').filter(|tag| tag.starts_with("input"));
        let mut tags = tags.map(|tag| tag.split('>').next().unwrap_or_default());
        let tag = tags.find(|tag| attribute(tag, "aria-label").as_deref() == Some(label))?;
        attribute(tag, "value").map(|value| unescaped(&value))
    };
    for (target, label) in [
        (search.as_str(), "Search"),
        (&format!("/notes/{id}"), "Text"),
    ] {
        let page = guest.get(judge, target)?;
        let shown = value(&page.text(), label);
        page.must(
            shown.as_ref() == Some(&typed),
            format!("the field {label:?}, escaped"),
            line,
        )?;
    }
    let page = guest.get(judge, &search)?;
    let line = "The search shows the notes with these words in them, each with a link to it, and no others.";
    let html = page.text();
    let links =
        [format!("/notes/{id}\""), format!("/notes/{other}\"")].map(|link| html.contains(&link));
    page.must(
        links == [true, false],
        format!("a link to /notes/{id} only"),
        line,
    )
}

fn who_is_not_logged_in_is_still_sent_to_the_login(judge: &mut Judge) -> Verdict {
    let (guest, _) = two(judge)?;
    let text = judge.draw.word();
    let id = guest.keep(judge, &text)?;
    let stale = format!("session={}", judge.draw.word());
    let note = format!("/notes/{id}");
    for (method, path) in [
        ("GET", "/notes"),
        ("POST", "/notes"),
        ("GET", &note),
        ("POST", &note),
        ("DELETE", &note),
        ("POST", &format!("{note}/delete")),
        ("POST", "/logout"),
    ] {
        let line = "This page is for guests who are logged in. All others are sent to the login, which remembers the way.";
        let asked = match method {
            "POST" => request(method, path, &[("text", "forged")]),
            _ => request(method, path, &[]),
        };
        for asked in [asked.clone(), asked.header("Cookie", &stale)] {
            let answer = judge.ask(&asked)?;
            answer.must_be(303, line)?;
            let wanted = format!("/login?next={}", encoded(path));
            let location = answer.header("location").unwrap_or_default();
            let leads = location.replace('/', "%2F") == wanted.replace('/', "%2F");
            answer.must(leads, format!("Location: {wanted}"), line)?;
        }
        let line = "The one who asked is not logged in, and yet it was done.";
        guest.must_read(judge, id, &text, line)?;
        let page = guest.get(judge, "/notes")?;
        page.must(!page.text().contains("forged"), "no note of nobody's", line)?;
    }
    Ok(())
}

fn a_login_that_has_begun_is_answered_after_ctrl_c(judge: &mut Judge) -> Verdict {
    let form = fields(&[("name", &judge.draw.name())]);
    let head = "POST /login HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
    standing::must_answer_what_has_begun(judge, head, &form, 303)
}

// The task `token`.

/// The forms of a page: their tag, and what stands in them.
fn forms(page: &str) -> Vec<(String, String)> {
    let forms = page.split("<form").skip(1);
    let forms = forms.filter_map(|form| form.split("</form").next()?.split_once('>'));
    forms
        .map(|(tag, inside)| (tag.to_string(), inside.to_string()))
        .collect()
}

fn each_form_that_changes_something_has_a_token(judge: &mut Judge) -> Verdict {
    let (one, other) = two(judge)?;
    let text = judge.draw.word();
    let id = one.keep(judge, &text)?;
    for target in ["/notes".to_string(), format!("/notes/{id}")] {
        let page = one.get(judge, &target)?;
        let all = forms(&page.text());
        let line = "The page has its forms, as before.";
        page.must(all.len() >= 2, "two forms or more", line)?;
        for (tag, inside) in all {
            let token = hidden(&inside, TOKEN);
            let form = format!("<form{tag}>");
            if attribute(&tag, "method").as_deref() == Some("post") {
                let line = "This form changes something. It needs the token of the session, in a hidden field.";
                let expected = format!("{form} with a field {TOKEN}");
                page.must(token.is_some(), expected, line)?;
            } else {
                let line = "This form only asks: what is in it becomes a part of the address, which is kept in logs and histories.";
                page.must(token.is_none(), format!("{form} without a token"), line)?;
            }
        }
    }
    let (mine, yours) = (one.token(judge)?, other.token(judge)?);
    let page = other.get(judge, "/notes")?;
    let line = "Each session has a token of its own. One that all share is known to all.";
    page.must(mine != yours, "another token than in another session", line)
}

fn with_the_token_of_a_page_it_is_done(judge: &mut Judge) -> Verdict {
    let (guest, _) = two(judge)?;
    let line = "The token of the page was sent along, so it is done.";
    for _ in 0..2 {
        let text = judge.draw.word();
        let id = guest.keep(judge, &text)?;
        let (target, text) = (format!("/notes/{id}"), judge.draw.word());
        guest
            .post(judge, &target, &[("text", &text)])?
            .must_be(303, line)?;
        guest.must_read(judge, id, &text, line)?;
        let line = "A script sends the token in the header X-CSRFToken, and it is done.";
        guest.delete(judge, &target)?.must_be(204, line)?;
    }
    guest.post(judge, "/logout", &[])?.must_be(303, line)?;
    let line = "After a logout, the old cookie no longer counts.";
    guest.get(judge, "/notes")?.must_be(303, line)
}

/// All requests that change something, for this note. The first four end nothing.
fn unsafe_requests(id: u64) -> Vec<(&'static str, String)> {
    vec![
        ("POST", "/notes".into()),
        ("POST", format!("/notes/{id}")),
        ("POST", format!("/notes/{id}/delete")),
        ("DELETE", format!("/notes/{id}")),
        ("POST", "/logout".into()),
    ]
}

fn request(method: &str, target: &str, pairs: &[(&str, &str)]) -> Request {
    let request = Request::new(method, target);
    match pairs {
        [] => request,
        pairs => request
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(fields(pairs).as_bytes()),
    }
}

/// Asks for all that changes something, each with what `add` adds to the request and its target.
/// All of it is refused, and nothing is done.
fn must_refuse(
    judge: &mut Judge,
    guest: &Visitor,
    line: &str,
    add: impl Fn(&str, &str) -> Request,
) -> Verdict {
    let text = judge.draw.word();
    let id = guest.keep(judge, &text)?;
    for (method, target) in unsafe_requests(id) {
        let answer = guest.ask(judge, add(method, &target))?;
        answer.must_be(403, line)?;
        let said = !answer.body.is_empty();
        answer.must(
            said,
            "a sentence",
            "The client must learn from the body what was wrong.",
        )?;
        let line = "It was refused with 403, and yet it was done.";
        guest.must_read(judge, id, &text, line)?;
        let page = guest.get(judge, "/notes")?;
        page.must(
            !page.text().contains("forged"),
            "no note that was refused",
            line,
        )?;
    }
    Ok(())
}

fn without_a_token_nothing_is_done(judge: &mut Judge) -> Verdict {
    let (guest, _) = two(judge)?;
    let line = "A page of another site can make a browser send this, with the cookie. Without the token it is refused: 403.";
    must_refuse(judge, &guest, line, |method, target| {
        request(method, target, &[("text", "forged")])
    })?;
    must_refuse(judge, &guest, line, |method, target| {
        request(method, target, &[])
    })?;
    let line = "An empty token is not a token: 403.";
    must_refuse(judge, &guest, line, |method, target| {
        request(method, target, &[("text", "forged"), (TOKEN, "")]).header("X-CSRFToken", "")
    })?;
    let token = guest.token(judge)?.unwrap_or_default();
    let cut = token.get(..token.len() / 2).unwrap_or_default();
    for wrong in [
        judge.draw.word(),
        cut.to_string(),
        format!("{token}{token}"),
    ] {
        let line = "This is not the token of the page: 403.";
        must_refuse(judge, &guest, line, |method, target| {
            request(method, target, &[("text", "forged"), (TOKEN, &wrong)])
        })?;
    }
    Ok(())
}

fn a_token_of_another_session_is_worth_nothing(judge: &mut Judge) -> Verdict {
    let names = judge.draw.names(2);
    let guest = Visitor::called(judge, &names[0])?;
    let before = guest.token(judge)?.unwrap_or_default();
    let other = Visitor::called(judge, &names[1])?;
    let others = other.token(judge)?.unwrap_or_default();
    let line = "Anyone can log in and read a token. It is good for their own session, and for no other: 403.";
    must_refuse(judge, &guest, line, |method, target| {
        request(method, target, &[("text", "forged"), (TOKEN, &others)])
    })?;
    let later = Visitor::called(judge, &names[0])?;
    let line = "This is a token of the same guest, but of an older session. A new login gets a new token, and the old one is worthless: 403.";
    must_refuse(judge, &later, line, |method, target| {
        request(method, target, &[("text", "forged"), (TOKEN, &before)])
    })
}

fn only_a_field_or_a_header_brings_the_token(judge: &mut Judge) -> Verdict {
    let (guest, _) = two(judge)?;
    let token = guest.token(judge)?.unwrap_or_default();
    let line = "An address is kept in logs and histories and is passed on. A token in it counts for nothing: 403.";
    must_refuse(judge, &guest, line, |method, target| {
        request(
            method,
            &format!("{target}?{TOKEN}={token}"),
            &[("text", "forged")],
        )
    })?;
    let line = "A cookie proves nothing: the browser sends it for every site's page. 403.";
    let own = judge.draw.word();
    for value in [&token, &own] {
        must_refuse(judge, &guest, line, |method, target| {
            request(method, target, &[("text", "forged")])
                .header("Cookie", &format!("csrftoken={value}; {TOKEN}={value}"))
        })?;
    }
    let line = "Two things that the client sends agree with each other, but not with the session. A neighbor under our domain can plant a cookie: 403.";
    must_refuse(judge, &guest, line, |method, target| {
        request(method, target, &[("text", "forged"), (TOKEN, &own)])
            .header("Cookie", &format!("csrftoken={own}; {TOKEN}={own}"))
    })
}

fn to_look_takes_no_token(judge: &mut Judge) -> Verdict {
    let (guest, _) = two(judge)?;
    let text = judge.draw.word();
    let id = guest.keep(judge, &text)?;
    let line = "This changes nothing, and needs no token.";
    for target in [
        "/notes".to_string(),
        "/notes?q=a".into(),
        format!("/notes/{id}"),
    ] {
        for method in ["GET", "HEAD"] {
            guest
                .ask(judge, Request::new(method, &target))?
                .must_be(200, line)?;
        }
    }
    let line =
        "A visitor who is not logged in has no session, and so no token: the login needs none.";
    let form = fields(&[("name", &judge.draw.name())]);
    judge
        .ask(&Request::form("/login", &form))?
        .must_be(303, line)
}

fn what_is_no_form_or_no_page_is_still_refused(judge: &mut Judge) -> Verdict {
    let (guest, _) = two(judge)?;
    let (text, word) = (judge.draw.word(), judge.draw.word());
    let id = guest.keep(judge, &text)?;
    let token = guest.token(judge)?.unwrap_or_default();
    let with_token = |request: Request| request.header("X-CSRFToken", &token);
    let large = fields(&[("text", &"x".repeat(99_996))]);
    for (asked, status, line) in [
        (
            with_token(Request::post("/notes", &word)),
            415,
            "This is text, and not a form: 415, as before your change.",
        ),
        (
            with_token(Request::form("/notes", &large)),
            413,
            "A body may have 100000 bytes, and this one has more: 413, as before your change.",
        ),
        (
            Request::get(&format!("/{word}")),
            404,
            "There is no such page: 404, as before your change.",
        ),
        (
            Request::get(&format!("/notes/{word}")),
            400,
            "A note has a number, and this is not one: 400, as before your change.",
        ),
        (
            Request::get(&format!("/notes/{}", id + 1)),
            404,
            "There is no such note: 404, as before your change.",
        ),
        (
            with_token(Request::new("DELETE", "/notes")),
            405,
            "A note can be deleted, but not all of them: 405, as before your change.",
        ),
    ] {
        let answer = guest.ask(judge, asked)?;
        must_say_no(&answer, status, line)?;
        if status == 405 {
            let allowed = answer.header("allow").unwrap_or_default();
            let mut allowed: Vec<&str> = allowed.split(',').map(str::trim).collect();
            allowed.sort_unstable();
            let line = "A 405 names in Allow what can be done here.";
            answer.must(
                allowed == ["GET", "HEAD", "POST"],
                "Allow: GET,HEAD,POST",
                line,
            )?;
        }
    }
    let page = guest.get(judge, "/notes")?;
    let line = "What was refused has not been kept.";
    page.must(
        page.text().contains("1 of 1 notes"),
        "\"1 of 1 notes\"",
        line,
    )
}
