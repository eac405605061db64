//! What a deck has to be, and in which words a defect is told.

mod common;

use common::Course;
use press::slides::check;

const NOTES: &str = "Say why this matters and what the room sees now. Start the server, ask it, and wait until everybody has read the answer. \
Then point at the first line. Somebody will ask about the second line: say that it comes two slides later.";

/// A deck without defects: 20 slides of 2.5 minutes. Slides 5, 10, 15 and 19 ask the room, slide 2 has
/// code, slide 3 a live request, the last is the exercise.
fn good() -> Vec<String> {
    let slide = |number: usize| {
        let (flag, body) = match number {
            5 | 10 | 15 | 19 => (", question", "What comes now?"),
            20 => (", exercise", "```sh\ncargo course\n```"),
            2 => (
                "",
                "<!-- steps: 1 | 2-3 -->\n<!-- sync: code lessons/05-mini-framework/a.rs -->\n```rust\nfn a() {\n    b();\n}\n```",
            ),
            3 => (
                "",
                "<!-- live: GET /hello?name=Ada -->\n```http\nGET /hello?name=Ada HTTP/1.1\n```",
            ),
            _ => ("", "- one\n- two"),
        };
        let mark = if number == 1 { "#" } else { "##" };
        format!(
            "{mark} Slide {number} says a thing\n<!-- slide: 2.5 min{flag} -->\n{body}\n\n### Notes\n{NOTES}\n\n"
        )
    };
    (1..=20).map(slide).collect()
}

/// What is wrong with a deck, without the name of the file.
fn defects_of(path: &str, deck: &str) -> Vec<String> {
    let course = Course::with(&[("lessons/05-mini-framework/a.rs", ""), (path, deck)]);
    let (_, report) = check::decks(&course.repository(), None).expect("slides/ can be read");
    let problems = report.problems.iter().map(ToString::to_string);
    problems
        .map(|problem| problem.replace(&format!("{path}:"), ""))
        .collect()
}

/// The same for a deck of lesson 05.
fn defects(slides: &[String]) -> Vec<String> {
    defects_of("slides/05-mini-framework.md", &slides.concat())
}

/// The defects of the good deck with slide `number` changed.
fn changed(number: usize, from: &str, to: &str) -> Vec<String> {
    let mut slides = good();
    let slide = &mut slides[number - 1];
    assert!(slide.contains(from), "{slide}");
    *slide = slide.replacen(from, to, 1);
    defects(&slides)
}

/// The same, with the line counted from the heading of the slide, for one defect.
fn one(number: usize, from: &str, to: &str) -> String {
    let above: usize = good()[..number - 1].iter().map(|s| s.lines().count()).sum();
    let found = changed(number, from, to);
    let [defect] = found.as_slice() else {
        panic!("one defect, not {found:#?}");
    };
    let (line, message) = defect.split_once(": ").expect("a line and a sentence");
    match line.parse::<usize>().expect("a number") {
        line if line > above => format!("{}: {message}", line - above),
        line => format!("line {line}: {message}"),
    }
}

#[test]
fn a_good_deck_has_no_defects_and_is_counted() {
    assert_eq!(defects(&good()), [""; 0]);
    let course = Course::with(&[("slides/first.md", &good().concat())]);
    let (decks, _) = check::decks(&course.repository(), Some("first")).expect("it is there");
    assert_eq!(
        decks[0].line(),
        "slides/first.md: 20 slides, 50 minutes, 4 questions"
    );
}

#[test]
fn a_deck_is_found_by_its_number_and_by_its_name() {
    let deck = good().concat();
    let course = Course::with(&[
        ("slides/05-mini-framework.md", deck.as_str()),
        ("slides/10-serving.md", &deck),
        ("slides/first.md", &deck),
        ("slides/last.md", &deck),
    ]);
    let repository = course.repository();
    for name in ["5", "05", "05-mini-framework"] {
        let found = check::find(&repository, name);
        assert_eq!(found.as_deref(), Ok("slides/05-mini-framework.md"));
    }
    assert_eq!(
        check::find(&repository, "7"),
        Err("there is no deck 7: there are first, 05, 10, last".to_owned())
    );
    assert!(check::find(&repository, "../first").is_err());
}

#[test]
fn a_deck_is_named_as_its_lesson_is() {
    let deck = good().concat().replace("GET /h", "lesson-05 GET /h");
    for path in ["slides/first.md", "slides/last.md"] {
        assert_eq!(defects_of(path, &deck), [""; 0]);
    }
    assert_eq!(
        defects_of("slides/06-notes.md", &deck),
        ["1: a deck is named after its lesson, or `first` or `last`: 06-notes is none of these"]
    );
}

