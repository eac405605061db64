//! `cargo slides export`: a deck as one file, and as a PDF.
//!
//! What needs Chromium says `skipped:` where it is not installed, and passes, except in CI.

#[path = "../../press/tests/common/mod.rs"]
mod common;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use chromium::{Page, is_there, key::RIGHT};
use common::{Course, repository_root};
use lopdf::Document;
use press::slides::deck::Deck;
use serde_json::json;

/// A deck with one of each: a step, a picture, a request.
const DECK: &str = "\
# A small deck
<!-- slide: 1 min -->
![Two boxes](pictures/boxes.svg)

### Notes
Spoken words of the first slide.

## Code in two steps
<!-- slide: 1 min -->
<!-- steps: 1 | 2 -->
```rust
let tea = \"green\";
let cup = tea;
```

### Notes
Spoken words of the second slide.

## A request
<!-- slide: 1 min -->
<!-- live: lesson-05 GET /hello?name=Ada -->
```http
HTTP/1.1 200 OK

<h1>Hello, Ada!</h1>
```

### Notes
Spoken words of the third slide, with [a link](https://example.org/) and [another](last.md).
";

const BOXES: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 4\"><title>Boxes</title>\
<style>rect { fill: #000 } @media (prefers-color-scheme: dark) { rect { fill: #fff } }</style>\
<rect width=\"3\" height=\"3\"/></svg>";

#[test]
fn a_file_holds_all_that_its_deck_needs() {
    let course = course();
    let html = exported(&course);
    for (attribute, value) in loads(&html) {
        assert!(
            value.starts_with("data:"),
            "{attribute} loads {value:.60} from elsewhere"
        );
    }
    assert!(!html.contains("rel=\"stylesheet\"") && !html.contains("@import"));
    assert!(!html.contains("url("), "a style loads nothing");
    let drawing = |ground: &str| {
        let drawn = BOXES.replace("(prefers-color-scheme: dark)", ground);
        format!(
            "src=\"data:image/svg+xml;base64,{}\"",
            BASE64_STANDARD.encode(drawn)
        )
    };
    assert!(html.contains(&drawing("all")) && html.contains(&drawing("not all")));

    assert!(html.contains("Recorded answer") && html.contains("&lt;h1&gt;Hello, Ada!"));
    assert!(!html.contains("live-send\">") && !html.contains("<textarea"));
    // It may be read where the course is not: a deck that was not written beside it has no link.
    assert!(html.contains("<a href=\"https://example.org/\"") && html.contains("<a>another</a>"));
}

#[test]
fn every_slide_of_a_deck_stands_in_its_file_with_its_notes() {
    let out = tempfile::tempdir().expect("there is room");
    let output = export(&repository_root(), &["05"], out.path());
    assert!(output.status.success(), "{output:?}");
    let root = repository_root();
    let text = fs::read_to_string(root.join("slides/05-mini-framework.md"));
    let deck = Deck::parse(&text.expect("the deck is there"));
    let html = fs::read_to_string(out.path().join("05-mini-framework.html"));
    let html = html.expect("the file is written");
    for (attribute, value) in loads(&html) {
        assert!(
            value.starts_with("data:"),
            "{attribute} loads {value:.60} from elsewhere"
        );
    }
    for number in 1..=deck.slides.len() {
        assert!(html.contains(&format!("id=\"heading-{number}\"")));
        assert!(html.contains(&format!("aria-label=\"Notes for slide {number}\"")));
    }
    assert_eq!(
        html.matches("<section class=\"slide").count(),
        deck.slides.len()
    );
}

#[test]
fn a_file_is_used_without_a_server_under_its_own_policy() {
    let course = course();
    exported(&course);
    let file = course.root().join("out/first.html");
    in_browser(async |page| {
        let address = format!("file://{}", file.display());
        page.goto(&address).await;
        // The style, the scripts and the pictures are let in.
        let state = "return [document.documentElement.classList.contains('ready'), \
             getComputedStyle(document.querySelector('.slide')).width, \
             [...document.images].every((image) => image.complete && image.naturalWidth > 0), \
             document.documentElement.dataset.ratio]";
        assert_eq!(
            page.value(state).await,
            json!([true, "1280px", true, "wide"])
        );
        // And nothing else.
        let inserted = "const script = document.createElement('script'); script.textContent = 'window.ran = true'; \
             document.body.append(script); return window.ran ?? false";
        assert_eq!(page.value(inserted).await, json!(false));
        let loaded = "return performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => !name.startsWith('data:'))";
        assert_eq!(page.value(loaded).await, json!([]));

        page.press(&[RIGHT, RIGHT, 'n']).await;
        let place = "return [location.hash, document.querySelectorAll('.current .stepping .on').length, \
             getComputedStyle(document.querySelector('.current .notes')).display]";
        assert_eq!(page.value(place).await, json!(["#2.1", 1, "block"]));
        // There is no presenter view to open.
        page.press(&['p', 'l', 'n', 'd', 'r']).await;
        let windows = page.client.windows().await.expect("windows");
        assert_eq!(windows.len(), 1);
        let look =
            "const { theme, ratio } = document.documentElement.dataset; return [theme, ratio]";
        assert_eq!(page.value(look).await, json!(["dark", "standard"]));
        page.press(&['o']).await;
        let overview = "return document.body.classList.contains('overview')";
        assert_eq!(page.value(overview).await, json!(true));
    });
}

#[test]
fn an_exported_deck_has_no_barrier_in_any_theme() {
    let Some(axe) = chromium::axe::script("the rules of WCAG, tried on an exported deck") else {
        return;
    };
    let out = tempfile::tempdir().expect("there is room");
    let output = export(&repository_root(), &["05"], out.path());
    assert!(output.status.success(), "{output:?}");
    let file = out.path().join("05-mini-framework.html");
    in_browser(async |page| {
        page.goto(&format!("file://{}", file.display())).await;
        page.value(&axe).await;
        for theme in ["light", "dark", "contrast"] {
            let shown = page
                .value("return document.documentElement.dataset.theme")
                .await;
            assert_eq!(shown, theme);
            let found = page.list(include_str!("browser/walk.js")).await;
            assert!(found.is_empty(), "{theme}: {found:#?}");
            page.press(&['d']).await;
        }
    });
}

#[test]
fn a_pdf_has_a_page_for_each_slide_with_tags_and_text() {
    if !is_there("chromium", "chromium", "a deck as a PDF") {
        return;
    }
    let course = course();
    let out = course.root().join("out");
    let output = export(course.root(), &["first", "--pdf", "--notes"], &out);
    assert!(output.status.success(), "{output:?}");
    for (name, shape, has_notes) in [
        ("first.pdf", (960.0, 540.0), false),
        ("first-notes.pdf", (960.0, 1358.0), true),
    ] {
        let pdf = Document::load(out.join(name)).expect("it is a PDF");
        let pages = pdf.get_pages();
        assert_eq!(pages.len(), 3, "{name}");
        let page = pdf.get_dictionary(pages[&1]).expect("a page");
        let area = page.get(b"MediaBox").and_then(|area| area.as_array());
        let area: Vec<f32> = area
            .expect("it has a size")
            .iter()
            .map(|side| side.as_float().expect("a number"))
            .collect();
        let near = |is: f32, should: f32| (is - should).abs() < 1.0;
        assert!(near(area[2], shape.0) && near(area[3], shape.1), "{area:?}");

        let catalog = pdf.catalog().expect("a catalog");
        let marked = catalog
            .get_deref(b"MarkInfo", &pdf)
            .and_then(|info| info.as_dict())
            .and_then(|info| info.get(b"Marked"))
            .and_then(|marked| marked.as_bool());
        assert!(marked.expect("it says whether it is tagged"), "{name}");
        assert!(catalog.has(b"Lang") && catalog.has(b"Outlines"), "{name}");
        // Each slide has its heading in the tree of tags, not the one that the browser showed alone.
        let tags = pdf.objects.values().filter_map(|object| {
            let tag = object.as_dict().ok()?.get(b"S").ok()?.as_name().ok()?;
            [b"H1", b"H2"].iter().find(|known| tag == **known)
        });
        assert_eq!(tags.count(), 3, "{name}");

        for (number, words, notes) in [
            (1, "A small deck", "first slide"),
            (2, "let cup = tea", "second slide"),
            (3, "<h1>Hello, Ada!</h1>", "third slide"),
        ] {
            let text = pdf.extract_text(&[number]).expect("text can be taken out");
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(words), "{name}, page {number}: {text}");
            assert_eq!(
                text.contains(notes),
                has_notes,
                "{name}, page {number}: {text}"
            );
        }
    }
    let left = fs::read_dir(&out).expect("the folder is there").count();
    assert_eq!(
        left, 3,
        "an HTML file, two PDFs, and nothing of the browser's"
    );
}

