//! What the room sees while something goes wrong, or takes long.

use chromium::key::{CONTROL, ENTER, PAGE_DOWN, PAGE_UP, TAB};

use super::{Course, in_browser, in_browser_with};

/// What a console has in the way of type and width.
const SIZE: &str = "return [...document.querySelectorAll('.live')].flatMap((live) => \
    [live.querySelector('textarea'), live.querySelector('.live-answer')].map((part) => \
    `${live.closest('.slide').id}: ${getComputedStyle(part).fontSize}, ${part.offsetWidth}`))";

#[test]
fn a_console_that_is_edited_keeps_its_size() {
    in_browser(async |page| {
        for deck in ["01", "04", "10"] {
            page.look("ratio", "wide").await;
            page.open(deck).await;
            for shape in ["16:9", "4:3"] {
                let before = page.list(SIZE).await;
                page.value(
                    "for (const field of document.querySelectorAll('textarea')) { \
                     field.setRangeText('!', 6, 6); field.dispatchEvent(new Event('input', { bubbles: true })); \
                     field.closest('.live').querySelector('.live-answer').classList.add('is-live'); }; \
                     dispatchEvent(new Event('look'))",
                )
                .await;
                assert_eq!(page.list(SIZE).await, before, "deck {deck}, {shape}");
                page.open(deck).await;
                page.press(&['r']).await;
            }
        }
    });
}

#[test]
fn a_request_that_does_not_end_counts_its_seconds() {
    in_browser(async |page| {
        page.open("03").await;
        page.to_first_console().await;
        page.press(&['l']).await;
        page.until("document.querySelector('.current .live-state').dataset.seconds === '2 s'")
            .await;
        page.press(&['l']).await;
        page.until("document.querySelector('.current .live-state').textContent === 'stopped'")
            .await;
        page.until("!document.querySelector('.current .live-state').dataset.seconds")
            .await;
    });
}

#[test]
fn a_clicker_turns_the_page_while_the_field_has_the_focus() {
    in_browser(async |page| {
        page.open("05").await;
        page.to_first_console().await;
        let here = page.hash().await;
        page.press(&[TAB]).await;
        page.until("document.activeElement.matches('.current textarea')")
            .await;
        page.press(&[PAGE_DOWN]).await;
        assert_ne!(page.hash().await, here);
        page.press(&[PAGE_UP]).await;
        assert_eq!(page.hash().await, here);
        page.press(&[TAB]).await;
        page.until("document.activeElement.matches('.current textarea')")
            .await;
        page.press_together(&[CONTROL, ENTER]).await;
        page.until("document.querySelector('.current .live-answer.is-live')")
            .await;
        page.press(&[PAGE_DOWN]).await;
        assert_ne!(page.hash().await, here);
    });
}

#[test]
fn a_pasted_target_is_sent_encoded_and_said() {
    in_browser(async |page| {
        page.open("05").await;
        page.to_first_console().await;
        page.value(
            "const field = document.querySelector('.current textarea'); \
             field.value = field.value.replace('name=Ada', 'name=<b>Ada Lovelace')",
        )
        .await;
        page.press(&['l']).await;
        page.until(
            "document.querySelector('.current .live-state').textContent \
             .startsWith('Sent as /hello?name=%3Cb%3EAda%20Lovelace. ')",
        )
        .await;
        page.until("document.querySelector('.current .live-answer').textContent.includes('Hello, &lt;b&gt;Ada Lovelace!')")
            .await;
    });
}

#[test]
fn what_the_compiler_says_has_the_width_of_the_slide() {
    let course = Course::with(&[
        (
            "slides/05-small.md",
            "# Small\n<!-- slide: 1 min -->\n<!-- live: GET / -->\n\n### Notes\nSay it.\n",
        ),
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"lessons/*\"]\n",
        ),
        (
            "lessons/05-small/Cargo.toml",
            "[package]\nname = \"lesson-05\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
        ),
        (
            "lessons/05-small/src/main.rs",
            "fn main() {\n    let unused = 1;\n    let a: u8 = \"b\";\n    let c: u8 = \"d\";\n}\n",
        ),
    ]);
    let root = course.root().to_owned();
    in_browser_with(&root, async move |page| {
        page.open("05").await;
        page.press(&['l']).await;
        page.until("document.querySelector('.live-answer.is-problem')")
            .await;
        let said = page.text(".live-answer").await;
        assert!(
            said.starts_with("error[E0308]: mismatched types\n"),
            "{said}"
        );
        assert!(
            said.contains("src/main.rs:3:") && said.contains("src/main.rs:4:"),
            "{said}"
        );
        assert!(!said.contains("warning"), "{said}");
        let share = "const answer = document.querySelector('.live-answer'); \
            return Math.round(100 * answer.offsetWidth / document.querySelector('.body').offsetWidth)";
        assert_eq!(page.number(share).await, 100);
        let family = "return getComputedStyle(document.querySelector('.live-answer')).fontFamily";
        let family = page.value(family).await;
        assert!(
            family
                .as_str()
                .is_some_and(|family| family.contains("monospace")),
            "{family}"
        );
        // The request can be read and sent again.
        let field = "return document.querySelector('textarea').offsetHeight";
        assert!(page.number(field).await > 40);
    });
}