#[test]
fn a_deck_begins_with_its_title() {
    assert_eq!(
        one(1, "# Slide", "\n# Slide"),
        "1: a deck begins with its title, `# Title`, on the first line"
    );
    assert_eq!(
        changed(1, "# Slide", "## Slide"),
        [
            "1: a deck begins with its title, `# Title`, on the first line",
            "1: the first slide is the title slide, `#`"
        ]
    );
    assert_eq!(
        one(4, "## Slide", "# Slide"),
        "1: a deck has one title: slides begin with `##`"
    );
}

#[test]
fn a_file_without_slides_says_so() {
    assert_eq!(
        defects_of("slides/first.md", "words\n"),
        [
            "1: a deck begins with its title, `# Title`, on the first line",
            "1: this comes before the first slide"
        ]
    );
}

#[test]
fn each_slide_says_its_minutes_right_below_its_heading() {
    let missing = "1: below the heading, `<!-- slide: 2 min -->` is missing";
    let without = changed(4, "<!-- slide: 2.5 min -->\n", "");
    assert!(without[0].ends_with(&missing[1..]), "{without:?}");
    assert_eq!(
        one(4, "2.5 min -->", "2.5 min -->\n<!-- slide: 2.5 min -->"),
        "3: `slide: 2.5 min`: it must be right below the heading of its slide"
    );
    assert_eq!(
        one(4, "min -->", "min, quiz -->"),
        "2: `slide: 2.5 min, quiz`: a slide is a `question` or an `exercise`, not `quiz`"
    );
}

#[test]
fn minutes_are_whole_or_end_in_a_half() {
    let found = changed(4, "2.5 min", "2.25 min");
    assert!(
        found[0].contains("the minutes must be whole or end in .5"),
        "{found:?}"
    );
}

#[test]
fn a_session_has_fifty_minutes_within_five_in_a_hundred() {
    assert_eq!(changed(16, "2.5 min", "5 min"), [""; 0]);
    assert_eq!(
        one(16, "2.5 min", "5.5 min"),
        "line 1: the slides take 53 minutes: a session has 50, from 47.5 to 52.5"
    );
}

#[test]
fn no_slide_takes_longer_than_six_minutes() {
    let mut slides = good();
    slides[3] = slides[3].replace("2.5 min", "6.5 min");
    slides[5] = slides[5].replace("2.5 min", "0.5 min");
    slides[6] = slides[6].replace("2.5 min", "0.5 min");
    slides[2] = slides[2].replace("2.5 min", "1 min");
    slides[1] = slides[1].replace("2.5 min", "1.5 min");
    assert_eq!(defects(&slides), ["32: 6.5 minutes for a slide: at most 6"]);
}

#[test]
fn the_room_is_asked_every_twelve_minutes() {
    assert_eq!(
        one(10, ", question", ""),
        "1: at the end of this slide the room has not been asked for 12.5 minutes: at most 12"
    );
    let at_the_end = changed(15, ", question", "");
    assert_eq!(at_the_end.len(), 1, "{at_the_end:?}");
}

#[test]
fn a_deck_has_eighteen_to_twenty_five_slides() {
    let mut slides = good();
    slides.drain(6..9);
    let defects = defects(&slides);
    assert!(
        defects.contains(&"1: there are 17 slides: a deck has 18 to 25".to_owned()),
        "{defects:?}"
    );
}

#[test]
fn the_deck_of_a_lesson_has_a_live_request() {
    assert_eq!(
        one(3, "<!-- live: GET /hello?name=Ada -->\n", ""),
        "line 1: the deck of a lesson has a live request"
    );
}

#[test]
fn the_deck_of_a_lesson_ends_with_its_exercise() {
    assert_eq!(
        one(20, ", exercise", ""),
        "line 1: the deck of a lesson ends with an exercise"
    );
    let mut slides = good();
    let exercise = slides.remove(19);
    slides.insert(18, exercise.clone());
    assert_eq!(defects(&slides), [""; 0]);
    slides.remove(18);
    slides.insert(17, exercise);
    let defects = defects(&slides);
    assert_eq!(defects.len(), 1);
    assert!(
        defects[0].ends_with("the exercise is the last slide, or the last but one"),
        "{defects:?}"
    );
}