#[test]
fn a_handout_has_four_slides_a_page() {
    if !is_there("chromium", "chromium", "a deck as a handout") {
        return;
    }
    let more = "\n## Four\n<!-- slide: 1 min -->\nwords of four\n\n## Five\n<!-- slide: 1 min -->\nwords of five\n";
    let course = course();
    course.write("slides/first.md", format!("{DECK}{more}"));
    let out = course.root().join("out");
    let output = export(course.root(), &["first", "--pdf", "--handout"], &out);
    assert!(output.status.success(), "{output:?}");
    let pdf = Document::load(out.join("first-handout.pdf")).expect("it is a PDF");
    assert_eq!(pdf.get_pages().len(), 2);
    let text = |page| {
        let text = pdf.extract_text(&[page]).expect("text can be taken out");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (one, two) = (text(1), text(2));
    for words in ["A small deck", "let cup", "Hello, Ada!", "words of four"] {
        assert!(one.contains(words), "{words}: {one}");
    }
    assert!(two.contains("words of five"), "{two}");
    assert!(
        !one.contains("Spoken words"),
        "notes are not for the room: {one}"
    );
}

#[test]
fn own_colours_and_a_logo_are_in_the_file() {
    let course = course();
    course.write("slides/own.css", ":root { --accent: #123456; }</style>");
    course.write("slides/own-logo.svg", BOXES);
    let html = exported(&course);
    let (style, body) = html.split_once("</style>").expect("a style");
    assert!(style.contains("--accent: #123456"), "{style}");
    let logo = format!(
        "<img class=\"logo\" src=\"data:image/svg+xml;base64,{}\" alt=\"\">A small deck",
        BASE64_STANDARD.encode(BOXES)
    );
    assert_eq!(body.matches(&logo).count(), 3);
    in_browser(async |page| {
        page.goto(&format!(
            "file://{}",
            course.root().join("out/first.html").display()
        ))
        .await;
        let accent =
            "return getComputedStyle(document.documentElement).getPropertyValue('--accent')";
        assert_eq!(page.value(accent).await, "#123456");
    });
}

#[test]
fn without_chromium_nothing_is_written_and_one_line_says_what_to_install() {
    let course = course();
    let out = course.root().join("out");
    for (variable, words) in [
        (None, "apt-get install chromium"),
        (
            Some("/nowhere/chromium"),
            "CHROMIUM names /nowhere/chromium",
        ),
    ] {
        let mut command = command(course.root(), &["first", "--pdf"], &out);
        command.env("PATH", course.root()).env_remove("CHROMIUM");
        if let Some(named) = variable {
            command.env("CHROMIUM", named);
        }
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(words), "{said}");
        assert!(!out.exists());
    }
}

