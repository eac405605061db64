//! What is refused, and in which words.

mod common;

use common::Course;

const SVG: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>T</title><desc>D</desc></svg>"#;

/// The problems of a note, without the name of the note.
fn problems(note: &str, files: &[(&str, &str)]) -> Vec<String> {
    let course = Course::with_note(note, files);
    let problems = course.problems();
    course.fill();
    assert_eq!(course.problems(), problems, "filling mends no problem");
    problems
        .iter()
        .map(|problem| {
            problem
                .strip_prefix("notes/00.md:")
                .unwrap_or(problem)
                .to_owned()
        })
        .collect()
}

/// The one problem of a marked block, without the place and the marker.
fn problem_of(marker: &str, files: &[(&str, &str)]) -> String {
    let found = problems(&format!("<!-- sync: {marker} -->\n```\n```\n"), files);
    let [problem] = found.as_slice() else {
        panic!("one problem, not {found:?}");
    };
    let prefix = format!("1: `sync: {marker}`: ");
    let sentence = problem
        .strip_prefix(&prefix)
        .expect("place and marker come first");
    sentence.to_owned()
}

// Files

#[test]
fn a_file_that_is_not_there() {
    assert_eq!(problem_of("code a.rs", &[]), "a.rs does not exist");
    assert_eq!(
        problem_of("code a.rs", &[("a.rs/b.rs", "")]),
        "a.rs is not a file"
    );
}

