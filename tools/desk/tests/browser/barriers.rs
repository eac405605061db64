//! What axe-core can try of WCAG 2.2 AA holds on every slide, and around the slides.
//!
//! Where axe-core is not installed, each test says `skipped:` and passes, except in CI.

use chromium::key::{ENTER, ESCAPE};

use super::{Page, in_browser};

const THEMES: [&str; 3] = ["light", "dark", "contrast"];

#[test]
fn no_slide_of_any_deck_has_a_barrier_in_any_theme() {
    let Some(axe) = chromium::axe::script("the rules of WCAG, tried on slides") else {
        return;
    };
    in_browser(async |page| {
        for deck in page.decks().await {
            page.look("theme", THEMES[0]).await;
            page.open(&deck).await;
            page.value(&axe).await;
            for theme in THEMES {
                page.has(theme).await;
                let found = page.list(include_str!("walk.js")).await;
                assert!(found.is_empty(), "deck {deck}, {theme}: {found:#?}");
                page.press(&['o']).await;
                page.has_no_barrier(&format!("the overview of deck {deck}, {theme}"))
                    .await;
                page.press(&['o', 'd']).await;
            }
        }
    });
}

#[test]
fn nothing_around_the_slides_has_a_barrier_in_any_theme() {
    let Some(axe) = chromium::axe::script("the rules of WCAG, tried on what is around the slides")
    else {
        return;
    };
    in_browser(async |page| {
        for theme in THEMES {
            page.look("theme", theme).await;
            page.value(&axe).await;
            page.has_no_barrier(&format!("the list of decks, {theme}"))
                .await;

            page.open("05").await;
            page.value(&axe).await;
            page.has(theme).await;
            for (key, what) in [
                ('n', "the notes below a slide"),
                ('?', "the list of keys"),
                ('a', "the address for the room"),
            ] {
                page.press(&[key]).await;
                page.has_no_barrier(&format!("{what}, {theme}")).await;
                page.press(&[if key == 'n' { key } else { ESCAPE }]).await;
            }
            page.press(&['5', 't', 'w']).await;
            page.has_no_barrier(&format!("a countdown and a pen, {theme}"))
                .await;
            page.press(&['t', ESCAPE]).await;
            page.to_first_console().await;
            page.press(&['l']).await;
            page.until("document.querySelector('.current .live-chunk')")
                .await;
            page.has_no_barrier(&format!("a live answer, {theme}"))
                .await;

            page.open("05/presenter").await;
            page.value(&axe).await;
            page.has(theme).await;
            for _ in 0..4 {
                page.has_no_barrier(&format!("the presenter view, {theme}"))
                    .await;
                page.press(&['s', ' ']).await;
            }
            page.press(&['?']).await;
            page.has_no_barrier(&format!("the keys of the presenter view, {theme}"))
                .await;
        }
    });
}

#[test]
fn a_barrier_is_found_where_there_is_one() {
    let Some(axe) = chromium::axe::script("the rules of WCAG, tried on a slide") else {
        return;
    };
    in_browser(async |page| {
        page.open("05").await;
        page.value(&axe).await;
        page.press(&['7', ENTER]).await;
        page.value(
            "document.querySelector('.current h2').style.color = '#bbb'; \
             document.querySelector('[data-do=overview]').textContent = ''",
        )
        .await;
        let found = page.list("return barriers()").await;
        let rules: Vec<&str> = found
            .iter()
            .filter_map(|barrier| barrier.split(' ').next())
            .collect();
        assert_eq!(rules, ["button-name", "color-contrast"], "{found:#?}");
    });
}

impl Page<'_> {
    async fn has(&self, theme: &str) {
        let shown = "return document.documentElement.dataset.theme";
        assert_eq!(self.value(shown).await, theme);
    }

    async fn has_no_barrier(&self, what: &str) {
        let found = self.list("return barriers()").await;
        assert!(found.is_empty(), "{what}: {found:#?}");
    }
}