fn course() -> Course {
    Course::with(&[
        ("slides/first.md", DECK),
        ("slides/last.md", "# The last\n"),
        ("slides/pictures/boxes.svg", BOXES),
    ])
}

fn command(root: &Path, words: &[&str], out: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
    command.args(["export", "--repository"]).arg(root);
    command.args(words).arg("--out").arg(out);
    command
}

fn export(root: &Path, words: &[&str], out: &Path) -> Output {
    let output = command(root, words, out).output();
    output.expect("cargo slides export runs")
}

/// The file of the small deck.
fn exported(course: &Course) -> String {
    let output = export(course.root(), &["first"], &course.root().join("out"));
    assert!(output.status.success(), "{output:?}");
    course.text("out/first.html")
}

/// What a browser would load: each `src`, and each `href` that is not of a link to follow.
fn loads(html: &str) -> Vec<(&str, &str)> {
    let mut loads = Vec::new();
    for element in html.split('<').skip(1) {
        let follows = element.starts_with("a ");
        for attribute in ["src", "srcset", "href", "data", "poster"] {
            let Some((_, rest)) = element.split_once(&format!(" {attribute}=\"")) else {
                continue;
            };
            let value = rest.split('"').next().unwrap_or_default();
            if !(follows && attribute == "href") {
                loads.push((attribute, value));
            }
        }
    }
    assert!(!loads.is_empty(), "there is an icon at least");
    loads
}

fn in_browser(test: impl AsyncFnOnce(&Page)) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    chromium::in_browser(folder, "an exported deck in a browser", test);
}
