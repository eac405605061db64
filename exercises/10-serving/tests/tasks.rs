//! What judges exercise 10: `cargo test -p exercise-10`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use tests::exercise::standing::{
    self, a_bad_or_a_taken_port_is_said_in_one_line, ctrl_c_ends_the_server_with_status_0,
};
use tests::exercise::{Answer, Failure, Judge, Request, Verdict, judge};

fn main() -> ExitCode {
    let tests = tests::tests_of! {
        "for-ever": [
            an_address_with_the_version_is_kept_for_ever,
            an_address_without_a_version_is_asked_about,
            another_version_is_not_kept,
            what_is_not_there_may_be_there_tomorrow,
            the_list_still_leads_to_every_document,
            a_document_still_comes_with_the_type_of_its_name,
        ],
        "unchanged": [
            every_version_has_its_tag,
            who_has_this_version_does_not_get_it_again,
            one_tag_of_several_is_enough,
            another_tag_is_another_version,
            what_is_not_there_is_not_unchanged,
            a_put_can_be_for_a_new_document_only,
            a_put_still_minds_the_name,
            what_is_refused_is_still_refused_with_a_reason,
            a_bad_or_a_taken_port_is_said_in_one_line,
            ctrl_c_ends_the_server_with_status_0,
            a_document_that_has_begun_to_come_is_put_after_ctrl_c,
        ],
        "part": [
            a_part_is_sent_and_nothing_else,
            a_part_may_have_one_end_only,
            a_part_behind_the_end_is_refused_with_the_length,
            what_is_not_understood_was_not_asked_for,
            a_part_must_fit_to_what_the_client_has,
            a_range_is_for_get_and_comes_after_the_tag,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        tests::own_server!(),
        tests,
    )
}

/// A text of 30 to 60 letters, of which no two parts of some length are the same.
fn letters(judge: &mut Judge) -> String {
    let length = judge.draw.number(30, 60) as usize;
    let mut text = String::new();
    while text.len() < length {
        text += &judge.draw.name();
    }
    text.truncate(length);
    text
}

/// A name that nobody could know.
fn name(judge: &mut Judge) -> String {
    format!("/{}-{}.txt", judge.draw.word(), judge.draw.number(10, 99))
}

fn putting(name: &str, text: &str) -> Request {
    Request::new("PUT", name).body(text.as_bytes())
}

/// Puts a document on the shelf, and gives its version.
fn put(judge: &mut Judge, name: &str, text: &str) -> Result<String, Failure> {
    let answer = judge.ask(&putting(name, text))?;
    let line = "A PUT puts a document on the shelf: 201, or 200 if there was one of that name.";
    answer.must(
        matches!(answer.status, 200 | 201),
        "status 200 or 201",
        line,
    )?;
    let version = answer.text().trim().to_string();
    answer.must(!version.is_empty(), "its version", line)?;
    Ok(version)
}

fn must_be_whole(answer: &Answer, text: &str, line: &str) -> Verdict {
    answer.must_be(200, line)?;
    answer.must_say(text, line)
}

// The task `for-ever`.

/// Holds when Cache-Control says these things, in any order.
fn must_say_to_caches(answer: &Answer, wanted: &str, line: &str) -> Verdict {
    let sorted = |value: &str| {
        let value = value.to_ascii_lowercase();
        let mut parts: Vec<String> = value.split(',').map(|part| part.trim().into()).collect();
        parts.sort();
        parts
    };
    let said: Vec<&str> = answer.all("cache-control").collect();
    let expected = format!("Cache-Control: {wanted}");
    answer.must(sorted(&said.join(",")) == sorted(wanted), expected, line)
}

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_FIRST: &str = "no-cache";

fn an_address_with_the_version_is_kept_for_ever(judge: &mut Judge) -> Verdict {
    for _ in 0..2 {
        let (name, text) = (name(judge), letters(judge));
        let version = put(judge, &name, &text)?;
        let line = "This address names the version that it brings. It can never bring another one, so it may be kept for a year.";
        for method in ["GET", "HEAD"] {
            let request = Request::new(method, &format!("{name}?v={version}"));
            let answer = judge.ask(&request)?;
            answer.must_be(200, "The document is there.")?;
            must_say_to_caches(&answer, FOR_EVER, line)?;
        }
    }
    Ok(())
}

fn an_address_without_a_version_is_asked_about(judge: &mut Judge) -> Verdict {
    let (name, text) = (name(judge), letters(judge));
    put(judge, &name, &text)?;
    for address in ["/menu.txt", &name] {
        let answer = judge.get(address)?;
        let line =
            "This address brings whatever is there. It may be kept, if one asks before each use.";
        must_say_to_caches(&answer, ASK_FIRST, line)?;
    }
    Ok(())
}

fn another_version_is_not_kept(judge: &mut Judge) -> Verdict {
    let (name, text, newer) = (name(judge), letters(judge), letters(judge));
    let old = put(judge, &name, &text)?;
    let new = put(judge, &name, &newer)?;
    let word = judge.draw.word();
    for query in [
        format!("v={old}"),
        format!("v={word}"),
        "v=".into(),
        format!("v={new}0"),
        format!("v={}", &new[..new.len() - 1]),
        format!("{word}v={new}"),
        word.clone(),
    ] {
        let answer = judge.get(&format!("{name}?{query}"))?;
        let line =
            "The document comes, whatever version the address names: there is only this one.";
        must_be_whole(&answer, &newer, line)?;
        let line = "This address names another version than it brings. A cache that kept it would give the wrong one for a year.";
        must_say_to_caches(&answer, ASK_FIRST, line)?;
    }
    Ok(())
}

fn what_is_not_there_may_be_there_tomorrow(judge: &mut Judge) -> Verdict {
    let (name, text) = (name(judge), letters(judge));
    let version = put(judge, &format!("/x{}", &name[1..]), &text)?;
    for address in [name.clone(), format!("{name}?v={version}")] {
        let answer = judge.get(&address)?;
        answer.must_be(404, "There is no such document.")?;
        let line = "A 404 must not be kept for a year: the document may be there tomorrow.";
        let said = answer.header("cache-control").unwrap_or_default();
        let is_kept = said.contains("immutable") || said.contains("max-age");
        answer.must(!is_kept, "no max-age and no immutable", line)?;
    }
    Ok(())
}

fn the_list_still_leads_to_every_document(judge: &mut Judge) -> Verdict {
    let (name, text) = (name(judge), letters(judge));
    let version = put(judge, &name, &text)?;
    let list = judge.get("/")?;
    let line = "GET / lists all documents with their versions, a line each. That was there before your change.";
    list.must_be(200, line)?;
    must_say_to_caches(&list, ASK_FIRST, "The list changes with every PUT.")?;
    let said = list.text();
    let addresses: Vec<&str> = said.lines().collect();
    for wanted in [format!("{name}?v={version}"), "/menu.txt?v=".into()] {
        let found = addresses.iter().any(|line| line.starts_with(&wanted));
        list.must(found, format!("a line {wanted}"), line)?;
    }
    list.must(addresses.len() == 3, "three lines", line)?;
    for address in addresses {
        let line = "Every address in the list leads to a document.";
        judge.get(address)?.must_be(200, line)?;
    }
    let line = "This is what was put there.";
    must_be_whole(&judge.get(&name)?, &text, line)
}

fn a_document_still_comes_with_the_type_of_its_name(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    for (end, kind) in [
        (".txt", "text/plain; charset=utf-8"),
        (".json", "application/json"),
        (".svg", "image/svg+xml"),
        (".bin", "application/octet-stream"),
        ("", "application/octet-stream"),
    ] {
        let name = format!("/{word}{end}");
        put(judge, &name, &word)?;
        let line = "What a document is, a browser learns from the Content-Type, and the server from the end of its name. That was there before your change.";
        let answer = judge.get(&name)?;
        answer.must_be(200, line)?;
        answer.must_have("Content-Type", kind, line)?;
    }
    Ok(())
}

// The task `unchanged`.

fn must_have_tag(answer: &Answer, version: &str) -> Verdict {
    let line = "The ETag is the version in quotation marks, for GET and HEAD.";
    answer.must_have("ETag", &format!("\"{version}\""), line)
}

/// Asks with these `If-None-Match` headers.
fn if_none_match(judge: &mut Judge, name: &str, tags: &[&str]) -> Result<Answer, Failure> {
    let add = |request: Request, tags: &&str| request.header("If-None-Match", tags);
    judge.ask(&tags.iter().fold(Request::get(name), add))
}

fn every_version_has_its_tag(judge: &mut Judge) -> Verdict {
    let (name, one, two) = (name(judge), letters(judge), letters(judge));
    let mut versions = Vec::new();
    for text in [&one, &two, &one] {
        let version = put(judge, &name, text)?;
        for method in ["GET", "HEAD"] {
            let answer = judge.ask(&Request::new(method, &name))?;
            answer.must_be(200, "The document is there.")?;
            must_have_tag(&answer, &version)?;
        }
        versions.push(version);
    }
    Ok(())
}

const UNCHANGED: &str = "The client has this very version: 304, and not the document again.";

fn must_be_unchanged(answer: &Answer, version: &str, line: &str) -> Verdict {
    answer.must_be(304, line)?;
    must_have_tag(answer, version)
}

fn who_has_this_version_does_not_get_it_again(judge: &mut Judge) -> Verdict {
    let (name, text) = (name(judge), letters(judge));
    let version = put(judge, &name, &text)?;
    let tag = format!("\"{version}\"");
    for method in ["GET", "HEAD"] {
        let whole = judge.ask(&Request::new(method, &name))?;
        let request = Request::new(method, &name).header("If-None-Match", &tag);
        let answer = judge.ask(&request)?;
        must_be_unchanged(&answer, &version, UNCHANGED)?;
        let line =
            "A 304 renews what the client has been told. It says of caching what the 200 says.";
        let said = whole.header("cache-control").unwrap_or_default();
        must_say_to_caches(&answer, said, line)?;
    }
    let newer = letters(judge);
    put(judge, &name, &newer)?;
    let answer = if_none_match(judge, &name, &[&tag])?;
    let line = "The document has changed since. Whoever has the old version needs the new one.";
    must_be_whole(&answer, &newer, line)
}

fn one_tag_of_several_is_enough(judge: &mut Judge) -> Verdict {
    let (name, text, word) = (name(judge), letters(judge), judge.draw.word());
    let version = put(judge, &name, &text)?;
    let line = "A client may hold several versions, and name them all: in a list, in several headers. One that fits is enough.";
    let tag = format!("\"{version}\"");
    for list in [
        format!("\"{word}\", {tag}"),
        format!("{tag},\"{word}\""),
        format!("W/\"{word}\" ,  {tag} , \"x\""),
    ] {
        must_be_unchanged(&if_none_match(judge, &name, &[&list])?, &version, line)?;
    }
    let other = format!("\"{word}\"");
    let answer = if_none_match(judge, &name, &[&other, &tag])?;
    must_be_unchanged(&answer, &version, line)?;
    let line = "`W/` marks a tag that stands for the same meaning, and perhaps not the same bytes. If-None-Match looks at what stands behind it.";
    let answer = if_none_match(judge, &name, &[&format!("W/{tag}")])?;
    must_be_unchanged(&answer, &version, line)?;
    let line = "`*` is any version at all, and there is one.";
    must_be_unchanged(&if_none_match(judge, &name, &["*"])?, &version, line)
}

fn another_tag_is_another_version(judge: &mut Judge) -> Verdict {
    let (name, text, word) = (name(judge), letters(judge), judge.draw.word());
    let version = put(judge, &name, &text)?;
    let shorter = &version[..version.len() - 1];
    for tag in [
        format!("\"{word}\""),
        format!("\"{version}x\""),
        format!("\"x{version}\""),
        format!("\"{shorter}\""),
        format!("\"{word} {version}\""),
        version.clone(),
        String::new(),
    ] {
        let answer = if_none_match(judge, &name, &[&tag])?;
        let line = "This is not the tag of what is there, to the letter and with its quotation marks. So the document comes.";
        must_be_whole(&answer, &text, line)?;
    }
    Ok(())
}

fn what_is_not_there_is_not_unchanged(judge: &mut Judge) -> Verdict {
    let name = name(judge);
    for tag in ["*", "\"x\"", "\"\""] {
        let answer = if_none_match(judge, &name, &[tag])?;
        answer.must_be(404, "There is nothing that could be unchanged: 404.")?;
    }
    Ok(())
}

fn a_put_can_be_for_a_new_document_only(judge: &mut Judge) -> Verdict {
    let (name, text, other) = (name(judge), letters(judge), letters(judge));
    let create = |text: &str, tag: &str| putting(&name, text).header("If-None-Match", tag);
    let line = "If-None-Match: * says: only if there is none. There was none.";
    judge.ask(&create(&text, "*"))?.must_be(201, line)?;
    let version = put(judge, &name, &text)?;
    for tag in ["*".to_string(), format!("\"{version}\"")] {
        let answer = judge.ask(&create(&other, &tag))?;
        let line = "There is a document, and If-None-Match says that this one must not be there. For a PUT that is a 412, and no change.";
        answer.must_be(412, line)?;
        must_be_whole(&judge.get(&name)?, &text, line)?;
    }
    let answer = judge.ask(&create(&other, "\"another\""))?;
    let line = "What is there is none of the versions that the client names. So the PUT is done.";
    answer.must_be(200, line)?;
    must_be_whole(&judge.get(&name)?, &other, line)
}

const A_REASON: &str = "The client must learn from the body what was wrong.";

fn a_put_still_minds_the_name(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let long = |length: usize| format!("/{word:x<length$}");
    for name in [long(40), format!("/{word}-1.2")] {
        put(judge, &name, &word)?;
    }
    for name in [
        long(41),
        long(90),
        format!("/{word}_1.txt"),
        format!("/{word}%20.txt"),
        format!("/{word}%2F1.txt"),
        format!("/caf%C3%A9-{word}.txt"),
    ] {
        let answer = judge.ask(&putting(&name, &word))?;
        let line = "A name has letters, digits, dots and hyphens, 40 at most. That was minded before your change: 422.";
        answer.must_be(422, line)?;
        answer.must(!answer.body.is_empty(), "a sentence", A_REASON)?;
        let line = "What was refused is not there.";
        judge.get(&name)?.must_be(404, line)?;
    }
    Ok(())
}

fn what_is_refused_is_still_refused_with_a_reason(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    let nowhere = format!("/{word}/{word}");
    for (request, status, line) in [
        (
            Request::get(&nowhere),
            404,
            "There is nothing at this address: 404, as before your change.",
        ),
        (
            Request::get("/%FF.txt"),
            400,
            "This address holds bytes that are no text: 400, as before your change.",
        ),
        (
            putting("/%FF.txt", &word),
            400,
            "This address holds bytes that are no text: 400, as before your change.",
        ),
        (
            Request::new("DELETE", "/menu.txt"),
            405,
            "Nobody can take a document away here: 405, as before your change.",
        ),
    ] {
        let answer = judge.ask(&request)?;
        answer.must_be(status, line)?;
        answer.must(!answer.body.is_empty(), "a sentence", A_REASON)?;
    }
    let answer = judge.ask(&Request::new("DELETE", "/menu.txt"))?;
    let mut allowed: Vec<&str> = answer
        .header("allow")
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .collect();
    allowed.sort_unstable();
    let line = "A 405 names in Allow what can be done here.";
    answer.must(
        allowed == ["GET", "HEAD", "PUT"],
        "Allow: GET,HEAD,PUT",
        line,
    )
}

fn a_document_that_has_begun_to_come_is_put_after_ctrl_c(judge: &mut Judge) -> Verdict {
    let (name, text) = (name(judge), letters(judge));
    let head = format!("PUT {name} HTTP/1.1");
    standing::must_answer_what_has_begun(judge, &head, &text, 201)
}

// The task `part`.

fn range(name: &str, range: &str) -> Request {
    Request::get(name).header("Range", range)
}

/// The bytes from the first to the last, both included, and no others.
fn must_be_part(answer: &Answer, text: &str, first: usize, last: usize, line: &str) -> Verdict {
    answer.must_be(206, line)?;
    let expected = format!("bytes {first}-{last}/{}", text.len());
    let where_from = "Content-Range says which bytes these are, both ends included, and how many there are in all.";
    answer.must_say(&text[first..=last], line)?;
    answer.must_have("Content-Range", &expected, where_from)
}

fn must_refuse(answer: &Answer, length: usize, line: &str) -> Verdict {
    answer.must_be(416, line)?;
    let line = "A 416 says in Content-Range how many bytes there are, so that the client can ask for some.";
    answer.must_have("Content-Range", &format!("bytes */{length}"), line)?;
    let line = "The client must learn from the body what was wrong.";
    answer.must(!answer.body.is_empty(), "a sentence", line)
}

fn a_part_is_sent_and_nothing_else(judge: &mut Judge) -> Verdict {
    let (name, text) = (name(judge), letters(judge));
    let version = put(judge, &name, &text)?;
    let whole = judge.get(&name)?;
    let line = "That parts can be asked for is said in Accept-Ranges.";
    whole.must_have("Accept-Ranges", "bytes", line)?;
    let first = judge.draw.number(1, 10) as usize;
    let last = first + judge.draw.number(3, 15) as usize;
    let end = text.len() - 1;
    let line = "These bytes were asked for, from the first to the last, both included.";
    for (first, last) in [(first, last), (0, 0), (last, last), (0, end), (end, end)] {
        let answer = judge.ask(&range(&name, &format!("bytes={first}-{last}")))?;
        must_be_part(&answer, &text, first, last, line)?;
        let line = "A part has the headers that the whole has: its type, its tag if it has one, what caches may do.";
        for header in ["Content-Type", "ETag", "Cache-Control"] {
            let of_whole = whole.header(header);
            let expected = format!("{header}: {}", of_whole.unwrap_or("none"));
            answer.must(answer.header(header) == of_whole, expected, line)?;
        }
    }
    let answer = judge.ask(&range(&format!("{name}?v={version}"), "bytes=0-1"))?;
    must_be_part(&answer, &text, 0, 1, line)
}

fn a_part_may_have_one_end_only(judge: &mut Judge) -> Verdict {
    let (name, text) = (name(judge), letters(judge));
    put(judge, &name, &text)?;
    let end = text.len() - 1;
    let some = judge.draw.number(2, 20) as usize;
    let line = "Without a last byte, the part goes to the end.";
    for first in [some, 0, end] {
        let answer = judge.ask(&range(&name, &format!("bytes={first}-")))?;
        must_be_part(&answer, &text, first, end, line)?;
    }
    let line = "Without a first byte, it is the last bytes, so many.";
    for count in [some, 1, text.len()] {
        let answer = judge.ask(&range(&name, &format!("bytes=-{count}")))?;
        must_be_part(&answer, &text, text.len() - count, end, line)?;
    }
    let line = "More was asked for than there is: what there is of it is sent.";
    for (asked, first) in [
        (format!("bytes={some}-{}", text.len()), some),
        (format!("bytes={some}-99999999999999999999999"), some),
        (format!("bytes=-{}", text.len() + some), 0),
    ] {
        let answer = judge.ask(&range(&name, &asked))?;
        must_be_part(&answer, &text, first, end, line)?;
    }
    Ok(())
}

fn a_part_behind_the_end_is_refused_with_the_length(judge: &mut Judge) -> Verdict {
    let (name, text) = (name(judge), letters(judge));
    put(judge, &name, &text)?;
    let length = text.len();
    for asked in [
        format!("bytes={length}-"),
        format!("bytes={length}-{length}"),
        format!("bytes={}-{}", length + 5, length + 9),
        "bytes=99999999999999999999999-".into(),
        "bytes=-0".into(),
    ] {
        let answer = judge.ask(&range(&name, &asked))?;
        let line = "Not one of these bytes is there: 416.";
        must_refuse(&answer, length, line)?;
    }
    put(judge, &name, "")?;
    let line = "The document is empty now, so it has no first byte: 416.";
    must_refuse(&judge.ask(&range(&name, "bytes=0-"))?, 0, line)
}

fn what_is_not_understood_was_not_asked_for(judge: &mut Judge) -> Verdict {
    let (name, text, unit) = (name(judge), letters(judge), judge.draw.word());
    put(judge, &name, &text)?;
    for asked in [
        format!("{unit}=0-4"),
        "bytes=9-5".into(),
        "bytes=0-1,5-6".into(),
        "bytes=-".into(),
        "bytes=".into(),
        "bytes".into(),
        "bytes=five-six".into(),
        "bytes=--5".into(),
        "bytes=+1-2".into(),
        "0-4".into(),
    ] {
        let answer = judge.ask(&range(&name, &asked))?;
        let line = "A Range that the server does not understand was not asked for: the whole document, 200.";
        must_be_whole(&answer, &text, line)?;
    }
    Ok(())
}

fn a_part_must_fit_to_what_the_client_has(judge: &mut Judge) -> Verdict {
    let (name, text, word) = (name(judge), letters(judge), judge.draw.word());
    let version = put(judge, &name, &text)?;
    let tag = format!("\"{version}\"");
    let first = judge.draw.number(2, 20) as usize;
    let asked = range(&name, &format!("bytes={first}-"));
    let answer = judge.ask(&asked.clone().header("If-Range", &tag))?;
    let line = "The client has the beginning of this very version. It needs the rest.";
    must_be_part(&answer, &text, first, text.len() - 1, line)?;
    for other in [
        format!("\"{word}\""),
        format!("W/{tag}"),
        format!("\"{version}x\""),
    ] {
        let answer = judge.ask(&asked.clone().header("If-Range", &other))?;
        let line = "The client has the beginning of other bytes. The rest of these does not fit to it: the whole document, 200.";
        must_be_whole(&answer, &text, line)?;
    }
    Ok(())
}

fn a_range_is_for_get_and_comes_after_the_tag(judge: &mut Judge) -> Verdict {
    let (name, text) = (name(judge), letters(judge));
    put(judge, &name, &text)?;
    let whole = judge.ask(&Request::new("HEAD", &name))?;
    let head = Request::new("HEAD", &name).header("Range", "bytes=1-4");
    let answer = judge.ask(&head)?;
    let line = "Range is for GET. A HEAD with it gets what it gets without.";
    answer.must_be(200, line)?;
    let length = whole.header("content-length").unwrap_or_default();
    answer.must_have("Content-Length", length, line)?;
    let line = "A document that is not there has no parts.";
    let nowhere = range(&format!("{name}.txt"), "bytes=0-4");
    judge.ask(&nowhere)?.must_be(404, line)?;
    let Some(tag) = judge.get(&name)?.header("etag").map(str::to_string) else {
        // The task `unchanged` is still to be done.
        return Ok(());
    };
    let request = range(&name, "bytes=1-4").header("If-None-Match", &tag);
    let line = "The client has it all, in this version. That is looked at first: 304.";
    judge.ask(&request)?.must_be(304, line)
}
