//! No page makes the press panic, change what is not marked, or change its mind.

mod common;

use common::Course;

const FILES: [(&str, &str); 2] = [
    (
        "a.rs",
        "// ANCHOR: x\n/// ```\n\n\tfn x() {}\n    <!-- x\n// ANCHOR_END: x\n",
    ),
    ("a.md", "| a |\n|---|\n"),
];

#[test]
fn a_page_with_crlf_keeps_its_line_ends() {
    let note = "a\r\n\r\n- b\r\n\r\n  <!-- sync: code a.rs#x -->\r\n  ```\r\n  ```\r\n\r\n<!-- sync: include a.md -->\r\n<!-- sync: end -->\r\n";
    let course = Course::with_note(note, &FILES);
    assert_eq!(
        course.filled_note(),
        "a\r\n\r\n- b\r\n\r\n  <!-- sync: code a.rs#x -->\r\n  ````rust\r\n  /// ```\r\n\r\n  \tfn x() {}\r\n      <!-- x\r\n  ````\r\n\r\n<!-- sync: include a.md -->\r\n\r\n| a |\r\n|---|\r\n\r\n<!-- sync: end -->\r\n"
    );
}

#[test]
fn a_source_with_crlf_is_shown_with_the_line_ends_of_the_page() {
    let note = "<!-- sync: code a.toml -->\n```\n```\n";
    let course = Course::with_note(
        note,
        &[(
            "a.toml",
            "a = 1\r\n# ANCHOR: b\r\nb = 2\r\n# ANCHOR_END: b\r\n",
        )],
    );
    assert_eq!(
        course.filled_note(),
        "<!-- sync: code a.toml -->\n```toml\na = 1\nb = 2\n```\n"
    );
}

#[test]
fn an_empty_repository_is_in_order() {
    let course = Course::with(&[]);
    assert_eq!(course.fill(), [""; 0]);
    assert_eq!(course.printed(), "");
}

/// Pages put together from pieces that get in each other's way.
#[test]
fn any_page_is_filled_once_and_then_stays() {
    const PIECES: [&str; 34] = [
        "<!-- sync: code a.rs#x -->\n```\n```\n",
        "  <!-- sync: code a.rs#x -->\n  ~~~\n",
        "> <!-- sync: code a.rs#x -->\r\n> ```\r\n> ```\r\n",
        "<!-- sync: include a.md -->\n<!-- sync: end -->\n",
        "<!-- sync: code a.rs#x -->\n",
        "<!-- sync: code a.rs#x -->\r\n",
        "<!-- sync: code a.rs -->",
        "<!-- sync: include a.md -->\n",
        "<!-- sync: end -->\n",
        "<!-- sync: exchange a.http -->\n",
        "<!-- sync:",
        "-->",
        "```\n",
        "```\r\n",
        "````\n",
        "~~~\n",
        "```rust\n",
        "```sh\n",
        "\n",
        "\r",
        "text\n",
        "# heading\n",
        "- ",
        "> ",
        "  ",
        "    ",
        "\t",
        "<div>\n",
        "[a](#b) ",
        "![",
        "](x) ",
        "[^1]: ",
        "| a |\n|---|\n",
        "ä🦀\u{feff}\0",
    ];
    let course = Course::with(&FILES);
    let mut random = 1_u64;
    let mut pages_filled = 0;
    for _ in 0..1500 {
        let mut note = String::new();
        for _ in 0..12 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            note.push_str(PIECES[(random >> 33) as usize % PIECES.len()]);
        }
        course.write("notes/00.md", &note);
        pages_filled += usize::from(!course.fill().is_empty());
        let filled = course.text("notes/00.md");
        assert_eq!(course.fill(), [""; 0], "{note:?} became {filled:?}");
        assert!(
            course.check().stale.is_empty(),
            "{note:?} became {filled:?}"
        );
    }
    assert!(
        pages_filled > 100,
        "only {pages_filled} pages had something to fill"
    );
}
