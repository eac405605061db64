//! Each marker is filled as `press::marker` says.

mod common;

use common::Course;

const MAIN: &str = "\
//! A server.

// ANCHOR: all
fn main() {
    // ANCHOR: inner
    let greeting = \"Hello\";

    if true {
        println!(\"{greeting}\");
    }
    // ANCHOR_END: inner
}
// ANCHOR_END: all
";

const HTTP: &str = "\
# Greetings.

### The form.
GET / HTTP/1.1
Host: 127.0.0.1:8000

### A greeting.
POST /hello HTTP/1.1
Host: 127.0.0.1:8000
Content-Length: {{length}}

name=Ada

### Bytes that nobody answers.
# @raw
# @answers 0
GET
";

const ANSWERS: &str = "\
---
source: tests/tests/answers.rs
---
### The form.
HTTP/1.1 200 OK
content-length: 5

Form

### A greeting.
HTTP/1.1 200 OK
content-length: 11

Hello, Ada!
# The server closed the connection.
### Bytes that nobody answers.
";

const CONSOLE: &str = "\
# @server lesson-00
$ curl http://127.0.0.1:8000/
$ PORT=x cargo run -p lesson-00
";

const OUTPUT: &str = "\
---
source: tests/tests/transcripts.rs
---
$ curl http://127.0.0.1:8000/
Hello!
$ PORT=x cargo run -p lesson-00
PORT must be a number from 0 to 65535, not \"x\".
(exit status 2)
";

/// What is in the note between the marker and the end of the page, once it is filled.
fn filled(marker: &str) -> String {
    let course = Course::with_note(
        &format!("<!-- sync: {marker} -->\n```\n```\n"),
        &[
            ("checks/main.rs", MAIN),
            ("tests/requests/00-wire/hello.http", HTTP),
            ("tests/snapshots/00-wire/hello.snap", ANSWERS),
            ("tests/transcripts/00-wire/run.console", CONSOLE),
            ("tests/snapshots/00-wire/run.console.snap", OUTPUT),
        ],
    );
    let note = course.filled_note();
    let (_, block) = note.split_once("-->\n").expect("the marker stays");
    block.to_owned()
}

#[test]
fn code_between_anchors_is_outdented_and_loses_the_anchors_within() {
    assert_eq!(
        filled("code checks/main.rs#inner"),
        "```rust\nlet greeting = \"Hello\";\n\nif true {\n    println!(\"{greeting}\");\n}\n```\n"
    );
    assert_eq!(
        filled("code checks/main.rs#all"),
        "```rust\nfn main() {\n    let greeting = \"Hello\";\n\n    if true {\n        println!(\"{greeting}\");\n    }\n}\n```\n"
    );
}

#[test]
fn code_without_an_anchor_is_the_whole_file() {
    let block = filled("code checks/main.rs");
    assert!(block.starts_with("```rust\n//! A server.\n\nfn main() {\n    let greeting"));
    assert!(!block.contains("ANCHOR"));
}

#[test]
fn the_language_follows_from_the_name_of_the_file() {
    for (name, language) in [
        ("a.rs", "rust"),
        ("a.toml", "toml"),
        ("a.html", "html"),
        ("a.js", "javascript"),
        ("a.css", "css"),
        ("a.json", "json"),
    ] {
        let course = Course::with_note(
            &format!("<!-- sync: code {name} -->\n```\n```\n"),
            &[(name, "1\n")],
        );
        assert!(
            course
                .filled_note()
                .ends_with(&format!("-->\n```{language}\n1\n```\n"))
        );
    }
}

#[test]
fn an_exchange_is_a_request_an_empty_line_and_the_answer() {
    assert_eq!(
        filled("exchange tests/requests/00-wire/hello.http#1"),
        "```http\nGET / HTTP/1.1\nHost: 127.0.0.1:8000\n\nHTTP/1.1 200 OK\ncontent-length: 5\n\nForm\n```\n"
    );
}

#[test]
fn several_exchanges_stand_an_empty_line_apart() {
    let conversation = "\
```http
GET / HTTP/1.1
Host: 127.0.0.1:8000

HTTP/1.1 200 OK
content-length: 5

Form

POST /hello HTTP/1.1
Host: 127.0.0.1:8000
Content-Length: 8

name=Ada

HTTP/1.1 200 OK
content-length: 11

Hello, Ada!
# The server closed the connection.";
    let two = filled("exchange tests/requests/00-wire/hello.http#1-2");
    assert_eq!(two, format!("{conversation}\n```\n"));
    let all = filled("exchange tests/requests/00-wire/hello.http");
    assert_eq!(all, format!("{conversation}\n\nGET\n```\n"));
}

#[test]
fn a_part_of_an_exchange_can_be_shown_alone() {
    let part = |selection: &str| {
        filled(&format!(
            "exchange tests/requests/00-wire/hello.http{selection}"
        ))
    };
    assert_eq!(
        part("#2 request"),
        "```http\nPOST /hello HTTP/1.1\nHost: 127.0.0.1:8000\nContent-Length: 8\n\nname=Ada\n```\n"
    );
    assert_eq!(
        part("#2 answer"),
        "```http\nHTTP/1.1 200 OK\ncontent-length: 11\n\nHello, Ada!\n# The server closed the connection.\n```\n"
    );
    assert_eq!(
        part("#2 head"),
        "```http\nHTTP/1.1 200 OK\ncontent-length: 11\n```\n"
    );
}

#[test]
fn a_transcript_shows_commands_with_their_output() {
    assert_eq!(
        filled("console tests/transcripts/00-wire/run.console"),
        "```console\n$ curl http://127.0.0.1:8000/\nHello!\n$ PORT=x cargo run -p lesson-00\nPORT must be a number from 0 to 65535, not \"x\".\n(exit status 2)\n```\n"
    );
    assert_eq!(
        filled("console tests/transcripts/00-wire/run.console#1"),
        "```console\n$ curl http://127.0.0.1:8000/\nHello!\n```\n"
    );
}

#[test]
fn a_markdown_file_is_included_between_two_comments() {
    let note = "a\n<!-- sync: include notes/measured/a.md -->\nold\n<!-- sync: end -->\nb\n";
    let table = "\n| a |\n|---|\n| 1 |\n\n```\nuname\n```\n";
    let course = Course::with_note(note, &[("notes/measured/a.md", table)]);
    assert_eq!(
        course.filled_note(),
        "a\n<!-- sync: include notes/measured/a.md -->\n\n| a |\n|---|\n| 1 |\n\n```\nuname\n```\n\n<!-- sync: end -->\nb\n"
    );
}

#[test]
fn an_include_with_nothing_in_it_yet_is_filled() {
    let note = "<!-- sync: include a.md -->\n<!-- sync: end -->";
    let course = Course::with_note(note, &[("a.md", "A")]);
    assert_eq!(
        course.filled_note(),
        "<!-- sync: include a.md -->\n\nA\n\n<!-- sync: end -->"
    );
}

#[test]
fn slides_and_the_readme_are_filled_like_notes() {
    let page = "<!-- sync: code a.toml -->\n```\n```\n";
    let course = Course::with(&[
        ("a.toml", "a = 1\n"),
        ("README.md", page),
        ("notes/00.md", page),
        ("slides/00.md", page),
        ("notes/measured/a.md", page),
        ("CONTRIBUTING.md", page),
    ]);
    assert_eq!(
        course.fill(),
        [
            "README.md: a.toml",
            "notes/00.md: a.toml",
            "slides/00.md: a.toml"
        ]
    );
    assert_eq!(course.printed(), "");
    assert_eq!(
        course.text("slides/00.md"),
        "<!-- sync: code a.toml -->\n```toml\na = 1\n```\n"
    );
    assert_eq!(course.text("CONTRIBUTING.md"), page);
}

#[test]
fn a_block_in_a_list_or_a_quotation_keeps_its_margin() {
    let note = "1. a\n\n   <!-- sync: code a.toml -->\n   ~~~~ old\n   ~~~\n   ~~~~\n\n   text\n\n> <!-- sync: code a.toml -->\n> ```\n> ```\n";
    let course = Course::with_note(note, &[("a.toml", "[a]\n\n  b = 1\n")]);
    assert_eq!(
        course.filled_note(),
        "1. a\n\n   <!-- sync: code a.toml -->\n   ```toml\n   [a]\n\n     b = 1\n   ```\n\n   text\n\n> <!-- sync: code a.toml -->\n> ```toml\n> [a]\n>\n>   b = 1\n> ```\n"
    );
}

#[test]
fn a_fence_is_longer_than_the_fences_in_its_content() {
    let note = "<!-- sync: code a.rs -->\n```\n```\n";
    let course = Course::with_note(note, &[("a.rs", "/// ```\n/// ````\nfn a() {}\n")]);
    assert_eq!(
        course.filled_note(),
        "<!-- sync: code a.rs -->\n`````rust\n/// ```\n/// ````\nfn a() {}\n`````\n"
    );
}

#[test]
fn a_block_that_became_shorter_leaves_nothing_behind() {
    let note = "<!-- sync: code a.toml -->\n````\n```\nold\n```\n````\nafter\n";
    let course = Course::with_note(note, &[("a.toml", "a = 1\n")]);
    assert_eq!(
        course.filled_note(),
        "<!-- sync: code a.toml -->\n```toml\na = 1\n```\nafter\n"
    );
}

#[test]
fn every_byte_outside_of_the_blocks_stays() {
    let around = "\u{feff}Zwei  \n\ttab \u{00a0}\n\n<!-- a remark -->\n";
    let note = format!("{around}<!--sync:  code   a.toml-->\n```\n```\n{around}no line end");
    let course = Course::with_note(&note, &[("a.toml", "a = 1\n")]);
    assert_eq!(
        course.filled_note(),
        format!("{around}<!--sync:  code   a.toml-->\n```toml\na = 1\n```\n{around}no line end")
    );
}

#[test]
fn a_page_that_is_up_to_date_is_not_written() {
    let note = "<!-- sync: code a.toml -->\n```toml\na = 1\n```\n";
    let course = Course::with_note(note, &[("a.toml", "a = 1\n")]);
    let file = course.root().join("notes/00.md");
    let modified = || std::fs::metadata(&file).unwrap().modified().unwrap();
    let before = modified();
    assert_eq!(course.fill(), [""; 0]);
    assert_eq!(modified(), before);
}

#[test]
fn the_good_blocks_of_a_page_are_filled_even_if_one_is_bad() {
    let note = "<!-- sync: code b.toml -->\n```\n```\n<!-- sync: code a.toml -->\n```\n```\n";
    let course = Course::with_note(note, &[("a.toml", "a = 1\n")]);
    assert_eq!(course.fill(), ["notes/00.md: a.toml"]);
    assert_eq!(
        course.problems(),
        ["notes/00.md:1: `sync: code b.toml`: b.toml does not exist"]
    );
    assert!(
        course
            .text("notes/00.md")
            .ends_with("```toml\na = 1\n```\n")
    );
}

#[test]
fn the_pages_and_pictures_of_the_slides_are_filled_and_checked() {
    let svg = r#"<svg xmlns="http://www.w3.org/2000/svg"><title>T</title></svg>"#;
    let course = Course::with(&[
        (
            "slides/05.md",
            "# A\n\n<!-- steps: 1 -->\n<!-- sync: code a.toml -->\n```\n```\n\n[a](../notes/none.md)\n",
        ),
        ("slides/pictures/a.svg", svg),
        ("a.toml", "a = 1\n"),
    ]);
    assert_eq!(course.fill(), ["slides/05.md: a.toml"]);
    assert!(course.text("slides/05.md").contains("```toml\na = 1\n```"));
    assert_eq!(
        course.problems(),
        [
            "slides/05.md:9: there is no notes/none.md for the link to ../notes/none.md",
            "slides/pictures/a.svg:1: no page shows this picture",
            "slides/pictures/a.svg:1: the picture has no <desc>",
        ]
    );
}

/// A file with items of every kind.
const ITEMS: &str = "\
//! A server.
#![forbid(unsafe_code)]

mod query;

use std::io;
use query::Query;

/// Where it listens.
const PORT: u16 = 8000;
static GREETING: &str = \"Hello\";

type Answer = Result<String, io::Error>;

// ANCHOR: app
/// An application.
#[derive(Clone)]
pub struct App<S> {
    routes: Vec<S>,
}
// ANCHOR_END: app

enum Method { Get, Post }

impl<S> App<S> {
    /// Adds a route.
    pub fn route(mut self, route: S) -> Self {
        // ANCHOR: push
        self.routes.push(route);
        // ANCHOR_END: push
        self
    }

    fn len(&self) -> usize { self.routes.len() }
}

trait Handler<T> {
    // One call.
    fn call(&self) -> Answer;
}

impl<F> Handler<()> for F where F: Fn() -> Answer {
    fn call(&self) -> Answer { self() }
}

impl<F, A> Handler<(A,)> for F where F: Fn(A) -> Answer {
    fn call(&self) -> Answer { todo!() }
}

impl<'a> From<&'a str> for query::Query { fn from(_: &'a str) -> Self { Self } }

/// Says which.
macro_rules! handler {
    ($name:ident) => {};
}
handler!(A);
handler!(B);

// Of old.

// Why it waits.
// In two lines.
fn index() -> String { String::new() }

fn hello() {}
/* Not
   found. */
fn missing() {}

#[cfg(unix)]
fn stop() {}

#[cfg(not(unix))]
fn stop() {}

#[cfg(test)]
mod tests {
    #[test]
    fn it_works() {}

    struct Fake;
}
";

/// The block for items of [`ITEMS`].
fn items(names: &str) -> String {
    let course = Course::with_note(
        &format!("<!-- sync: code a.rs {names} -->\n```\n```\n"),
        &[("a.rs", ITEMS)],
    );
    let note = course.filled_note();
    let block = note
        .split_once("-->\n```rust\n")
        .expect("a marker and a block")
        .1;
    block.strip_suffix("\n```\n").expect("a fence").to_owned()
}

#[test]
fn an_item_is_shown_by_its_name_with_docs_and_attributes() {
    for (name, block) in [
        (
            "const PORT",
            "/// Where it listens.\nconst PORT: u16 = 8000;",
        ),
        ("static GREETING", "static GREETING: &str = \"Hello\";"),
        ("type Answer", "type Answer = Result<String, io::Error>;"),
        (
            "struct App",
            "/// An application.\n#[derive(Clone)]\npub struct App<S> {\n    routes: Vec<S>,\n}",
        ),
        ("enum Method", "enum Method { Get, Post }"),
        (
            "trait Handler",
            "trait Handler<T> {\n    // One call.\n    fn call(&self) -> Answer;\n}",
        ),
        (
            "macro handler",
            "/// Says which.\nmacro_rules! handler {\n    ($name:ident) => {};\n}",
        ),
        ("macro handler!", "handler!(A);\nhandler!(B);"),
        (
            "mod tests",
            "#[cfg(test)]\nmod tests {\n    #[test]\n    fn it_works() {}\n\n    struct Fake;\n}",
        ),
    ] {
        assert_eq!(items(name), block, "{name}");
    }
}

#[test]
fn a_comment_right_above_belongs_to_the_item() {
    let index = "// Why it waits.\n// In two lines.\nfn index() -> String { String::new() }";
    assert_eq!(items("fn index"), index);
    assert_eq!(items("fn missing"), "/* Not\n   found. */\nfn missing() {}");
}

#[test]
fn an_item_of_an_item_is_shown_outdented_and_without_anchors() {
    let route = "/// Adds a route.\npub fn route(mut self, route: S) -> Self {\n    self.routes.push(route);\n    self\n}";
    assert_eq!(items("fn App::route"), route);
    assert_eq!(
        items("fn Handler::call"),
        "// One call.\nfn call(&self) -> Answer;"
    );
    assert_eq!(items("fn tests::it_works"), "#[test]\nfn it_works() {}");
    assert_eq!(items("struct Fake"), "struct Fake;");
}

#[test]
fn an_impl_is_found_by_trait_and_type() {
    assert!(items("impl App").starts_with("impl<S> App<S> {\n    /// Adds"));
    assert_eq!(items("impl<S> App<S>"), items("impl App"));
    let from = "impl<'a> From<&'a str> for query::Query { fn from(_: &'a str) -> Self { Self } }";
    for name in ["impl From for Query", "impl From<&'a str> for query::Query"] {
        assert_eq!(items(name), from);
    }
    assert!(items("impl Handler<()> for F").starts_with("impl<F> Handler<()> for F"));
    assert!(items("impl<F, A> Handler<(A,)> for F").starts_with("impl<F, A> Handler<(A,)>"));
    assert_eq!(
        items("fn Handler<()> for F::call"),
        "fn call(&self) -> Answer { self() }"
    );
}

#[test]
fn items_that_stand_next_to_each_other_are_shown_together() {
    assert_eq!(items("enum Method, impl App").matches('\n').count(), 10);
    assert_eq!(
        items("fn hello, fn missing"),
        "fn hello() {}\n/* Not\n   found. */\nfn missing() {}"
    );
    assert!(items("impl Handler<()> for F, impl Handler<(A,)> for F").ends_with('}'));
    assert_eq!(
        items("fn stop"),
        "#[cfg(unix)]\nfn stop() {}\n\n#[cfg(not(unix))]\nfn stop() {}"
    );
}

#[test]
fn the_head_of_a_file_goes_up_to_its_first_item() {
    let uses = "mod query;\n\nuse std::io;\nuse query::Query;";
    assert_eq!(items("use"), uses);
    let head = format!("//! A server.\n#![forbid(unsafe_code)]\n\n{uses}");
    assert_eq!(items("head"), head);
    assert_eq!(
        items("head, const PORT"),
        format!("{head}\n\n/// Where it listens.\nconst PORT: u16 = 8000;")
    );
    let course = Course::with_note(
        "<!-- sync: code a.rs head -->\n```\n```\n",
        &[("a.rs", "//! A.\n\n// A remark.\n\n// Of b.\nfn b() {}\n")],
    );
    assert!(
        course
            .filled_note()
            .ends_with("```rust\n//! A.\n\n// A remark.\n```\n")
    );
}

#[test]
fn a_table_of_a_toml_file_is_shown_by_its_header() {
    let toml = "[package]\nname = \"a\"\n\n# What it needs.\n[dependencies] # all\na = \"1\"\n\n# For tests.\n[dev-dependencies]\nb = \"1\"\n";
    for (name, block) in [
        ("[dependencies]", "[dependencies] # all\na = \"1\""),
        ("[dev-dependencies]", "[dev-dependencies]\nb = \"1\""),
        ("[package]", "[package]\nname = \"a\""),
    ] {
        let course = Course::with_note(
            &format!("<!-- sync: code Cargo.toml {name} -->\n```\n```\n"),
            &[("Cargo.toml", toml)],
        );
        let note = course.filled_note();
        assert!(
            note.ends_with(&format!("```toml\n{block}\n```\n")),
            "{note}"
        );
    }
}

#[test]
fn a_deck_shows_items_too() {
    let deck = "# A\n\n<!-- steps: 1 -->\n<!-- sync: code a.rs fn hello -->\n```\n```\n";
    let course = Course::with(&[("slides/05.md", deck), ("a.rs", ITEMS)]);
    assert_eq!(course.fill(), ["slides/05.md: a.rs fn hello"]);
    assert!(
        course
            .text("slides/05.md")
            .ends_with("```rust\nfn hello() {}\n```\n")
    );
}

/// A lesson's file.
const LESSON: &str = "\
//! A lesson.

use std::io;

fn main() {}

/// Answers.
fn answer() {
    // ANCHOR: body
    let name = \"a\";
    // ANCHOR_END: body
    // ANCHOR: rest
    if name.is_empty() {
    }
    // ANCHOR_END: rest
}

struct App;

impl App {
    fn new() -> Self { Self }

    fn route(&self) {}
}

impl Into<A> for App {}

impl Into<B> for App {}
";

/// The captions in the note of lesson 00 with these markers, once it is filled.
fn captions(markers: &[&str], files: &[(&str, &str)]) -> Vec<String> {
    let blocks = markers.iter().map(|marker| {
        let marker = marker.replace("HERE", "lessons/00/src/main.rs");
        format!("<!-- sync: code {marker} -->\n```\n```\n\nText.\n\n")
    });
    let course = Course::with_note(&blocks.collect::<String>(), files);
    course.write("lessons/00/src/main.rs", LESSON);
    let note = course.filled_note();
    let lines: Vec<&str> = note.lines().collect();
    let below_fence = lines.windows(3).filter(|lines| lines[0] == "```");
    below_fence
        .map(|lines| {
            assert_eq!(lines[2], "", "an empty line keeps the caption apart");
            lines[1].to_owned()
        })
        .collect()
}

#[test]
fn a_caption_says_where_a_block_belongs() {
    for (marker, caption) in [
        ("HERE", "*`src/main.rs`, the whole file*"),
        ("HERE head", "*`src/main.rs`, the beginning*"),
        ("HERE use", "*`src/main.rs`, the `use` lines*"),
        ("HERE fn main", "*`src/main.rs`, after the `use` lines*"),
        ("HERE fn answer", "*`src/main.rs`, after `fn main`*"),
        (
            "HERE struct App, impl App",
            "*`src/main.rs`, after `fn answer`*",
        ),
        (
            "HERE fn App::new",
            "*`src/main.rs`, in `impl App`, at its top*",
        ),
        (
            "HERE fn App::route",
            "*`src/main.rs`, in `impl App`, after `fn new`*",
        ),
        (
            "HERE impl Into<B> for App",
            "*`src/main.rs`, after `impl Into<A> for App`*",
        ),
        (
            "HERE#body",
            "*`src/main.rs`, in `fn answer`, after `fn answer() {`*",
        ),
        (
            "HERE#rest",
            "*`src/main.rs`, in `fn answer`, after `let name = \"a\";`*",
        ),
        (
            "lessons/01/a.rs fn a",
            "*`lessons/01/a.rs`, the whole file*",
        ),
        ("lessons/00/a.rs fn b", "*`a.rs`, after the first lines*"),
        ("lessons/00/b.rs mod b", "*`b.rs`, the beginning*"),
        ("lessons/00/b.rs fn c", "*`b.rs`, after the `mod` lines*"),
        (
            "lessons/00/Cargo.toml [dependencies]",
            "*`Cargo.toml`, after `[package]`*",
        ),
        ("lessons/00/a.html#a", "*`a.html`, between `<p>` and `<p>`*"),
        ("lessons/00/a.html#b", "*`a.html`, after `<b>`*"),
        ("lessons/00/a.html#c", "*`a.html`, before `` <i>`</i> ``*"),
    ] {
        let files = [
            ("lessons/01/a.rs", "fn a() {}\n"),
            ("lessons/00/a.rs", "//! A.\n\nfn b() {}\n\nfn c() {}\n"),
            ("lessons/00/b.rs", "mod b;\n\nfn c() {}\n"),
            (
                "lessons/00/Cargo.toml",
                "[package]\na = 1\n\n[dependencies]\nb = 1\n",
            ),
            (
                "lessons/00/a.html",
                "<p>\n<!-- ANCHOR: a -->\n<b>\n<!-- ANCHOR_END: a -->\n<!-- ANCHOR: b -->\n<p>\n<!-- ANCHOR_END: b -->\n<p>\n<!-- ANCHOR: c -->\n<u>\n<!-- ANCHOR_END: c -->\n<i>`</i>\n",
            ),
        ];
        assert_eq!(captions(&[marker], &files), [caption], "{marker}");
    }
}

#[test]
fn the_captions_of_a_file_that_a_note_shows_whole_speak_of_what_was_shown_before() {
    assert_eq!(
        captions(
            &[
                "HERE struct App",
                "HERE fn App::route",
                "HERE fn answer",
                "HERE fn main",
                "HERE head",
                "HERE fn App::new",
                "HERE impl App, impl Into<A> for App, impl Into<B> for App",
                "HERE fn App::route",
            ],
            &[]
        ),
        [
            "*`src/main.rs`, a new file*",
            "*`src/main.rs`, in `impl App`, at its top*",
            "*`src/main.rs`, before `struct App`*",
            "*`src/main.rs`, before `fn answer`*",
            "*`src/main.rs`, the beginning*",
            "*`src/main.rs`, in `impl App`, at its top*",
            "*`src/main.rs`, after `struct App`*",
            "*`src/main.rs`, in `impl App`, after `fn new`*",
        ]
    );
}

#[test]
fn a_caption_changes_with_its_source_and_goes_with_it() {
    let stale = "- <!-- sync: code lessons/00/a.rs fn b -->\n  ```\n  ```\n  *`a.rs`, after `fn old`*\n  and text\n\n<!-- sync: code checks/a.rs -->\n```\n```\n*`a.rs`, the whole file*\n\n<!-- sync: code lessons/00/a.rs fn a -->\n```\n```\n*A line* of text\n";
    let file = "fn a() {}\n\nfn b() {}\n\nfn c() {}\n";
    let course = Course::with_note(stale, &[("lessons/00/a.rs", file), ("checks/a.rs", "//\n")]);
    assert_eq!(
        course.filled_note(),
        "- <!-- sync: code lessons/00/a.rs fn b -->\n  ```rust\n  fn b() {}\n  ```\n  *`a.rs`, after `fn a`*\n\n  and text\n\n<!-- sync: code checks/a.rs -->\n```rust\n//\n```\n\n<!-- sync: code lessons/00/a.rs fn a -->\n```rust\nfn a() {}\n```\n*`a.rs`, the beginning*\n\n*A line* of text\n"
    );
}

#[test]
fn decks_and_the_readme_have_no_captions() {
    let page = "<!-- sync: code lessons/00/a.rs -->\n```rust\nfn a() {}\n```\n";
    let course = Course::with(&[
        ("slides/00.md", page),
        ("README.md", page),
        ("lessons/00/a.rs", "fn a() {}\n"),
    ]);
    assert_eq!(course.fill(), [""; 0]);
}

#[test]
fn a_caption_ends_its_line_as_the_page_does() {
    let note = "A\r\n\r\n<!-- sync: code lessons/00/a.rs -->\r\n```\r\n```\r\nText\r\n";
    let course = Course::with_note(note, &[("lessons/00/a.rs", "fn a() {}\n")]);
    assert_eq!(
        course.filled_note(),
        "A\r\n\r\n<!-- sync: code lessons/00/a.rs -->\r\n```rust\r\nfn a() {}\r\n```\r\n*`a.rs`, the whole file*\r\n\r\nText\r\n"
    );
}
