//! Lists and drawings that are shown part by part, and the countdown.

use chromium::key::{END, ENTER, LEFT, RIGHT};

use super::{Course, in_browser, in_browser_with};

const DECK: &str = "\
# A list
<!-- slide: 1 min -->
<!-- steps: each -->
- one
  - with a part
- two

### Notes
Say it.

## A drawing
<!-- slide: 1 min -->
<!-- steps: each -->
![Two boxes](pictures/boxes.svg)

### Notes
Say it.

## A question
<!-- slide: 1.5 min, question -->
Why?

### Notes
Say it.
";

const BOXES: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 4\"><title>Boxes</title>\
<desc>Two boxes.</desc><rect class=\"step-1\" width=\"3\" height=\"3\"/><rect class=\"step-2\" x=\"4\" width=\"3\" height=\"3\"/></svg>";

/// What a slide shows of its items or of its drawing.
const SHOWN: &str = "return [...document.querySelectorAll('.current .reveals > ul > li, .current .reveals .on-light')] \
    .filter((part) => part.checkVisibility({ visibilityProperty: true })) \
    .map((part) => part.src?.split('step=')[1] ?? part.firstChild.textContent.trim())";

#[test]
fn items_and_parts_are_shown_one_after_the_other() {
    let course = Course::with(&[
        ("slides/first.md", DECK),
        ("slides/pictures/boxes.svg", BOXES),
    ]);
    in_browser_with(course.root(), async |page| {
        page.open("first").await;
        let mut seen = vec![(page.hash().await, page.list(SHOWN).await)];
        for _ in 0..5 {
            page.press(&[RIGHT]).await;
            seen.push((page.hash().await, page.list(SHOWN).await));
        }
        let expected = [
            ("#1", vec![]),
            ("#1.1", vec!["one"]),
            ("#1.2", vec!["one", "two"]),
            ("#2", vec!["0"]),
            ("#2.1", vec!["1"]),
            ("#2.2", vec!["2"]),
        ];
        let seen: Vec<(&str, Vec<&str>)> = seen
            .iter()
            .map(|(hash, shown)| (hash.as_str(), shown.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(seen, expected);
        // Backwards one comes to the end of a slide; one that is left is whole, in the overview and in print.
        page.press(&[LEFT, LEFT, LEFT]).await;
        assert_eq!(page.hash().await, "#1.2");
        page.press(&[END]).await;
        let later = "return document.querySelectorAll('li.later').length";
        assert_eq!(page.number(later).await, 0);
        // The presenter sees what comes.
        page.open("first/presenter").await;
        let items = "return [...document.querySelectorAll('#now li, #then li')].map((item) => item.className)";
        let shown = page.list(items).await;
        assert_eq!(shown[shown.len() - 3..], ["", "", "later"]);
    });
}

#[test]
fn a_question_has_a_countdown_that_both_windows_show() {
    in_browser(async |page| {
        page.open("05").await;
        let question = "return document.querySelector('.question').id";
        let question = page.value(question).await;
        let question = question.as_str().expect("there is a question").to_owned();
        // Nothing to count down for.
        page.press(&['t']).await;
        assert_eq!(
            page.value("return document.querySelector('.countdown')")
                .await,
            serde_json::Value::Null
        );
        for digit in question.chars() {
            page.press(&[digit]).await;
        }
        page.press(&[ENTER]).await;
        let seconds = "return Number(document.querySelector('.frame.current').dataset.seconds)";
        let seconds = page.number(seconds).await;
        let (slides, presenter) = page.to_presenter().await;
        page.press(&['t']).await;
        page.until("!document.getElementById('countdown').hidden")
            .await;
        page.turn_to(&slides).await;
        let left = "(([minutes, seconds]) => 60 * minutes + Number(seconds))(document.querySelector('.current .countdown').textContent.split(':'))";
        page.until(&format!(
            "{left} <= {seconds} - 1 && {left} > {seconds} - 60"
        ))
        .await;
        // It is of its slide.
        page.press(&[RIGHT]).await;
        page.until("!document.querySelector('.countdown')").await;
        page.press(&['5', 't']).await;
        page.until(
            "/^(5:00|4:5.)$/.test(document.querySelector('.current .countdown').textContent)",
        )
        .await;
        page.press(&['t']).await;
        page.until("!document.querySelector('.countdown')").await;
        page.turn_to(&presenter).await;
        page.until("document.getElementById('countdown').hidden")
            .await;
    });
}