#[test]
fn a_file_outside_of_the_repository() {
    for path in ["../a.rs", "lessons/../../a.rs", "/etc/a.rs", "./a.rs"] {
        assert_eq!(
            problem_of(&format!("code {path}"), &[]),
            format!("{path} is not a path within the repository")
        );
    }
    assert_eq!(
        problem_of("include ../a.md", &[]),
        "no `<!-- sync: end -->` follows, or another marker comes before it"
    );
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_repository() {
    let outside = Course::with(&[("secret.rs", "secret")]);
    let course = Course::with_note("<!-- sync: code a.rs -->\n```\n```\n", &[]);
    std::os::unix::fs::symlink(outside.root().join("secret.rs"), course.root().join("a.rs"))
        .unwrap();
    assert_eq!(
        course.problems(),
        ["notes/00.md:1: `sync: code a.rs`: a.rs is a link that leads out of the repository"]
    );
}

#[test]
fn a_file_that_is_not_text() {
    let course = Course::with_note("<!-- sync: code a.rs -->\n```\n```\n", &[]);
    course.write("a.rs", b"\xff");
    course.write("notes/01.md", b"\xff");
    assert_eq!(
        course.problems(),
        [
            "notes/00.md:1: `sync: code a.rs`: a.rs is not UTF-8 text",
            "notes/01.md:1: notes/01.md is not UTF-8 text",
        ]
    );
}

#[test]
fn a_file_with_a_carriage_return_alone() {
    assert_eq!(
        problem_of("code a.rs", &[("a.rs", "a\nb\rc")]),
        "line 2 of a.rs has a carriage return without a line feed"
    );
    assert_eq!(
        problems("a\rb\n```\n", &[]),
        ["1: line 1 of notes/00.md has a carriage return without a line feed"]
    );
}

#[test]
fn a_file_of_an_unknown_kind() {
    assert_eq!(
        problem_of("code a.py", &[("a.py", "1")]),
        "a.py is not of a kind that can be shown (rs, toml, html, js, css, json, conf, yml, diff)"
    );
}

// Items

#[test]
fn an_item_that_is_not_there() {
    let file = "fn index() {}\nfn hello() {}\nstruct App;\nimpl App { fn route() {} }\n";
    for (name, sentence) in [
        (
            "fn hallo",
            "there is no `fn hallo` in a.rs; there is `fn index`, `fn hello` and `fn App::route`",
        ),
        (
            "fn route",
            "there is no `fn route` in a.rs, but `fn App::route`",
        ),
        (
            "struct index",
            "there is no `struct index` in a.rs, but `fn index`",
        ),
        ("enum E", "there is no `enum E` in a.rs, and no other enum"),
        (
            "impl Handler for App",
            "there is no `impl Handler for App` in a.rs; there is `impl App`",
        ),
        (
            "use",
            "there is no `use` and no `mod` at the beginning of a.rs",
        ),
        ("head", "a.rs begins with an item: it has no head"),
        ("hello", NO_ITEM),
        ("func hello", NO_ITEM),
        ("fn", NO_ITEM),
        ("fn a-b", NO_ITEM),
        (
            "impl for",
            "`impl for` is not of the form `impl App` or `impl Handler for F`",
        ),
    ] {
        let sentence = sentence.replace("NAME", name);
        assert_eq!(
            problem_of(&format!("code a.rs {name}"), &[("a.rs", file)]),
            sentence
        );
    }
}

const NO_ITEM: &str = "`NAME` does not name an item: write fn, struct, enum, trait, impl, const, static, \
                       type, macro or mod and a name, or head, or use";

#[test]
fn a_name_of_several_items() {
    let file = "impl From<A> for E {}\nfn a() {}\nimpl From<B> for E {}\nimpl E {}\nfn b() {}\nimpl E {}\n";
    assert_eq!(
        problem_of("code a.rs impl From for E", &[("a.rs", file)]),
        "`impl From for E` may be `impl From<A> for E` (line 1) or `impl From<B> for E` (line 3) in a.rs: write which one is meant"
    );
    assert_eq!(
        problem_of("code a.rs impl E", &[("a.rs", file)]),
        "`impl E` may be `impl E` (line 4) or `impl E` (line 6) in a.rs: show the one that is meant by an anchor"
    );
    let file = "impl From<A> for E { fn from() {} }\nimpl From<B> for E { fn from() {} }\n";
    assert_eq!(
        problem_of("code a.rs fn E::from", &[("a.rs", file)]),
        "`fn E::from` may be `fn From<A> for E::from` (line 1) or `fn From<B> for E::from` (line 2) in a.rs: write which one is meant"
    );
}

#[test]
fn items_that_do_not_stand_next_to_each_other() {
    let file = "fn a() {}\n\nfn b() {}\n\n// A remark.\n\nfn c() {}\n";
    assert_eq!(
        problem_of("code a.rs fn a, fn c", &[("a.rs", file)]),
        "in a.rs, `fn a` and `fn c` are not next to each other: see line 3"
    );
    assert_eq!(
        problem_of("code a.rs fn b, fn c", &[("a.rs", file)]),
        "in a.rs, `fn b` and `fn c` are not next to each other: see line 5"
    );
    assert_eq!(
        problem_of("code a.rs fn b, fn a", &[("a.rs", file)]),
        "in a.rs, `fn a` is not below `fn b`"
    );
    assert_eq!(
        problem_of("code a.rs fn a,, fn b", &[("a.rs", file)]),
        "between two commas, the name of an item is missing"
    );
}

#[test]
fn items_of_what_is_not_rust() {
    assert_eq!(
        problem_of("code a.rs fn a", &[("a.rs", "fn a() {}\n\nfn () {}\n")]),
        "a.rs:3 cannot be read as Rust: expected identifier"
    );
    assert_eq!(
        problem_of("code a.html fn a", &[("a.html", "<p>")]),
        "`fn a` does not name a part of a.html: items have names in Rust, tables in TOML; elsewhere, use an anchor"
    );
    assert_eq!(
        problem_of("code a.toml [b]", &[("a.toml", "[a]\n")]),
        "there is no table [b] in a.toml"
    );
    assert_eq!(
        problem_of("code a.toml a", &[("a.toml", "[a]\n")]),
        "`a` does not name a table of a.toml: write `[dependencies]`"
    );
}

// Anchors

#[test]
fn an_anchor_that_is_not_there() {
    assert_eq!(
        problem_of("code a.rs#x", &[("a.rs", "a\n")]),
        "there is no anchor x in a.rs"
    );
}

#[test]
fn an_anchor_that_is_there_twice() {
    let twice = "// ANCHOR: x\na\n// ANCHOR_END: x\n// ANCHOR: x\n// ANCHOR_END: x\n";
    assert_eq!(
        problem_of("code a.rs#x", &[("a.rs", twice)]),
        "the anchor x begins twice in a.rs, on lines 1 and 4"
    );
    let ends_twice = "// ANCHOR: x\na\n// ANCHOR_END: x\n// ANCHOR_END: x\n";
    assert_eq!(
        problem_of("code a.rs#x", &[("a.rs", ends_twice)]),
        "the anchor x ends twice in a.rs, on lines 3 and 4"
    );
}

#[test]
fn an_anchor_with_one_end_only() {
    assert_eq!(
        problem_of("code a.rs#x", &[("a.rs", "\n// ANCHOR: x\na\n")]),
        "the anchor x begins on a.rs:2 and never ends"
    );
    assert_eq!(
        problem_of("code a.rs#x", &[("a.rs", "a\n// ANCHOR_END: x\n")]),
        "the anchor x ends on a.rs:2 and never begins"
    );
}

#[test]
fn an_anchor_that_ends_before_it_begins() {
    assert_eq!(
        problem_of(
            "code a.rs#x",
            &[("a.rs", "// ANCHOR_END: x\na\n// ANCHOR: x\n")]
        ),
        "the anchor x ends on a.rs:1, before it begins on line 3"
    );
}

#[test]
fn an_anchor_around_nothing() {
    let nothing = "// ANCHOR: x\n\n  // ANCHOR: y\n// ANCHOR_END: y\n// ANCHOR_END: x\n";
    assert_eq!(
        problem_of("code a.rs#x", &[("a.rs", nothing)]),
        "there is nothing at the anchor x in a.rs"
    );
    assert_eq!(problem_of("code a.rs", &[("a.rs", "\n")]), "a.rs is empty");
}

#[test]
fn an_anchor_comment_that_cannot_be_read() {
    assert_eq!(
        problem_of("code a.rs", &[("a.rs", "a\nb // ANCHOR: x\n")]),
        "a.rs:2 is not a comment of the form `// ANCHOR: name` or `// ANCHOR_END: name`"
    );
}

// Recordings

const HTTP: &str = "### One.\nGET / HTTP/1.1\n\n### Two.\n# @answers 0\nGET / HTTP/1.1\n";
const REQUESTS: (&str, &str) = ("tests/requests/00/a.http", HTTP);
const SNAPSHOT: (&str, &str) = (
    "tests/snapshots/00/a.snap",
    "---\nsource: a\n---\n### One.\nHTTP/1.1 200 OK\n\n### Two.\n",
);

#[test]
fn a_request_file_in_another_place_or_of_another_form() {
    assert_eq!(
        problem_of("exchange a.http", &[("a.http", HTTP)]),
        "a.http is not of the form tests/requests/NAME.http"
    );
    assert_eq!(
        problem_of("exchange tests/requests/00/a.http", &[]),
        "tests/requests/00/a.http does not exist"
    );
    assert_eq!(
        problem_of(
            "exchange tests/requests/00/a.http",
            &[("tests/requests/00/a.http", "GET /")]
        ),
        "tests/requests/00/a.http: there is no line that begins with ###"
    );
}

#[test]
fn an_exchange_that_is_not_recorded() {
    let record = "record it with `INSTA_UPDATE=always cargo test -p tests`";
    let marker = "exchange tests/requests/00/a.http#1";
    assert_eq!(
        problem_of(marker, &[REQUESTS]),
        format!("tests/snapshots/00/a.snap does not exist: {record}")
    );
    assert_eq!(
        problem_of(
            marker,
            &[REQUESTS, ("tests/snapshots/00/a.snap", "### One.\n")]
        ),
        format!("tests/snapshots/00/a.snap does not begin with a snapshot's header: {record}")
    );
    assert_eq!(
        problem_of(
            marker,
            &[
                REQUESTS,
                ("tests/snapshots/00/a.snap", "---\na: b\n---\n### One.\n")
            ]
        ),
        format!("nothing is recorded for `### Two.` of tests/requests/00/a.http: {record}")
    );
}

#[test]
fn an_exchange_or_an_answer_that_the_file_does_not_have() {
    assert_eq!(
        problem_of(
            "exchange tests/requests/00/a.http#2-3",
            &[REQUESTS, SNAPSHOT]
        ),
        "tests/requests/00/a.http has no number 3: it ends with 2"
    );
    assert_eq!(
        problem_of(
            "exchange tests/requests/00/a.http#2 head",
            &[REQUESTS, SNAPSHOT]
        ),
        "tests/requests/00/a.http has no answer there"
    );
}

#[test]
fn a_transcript_that_is_missing_or_old() {
    let path = "tests/transcripts/00/a.console";
    let record = "record it with `INSTA_UPDATE=always cargo test -p tests`";
    let marker = format!("console {path}");
    assert_eq!(problem_of(&marker, &[]), format!("{path} does not exist"));
    assert_eq!(
        problem_of(&marker, &[(path, "# nothing\n")]),
        format!("{path} has no line that begins with `$ `")
    );
    assert_eq!(
        problem_of(&marker, &[(path, "$ a\n")]),
        format!("tests/snapshots/00/a.console.snap does not exist: {record}")
    );
    let old = ("tests/snapshots/00/a.console.snap", "---\na: b\n---\n$ b\n");
    assert_eq!(
        problem_of(&marker, &[(path, "$ a\n"), old]),
        format!("nothing is recorded for `$ a` of {path}: {record}")
    );
}

// Markers

#[test]
fn an_unknown_marker() {
    assert_eq!(
        problem_of("copy a.rs", &[]),
        "no such marker: there are code, exchange, console, include and end"
    );
}

#[test]
fn a_marker_without_a_fence() {
    let none = "1: `sync: code a.rs`: no fenced block begins on the line below";
    let files = [("a.rs", "a\n")];
    assert_eq!(problems("<!-- sync: code a.rs -->", &files), [none]);
    assert_eq!(problems("<!-- sync: code a.rs -->\ntext\n", &files), [none]);
    assert_eq!(
        problems("<!-- sync: code a.rs -->\n\n    indented\n", &files)[0],
        none
    );
    let unmarked = "3: the fenced block has no `<!-- sync: … -->` on the line above; only a block of `sh` does without";
    assert_eq!(
        problems("<!-- sync: code a.rs -->\n\n```\n```\n", &files),
        [none, unmarked]
    );
    let twice = "<!-- sync: code a.rs -->\n<!-- sync: code a.rs -->\n```\n```\n";
    assert_eq!(problems(twice, &files), [none]);
}

#[test]
fn a_marker_that_does_not_stand_alone() {
    let alone = "a `sync:` comment must be alone on its line";
    let files = [("a.rs", "a\n")];
    assert_eq!(
        problems("text <!-- sync: code a.rs -->\n", &files),
        [format!("1: {alone}")]
    );
    assert_eq!(
        problems("<!-- sync: code a.rs --> text\n```\n```\n", &files),
        [format!("1: {alone}")]
    );
    assert_eq!(
        problems(
            "<div>\n<!-- sync: code a.rs -->\n```\n```\n</div>\n",
            &files
        ),
        [format!("1: {alone}")]
    );
}

#[test]
fn a_comment_or_a_fence_that_is_not_closed() {
    assert_eq!(
        problems("a\n\n<!-- sync: code a.rs\n```\n```\n", &[]),
        ["3: the comment is not closed by `-->`"]
    );
    assert_eq!(
        problems("<!-- a remark\n", &[]),
        ["1: the comment is not closed by `-->`"]
    );
    assert_eq!(
        problems("<!-- sync: code a.rs -->\n```\na\n", &[("a.rs", "a")]),
        ["1: `sync: code a.rs`: the fenced block below is not closed"]
    );
    assert_eq!(
        problems("a\n```sh\nls\n", &[]),
        ["2: the fenced block is not closed"]
    );
}

#[test]
fn an_include_without_its_end_and_an_end_without_its_include() {
    let no_end = "no `<!-- sync: end -->` follows, or another marker comes before it";
    assert_eq!(
        problems("<!-- sync: include a.md -->\n", &[]),
        [format!("1: `sync: include a.md`: {no_end}")]
    );
    let between = "<!-- sync: include a.md -->\n<!-- sync: copy -->\n<!-- sync: end -->\n";
    assert_eq!(
        problems(between, &[]),
        [
            format!("1: `sync: include a.md`: {no_end}"),
            "2: `sync: copy`: no such marker: there are code, exchange, console, include and end"
                .to_owned(),
            "3: `sync: end`: there is no `sync: include` above it".to_owned(),
        ]
    );
}

#[test]
fn an_include_of_something_that_would_not_end() {
    let note = "<!-- sync: include a.md -->\n<!-- sync: end -->\n";
    let problem = |text: &str| problems(note, &[("a.md", text)]);
    let refused =
        ["1: `sync: include a.md`: a.md has a `sync:` comment, or something that is not closed"];
    assert_eq!(problem("```\na\n"), refused);
    assert_eq!(problem("<!-- a\n"), refused);
    assert_eq!(problem("<!-- sync: end -->\n"), refused);
    assert_eq!(problem(" \n"), ["1: `sync: include a.md`: a.md is empty"]);
    assert_eq!(
        problems(note, &[]),
        ["1: `sync: include a.md`: a.md does not exist"]
    );
    assert_eq!(
        problems(
            "- <!-- sync: include a.md -->\n<!-- sync: end -->\n",
            &[("a.md", "a")]
        ),
        ["1: `sync: include a.md`: an include and its end must be at the left margin"]
    );
}

// Blocks

#[test]
fn a_block_without_a_marker() {
    let unmarked = "the fenced block has no `<!-- sync: … -->` on the line above; only a block of `sh` does without";
    let note = "```rust\nfn a() {}\n```\n\n- ~~~\n  a\n  ~~~\n\n```text\n```\n\na\n\n    b\n";
    assert_eq!(
        problems(note, &[]),
        [
            format!("1: {unmarked}"),
            format!("5: {unmarked}"),
            format!("9: {unmarked}"),
            "14: an indented code block cannot have a source: make it a fenced block".to_owned(),
        ]
    );
}

#[test]
fn commands_to_type_need_no_marker() {
    let note = "```sh\n# once\nPORT=8001 cargo run -p lesson-00\n\ncurl \\\nHTTP \\\n  --next\n./a\n/bin/a\n```\n";
    assert_eq!(problems(note, &[]), [""; 0]);
}

#[test]
fn prompts_and_output_are_no_commands_to_type() {
    let output = "this line does not look like a command: output comes from a transcript, by `sync: console`";
    assert_eq!(
        problems(
            "a\n\n```sh\n$ ls\nListening on http://127.0.0.1:8000\nHTTP/1.1 200 OK\n< date\n{}\n```\n",
            &[]
        ),
        [
            "4: a block of `sh` is there to be copied: leave out the prompt `$ `".to_owned(),
            format!("5: {output}"),
            format!("6: {output}"),
            format!("7: {output}"),
            format!("8: {output}"),
        ]
    );
}

#[test]
fn markers_and_fences_in_a_block_are_its_content() {
    let content = "/*\n<!-- sync: code b.rs -->\n```\n~~~\n*/\n";
    let note = "<!-- sync: code a.rs -->\n````\n```\n````\n";
    assert_eq!(problems(note, &[("a.rs", content)]), [""; 0]);
}

#[test]
fn blocks_of_contributing_are_not_checked_but_its_links_are() {
    let course = Course::with(&[("CONTRIBUTING.md", "```text\na\n```\n[a](notes/a.md)\n")]);
    assert_eq!(
        course.problems(),
        ["CONTRIBUTING.md:4: there is no notes/a.md for the link to notes/a.md"]
    );
}

// Links

#[test]
fn links_to_what_is_there_are_fine() {
    let note = "# One · Two\n\n[a](#one--two) [b](01.md#b) [c](../lessons/00/) [d](../my%20file.txt) [e](..)\n\
                <https://example.org/x> <ada@example.org> [f](mailto:a@b) [g][h] [i]\n\n[h]: 01.md\n";
    let files = [
        ("notes/01.md", "# B\n"),
        ("lessons/00/a", ""),
        ("my file.txt", ""),
    ];
    assert_eq!(problems(note, &files), [""; 0]);
}

#[test]
fn a_link_to_a_file_that_is_not_there() {
    assert_eq!(
        problems(
            "a\n[a](01.md) [b](../lessons/)\n[c](pictures/a.svg#x)\n",
            &[]
        ),
        [
            "2: there is no lessons for the link to ../lessons/",
            "2: there is no notes/01.md for the link to 01.md",
            "3: there is no notes/pictures/a.svg for the link to pictures/a.svg#x",
        ]
    );
}

#[test]
fn a_link_out_of_the_pages() {
    assert_eq!(
        problems("[a](../../x)\n\n[b](/x)\n\n[c]()\n\n[d][e]\n", &[]),
        [
            "1: the link to ../../x leads out of the repository",
            "3: the link to /x must be relative to this page",
            "5: the link leads nowhere",
            "7: the page does not define the name that this link refers to",
        ]
    );
}

#[test]
fn a_link_to_a_heading_that_is_not_there() {
    let files = [("notes/01.md", "# B\n"), ("a.rs", "")];
    assert_eq!(
        problems("# A\n\n[a](#b) [b](01.md#a)\n[c](../a.rs#L3)\n", &files),
        [
            "3: there is no heading #a in notes/01.md",
            "3: there is no heading #b in notes/00.md",
            "4: the link to ../a.rs#L3 names a heading, but a.rs is not Markdown",
        ]
    );
}

#[test]
fn links_and_images_in_html() {
    let message = "a link or an image in HTML is not checked: write it in Markdown";
    let note =
        "<a href=\"x\">a</a>\n\n<p>\n<IMG SRC = x>\n</p>\n\n<kbd>a</kbd> <!-- <img src=x> -->\n";
    assert_eq!(
        problems(note, &[]),
        [format!("1: {message}"), format!("3: {message}")]
    );
}

// Pictures

#[test]
fn an_image_without_a_text() {
    let files = [("notes/pictures/a.svg", SVG), ("notes/pictures/b.svg", SVG)];
    assert_eq!(
        problems("![](pictures/a.svg)\n![`b`](pictures/b.svg)\n", &files),
        ["1: the image pictures/a.svg has no text for those who cannot see it"]
    );
}

#[test]
fn a_picture_that_no_page_shows() {
    let files = [
        ("notes/pictures/a.svg", SVG),
        ("notes/pictures/.hidden", ""),
    ];
    assert_eq!(
        problems("[a](pictures/a.svg)\n", &files),
        ["notes/pictures/a.svg:1: no page shows this picture"]
    );
    let course = Course::with(&[
        ("notes/pictures/a.svg", SVG),
        ("slides/00.md", "![a](../notes/pictures/a.svg)"),
    ]);
    assert_eq!(course.problems(), [""; 0]);
}

fn picture_problems(svg: &str) -> Vec<String> {
    let problems = problems("![a](pictures/a.svg)\n", &[("notes/pictures/a.svg", svg)]);
    problems
        .iter()
        .map(|problem| {
            problem
                .strip_prefix("notes/pictures/a.svg:")
                .unwrap()
                .to_owned()
        })
        .collect()
}

#[test]
fn a_picture_that_says_nothing() {
    let svg =
        r#"<svg xmlns="http://www.w3.org/2000/svg"><title> </title><g><desc>D</desc></g></svg>"#;
    assert_eq!(
        picture_problems(svg),
        [
            "1: the picture has no <desc>",
            "1: the picture has no <title>"
        ]
    );
}

#[test]
fn a_picture_that_is_none() {
    assert_eq!(
        picture_problems("<svg><title>T</title></svg>"),
        ["1: the picture is not an <svg xmlns=\"http://www.w3.org/2000/svg\">"]
    );
    assert_eq!(
        picture_problems("<svg>\n</svgs>"),
        ["2: the picture is not well-formed: expected 'svg' tag, not 'svgs' at 2:1"]
    );
}

#[test]
fn a_picture_that_loads_something() {
    let svg = r##"<?xml-stylesheet href="a.css"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><title>T</title><desc>D</desc>
<style>@import "https://example.org/a.css";</style>
<style>@font-face { src: local("A"), url( 'https://example.org/a.woff' ) }</style>
<image href="https://example.org/a.png"/>
<use xlink:href="//example.org/a.svg#a"/>
<rect fill="url(https://example.org/b.svg#b)"/>
<a href="https://example.org/"><rect fill="url(#c)" style="mask: url('#d')"/></a>
<use href="#e"/><image href="data:image/png;base64,AA=="/>
</svg>"##;
    assert_eq!(
        picture_problems(svg),
        [
            "1: the picture loads a style sheet",
            "3: the picture loads a style sheet",
            "4: the picture loads https://example.org/a.woff",
            "5: the picture loads https://example.org/a.png",
            "6: the picture loads //example.org/a.svg#a",
            "7: the picture loads https://example.org/b.svg#b",
        ]
    );
}

#[test]
fn all_problems_are_listed_at_once_in_the_order_of_the_pages() {
    let course = Course::with(&[
        ("notes/01.md", "```\n```\n\n[a](b)\n"),
        ("notes/00.md", "[a](b)\n\n```\n```\n"),
        ("README.md", "<!-- sync: x -->\n"),
    ]);
    let places: Vec<String> = course
        .check()
        .problems
        .iter()
        .map(|problem| format!("{}:{}", problem.path, problem.line))
        .collect();
    assert_eq!(
        places,
        [
            "README.md:1",
            "notes/00.md:1",
            "notes/00.md:3",
            "notes/01.md:1",
            "notes/01.md:4"
        ]
    );
}