#[test]
fn each_slide_has_notes_of_a_speakable_length() {
    let without = changed(4, &format!("### Notes\n{NOTES}"), "");
    assert_eq!(without.len(), 1);
    assert!(
        without[0].ends_with("the slide has no `### Notes`"),
        "{without:?}"
    );
    assert_eq!(
        one(4, NOTES, "Say it."),
        "1: the notes have 2 words: 40 to 130"
    );
    let long = "word ".repeat(131);
    assert_eq!(
        one(4, NOTES, &long),
        "1: the notes have 131 words: 40 to 130"
    );
}

#[test]
fn a_slide_has_no_other_headings() {
    let message = "below the heading of a slide, there is one `### Notes` and no other heading";
    assert_eq!(one(4, "- one", "### One\n- one"), format!("3: {message}"));
    assert_eq!(
        one(4, "### Notes\n", "### Notes\n\n### Notes\n"),
        format!("8: {message}")
    );
}

#[test]
fn the_heading_is_short_and_says_something() {
    let long = "a".repeat(81);
    assert_eq!(
        one(4, "Slide 4 says a thing", &long),
        "1: the heading has 81 characters: at most 80"
    );
    assert_eq!(
        one(4, " Slide 4 says a thing", ""),
        "1: the slide has no heading"
    );
}

#[test]
fn code_fits_on_a_slide() {
    let lines = "    b();\n".repeat(17);
    assert_eq!(
        one(2, "    b();\n", &lines),
        "5: the block has 19 lines: at most 16"
    );
    let wide = format!("    {}\n", "b".repeat(69));
    assert_eq!(
        one(2, "    b();\n", &wide),
        "7: the line has 73 columns: at most 72"
    );
}

#[test]
fn an_exchange_fits_on_a_slide_and_may_be_wide() {
    let wide = format!("A: {}\n", "b".repeat(90));
    assert_eq!(
        changed(3, "HTTP/1.1\n", &format!("HTTP/1.1\n{wide}")),
        [""; 0]
    );
    let lines = format!("HTTP/1.1\n{}", "A: b\n".repeat(20));
    assert_eq!(
        one(3, "HTTP/1.1\n", &lines),
        "4: the block has 21 lines: at most 20"
    );
}

#[test]
fn tables_and_lists_are_short() {
    let table = format!("| a |\n|---|\n{}", "| b |\n".repeat(7));
    assert_eq!(
        one(4, "- one\n- two", &table),
        "3: the table has 7 rows: at most 6"
    );
    assert_eq!(
        one(4, "- one", "- one\n- a\n- b\n- c"),
        "3: the list has 5 items: at most 4"
    );
}

#[test]
fn a_slide_is_no_wall_of_text() {
    let words = "word ".repeat(51);
    assert_eq!(
        one(4, "- one\n- two", &words),
        "1: the slide has 51 words: at most 50"
    );
    let beside = format!("{}\n\n<!-- steps: 1", "word ".repeat(26));
    assert_eq!(
        one(2, "<!-- steps: 1", &beside),
        "1: the slide has 26 words beside what it shows: at most 25"
    );
}

#[test]
fn a_slide_shows_one_thing() {
    assert_eq!(
        one(4, "- one", "```sh\nls\n```\n\n| a |\n|---|\n\n- one"),
        "1: the slide shows 2 things: one picture, one block or one table"
    );
}

#[test]
fn steps_name_lines_of_the_block_below() {
    assert_eq!(
        one(2, "2-3", "2-4"),
        "3: the block below has no line 4: it ends with 3"
    );
    assert_eq!(
        one(2, "2-3", "3-2"),
        "3: `steps: 1 | 3-2`: a step names lines of the block, as in `1-3 | 5`, not `3-2`"
    );
    assert_eq!(
        one(4, "- one", "<!-- steps: 1 -->\n- one"),
        "3: there is no block below `steps:`"
    );
    assert_eq!(
        one(4, "Say why", "<!-- steps: 1 -->\nSay why"),
        "7: `steps: 1`: `steps:` is in the notes"
    );
}

#[test]
fn a_live_request_asks_a_lesson_of_this_course() {
    assert_eq!(
        one(3, "GET /hello", "lesson-11 GET /hello"),
        "3: there is no lesson-11 in lessons/"
    );
    let found = changed(3, "GET /hello?name=Ada -->", "GET http://example.com/ -->");
    assert!(
        found[1].contains("the target must begin with `/`"),
        "{found:?}"
    );
    assert_eq!(
        defects_of("slides/first.md", &good().concat()),
        ["24: this deck has no lesson of its own: name one, `live: lesson-05 GET /`"]
    );
}

#[test]
fn a_live_request_without_a_recorded_exchange_is_one_too() {
    assert_eq!(
        changed(3, "```http\nGET /hello?name=Ada HTTP/1.1\n```", "Ask it."),
        [""; 0]
    );
}

#[test]
fn pictures_lie_in_their_rooms() {
    for place in [
        "../notes/pictures/a.svg",
        "../notes/measured/a.svg",
        "pictures/a.svg",
    ] {
        let image = format!("![A]({place})");
        assert_eq!(changed(4, "- one\n- two", &image), [""; 0]);
    }
    for place in ["a.svg", "https://example.com/a.svg", "../../a.svg"] {
        assert_eq!(
            one(4, "- one\n- two", &format!("![A]({place})")),
            format!(
                "3: a picture belongs in notes/pictures/, notes/measured/ or slides/pictures/, not {place}"
            )
        );
    }
}

#[test]
fn a_slide_is_markdown_and_known_comments() {
    assert_eq!(
        one(4, "- one", "one <b>two</b>\n\n- one"),
        "3: a slide is Markdown, without HTML: `<b>`"
    );
    assert_eq!(
        one(4, "- one", "<div>\n</div>\n\n- one"),
        "3: a slide is Markdown and comments, each alone on its line: `<div>`"
    );
    assert_eq!(
        one(4, "- one", "<!-- step: 1 -->\n- one"),
        "3: `step: 1`: there are the comments slide, steps, live and sync"
    );
}

#[test]
fn the_decks_of_this_repository_hold() {
    let root = house::root();
    let repository = press::repository::Repository::open(&root).expect("the repository is there");
    let (_, report) = check::decks(&repository, None).expect("slides/ can be read");
    let mut printed = Vec::new();
    let written = report.print(&mut printed, false);
    written.expect("memory can be written to");
    assert!(report.is_clean(), "\n{}", String::from_utf8_lossy(&printed));
}

#[test]
fn the_words_of_a_drawing_are_large_enough_for_the_last_row() {
    let deck = good()
        .concat()
        .replacen("- one\n- two", "![A box](pictures/box.svg)", 1);
    let drawing = |size: u32| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 576 200\"><style>.a {{ font-size: {size}px }}</style>\
             <text>large</text><text class=\"a\">small</text></svg>"
        )
    };
    let course = Course::with(&[
        ("lessons/05-mini-framework/a.rs", ""),
        ("slides/05-mini-framework.md", &deck),
        ("slides/pictures/box.svg", &drawing(10)),
    ]);
    let problems = || {
        let (_, report) = check::decks(&course.repository(), None).expect("slides/ can be read");
        let problems = report.problems.iter().map(ToString::to_string);
        problems.collect::<Vec<_>>()
    };
    assert_eq!(problems(), [""; 0]);
    course.write("slides/pictures/box.svg", drawing(9));
    let small =
        "pictures/box.svg: \"small\" is 18.0 pixels high on a slide of 1280x720: 20 at least";
    assert!(
        problems().iter().any(|problem| problem.ends_with(small)),
        "{:#?}",
        problems()
    );
}

#[test]
fn what_is_shown_part_by_part_is_a_list_or_a_drawing_with_parts() {
    assert_eq!(changed(4, "- one", "<!-- steps: each -->\n- one"), [""; 0]);
    assert_eq!(
        one(4, "- one\n- two", "<!-- steps: each -->\nwords"),
        "3: there is no list and no picture below `steps: each`"
    );
    let deck = good().concat().replacen(
        "- one\n- two",
        "<!-- steps: each -->\n![A box](pictures/box.svg)",
        1,
    );
    let problem =
        "pictures/box.svg has no part with `class=\"step-1\"`, and `steps: each` above it";
    for (class, expected) in [("step-1", false), ("step", true)] {
        let drawing =
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><rect class=\"{class}\"/></svg>");
        let course = Course::with(&[
            ("lessons/05-mini-framework/a.rs", ""),
            ("slides/05-mini-framework.md", &deck),
            ("slides/pictures/box.svg", &drawing),
        ]);
        let (_, report) = check::decks(&course.repository(), None).expect("slides/ can be read");
        let mut problems = report.problems.iter().map(ToString::to_string);
        assert_eq!(problems.any(|found| found.ends_with(problem)), expected);
    }
}
