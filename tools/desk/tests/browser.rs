//! Decks in a real browser: Chromium without a window, led by its driver.
//!
//! Where Chromium is not installed, each test says `skipped:` and passes, except in CI.

#[path = "../../press/tests/common/mod.rs"]
mod common;

#[path = "browser/barriers.rs"]
mod barriers;
#[path = "browser/ink.rs"]
mod ink;
#[path = "browser/presenter.rs"]
mod presenter;
#[path = "browser/readme.rs"]
mod readme;
#[path = "browser/share.rs"]
mod share;
#[path = "browser/steps.rs"]
mod steps;
#[path = "browser/wall.rs"]
mod wall;

use std::{ops::Deref, path::Path, process::Command};

use chromium::key::{DOWN, END, ENTER, ESCAPE, HOME, LEFT, PAGE_DOWN, PAGE_UP, RIGHT, TAB};
use common::{Course, repository_root};
use fantoccini::wd::{PrintConfigurationBuilder, WindowHandle};
use wire::server::Server;

const SHAPES: [(&str, f64, f64); 2] = [("wide", 1280.0, 720.0), ("standard", 960.0, 720.0)];

#[test]
fn every_slide_of_every_deck_fits_at_both_shapes() {
    in_browser(async |page| {
        for deck in page.decks().await {
            page.look("ratio", "wide").await;
            page.open(&deck).await;
            for (shape, ..) in SHAPES {
                let shown = page
                    .value("return document.documentElement.dataset.ratio")
                    .await;
                assert_eq!(shown, shape);
                let cut = page.list(include_str!("browser/cut.js")).await;
                assert!(cut.is_empty(), "deck {deck}, {shape}: {cut:#?}");
                page.press(&['r']).await;
            }
        }
    });
}

#[test]
fn the_words_of_every_drawing_can_be_read() {
    in_browser(async |page| {
        for deck in page.decks().await {
            page.look("ratio", "wide").await;
            page.room(1280, 720).await;
            page.open(&deck).await;
            let found = page.list(include_str!("browser/lettering.js")).await;
            assert!(found.is_empty(), "deck {deck}: {found:#?}");
        }
    });
}

#[test]
fn text_stands_out_from_its_ground_in_every_theme() {
    in_browser(async |page| {
        for deck in page.decks().await {
            page.look("theme", "light").await;
            page.open(&deck).await;
            for theme in ["light", "dark", "contrast"] {
                let shown = page
                    .value("return document.documentElement.dataset.theme")
                    .await;
                assert_eq!(shown, theme);
                let pale = page.list(include_str!("browser/pale.js")).await;
                assert!(pale.is_empty(), "deck {deck}, {theme}: {pale:#?}");
                page.press(&['d']).await;
            }
        }
        page.open("05/presenter").await;
        let pale = page.list(include_str!("browser/pale.js")).await;
        assert!(pale.is_empty(), "{pale:#?}");
    });
}

#[test]
fn a_deck_is_led_by_the_keyboard_alone() {
    in_browser(async |page| {
        page.open("05").await;
        let count = page
            .number("return document.querySelectorAll('.slide').length")
            .await;
        // Through all slides, and through the steps of each.
        let mut seen = vec![page.hash().await];
        while seen.last().is_none_or(|hash| *hash != format!("#{count}")) {
            page.press(&[RIGHT]).await;
            let hash = page.hash().await;
            assert_ne!(seen.last(), Some(&hash), "it goes on");
            if hash.contains('.') {
                let on = page
                    .number("return document.querySelectorAll('.current .stepping .on').length")
                    .await;
                assert!(on > 0, "{hash} shows lines");
            }
            seen.push(hash);
        }
        let slides = seen.iter().filter(|hash| !hash.contains('.')).count();
        assert_eq!(slides as u64, count);
        assert!(seen.len() > slides, "some slides have steps: {seen:?}");
        let said = page.text("#said").await;
        assert!(
            said.starts_with(&format!("Slide {count} of {count}: ")),
            "{said}"
        );

        page.press(&[HOME, PAGE_DOWN]).await;
        let second = page.hash().await;
        page.press(&[PAGE_UP]).await;
        assert_eq!((second.as_str(), page.hash().await.as_str()), ("#2", "#1"));
        page.press(&['1', '2', ENTER]).await;
        assert_eq!(page.hash().await, "#12");
        page.press(&[END]).await;
        assert_eq!(page.hash().await, format!("#{count}"));
        page.client.back().await.expect("there is a way back");
        page.until("location.hash === '#12'").await;

        // From the overview to a slide.
        page.press(&['o', HOME, RIGHT, DOWN, LEFT, ENTER]).await;
        let hash = page.hash().await;
        assert!(!["#1", "#2", "#12"].contains(&hash.as_str()), "{hash}");
        page.press(&['o', ESCAPE]).await;
        assert_eq!(page.hash().await, hash);

        // The list of keys holds the focus until it is closed, and changes nothing.
        page.press(&['?', RIGHT]).await;
        page.until("document.getElementById('help').open").await;
        page.press(&[ESCAPE]).await;
        page.until("!document.getElementById('help').open").await;
        assert_eq!(page.hash().await, hash);

        let before = page
            .value("return document.documentElement.dataset.theme")
            .await;
        page.press(&['d', 'r']).await;
        assert_ne!(
            page.value("return document.documentElement.dataset.theme")
                .await,
            before
        );
        assert_eq!(
            page.value("return document.documentElement.dataset.ratio")
                .await,
            "standard"
        );
    });
}

#[test]
fn a_live_request_is_edited_sent_and_stopped_by_the_keyboard() {
    in_browser(async |page| {
        page.open("05").await;
        page.to_first_console().await;
        page.press(&[TAB]).await;
        page.until("document.activeElement.matches('.current textarea')")
            .await;
        // An arrow is for the field now. The name is changed where it stands.
        page.value("document.activeElement.setSelectionRange(19, 19)")
            .await;
        page.press(&['!', RIGHT]).await;
        assert_eq!(
            page.value("return document.activeElement.value").await,
            "GET /hello?name=Ada! HTTP/1.1\nHost: 127.0.0.1:8000\n"
        );
        page.press(&[TAB]).await;
        page.until("document.activeElement.matches('.current .live-send')")
            .await;
        page.press(&[ENTER]).await;
        page.until("document.querySelector('.current .live-answer').textContent.trim().endsWith('<h1>Hello, Ada!!</h1>')").await;
        let answer = page.text(".current .live-answer").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\n"), "{answer}");
        page.until("document.activeElement.matches('.current .live-send')")
            .await;

        // The clock of lesson 03 ticks on the slide until it is stopped.
        page.open("03").await;
        page.to_first_console().await;
        page.press(&['l']).await;
        page.until("document.querySelectorAll('.current .live-chunk').length >= 3")
            .await;
        page.press(&['l']).await;
        page.until("document.querySelector('.current .live-state').textContent === 'stopped'")
            .await;
        page.until("!document.querySelector('.current .is-busy')")
            .await;
    });
}

#[test]
fn a_changed_line_is_on_the_slide_that_is_shown() {
    let slide = |number: usize, words: &str| {
        let mark = if number == 1 { "#" } else { "##" };
        format!("{mark} Slide {number}\n<!-- slide: 1 min -->\n{words}\n\n### Notes\nSay it.\n\n")
    };
    let deck = |words: &str| format!("{}{}{}", slide(1, "a"), slide(2, words), slide(3, "c"));
    let course = Course::with(&[("slides/first.md", &deck("before"))]);
    let root = course.root().to_owned();
    in_browser_with(&root, async move |page| {
        page.open("first").await;
        page.press(&[RIGHT]).await;
        page.value("window.mark = 1").await;
        course.write("slides/first.md", deck("after"));
        page.until("document.querySelector('.current p').textContent === 'after'")
            .await;
        assert_eq!(page.hash().await, "#2");
        assert_eq!(
            page.value("return window.mark").await,
            1,
            "the page was loaded anew"
        );
        // A deck that is broken stays, and says so where the room does not see it.
        course.write("slides/first.md", deck("broken").replace("1 min", "soon"));
        page.until("document.querySelector('.current p').textContent === 'broken'")
            .await;
        assert!(!page.text("body").await.contains("defect"));
        page.open("first/presenter").await;
        page.until("/defects/.test(document.getElementById('problems').textContent)")
            .await;
    });
}

#[test]
fn a_deck_is_printed_with_one_slide_a_page() {
    in_browser(async |page| {
        for (shape, width, height) in SHAPES {
            page.look("ratio", shape).await;
            page.open("05").await;
            let centimetres = |pixels: f64| pixels / 96.0 * 2.54;
            let how = PrintConfigurationBuilder::default()
                .background(true)
                .size(fantoccini::wd::PrintSize {
                    width: centimetres(width),
                    height: centimetres(height),
                })
                .margins(fantoccini::wd::PrintMargins {
                    top: 0.0,
                    bottom: 0.0,
                    left: 0.0,
                    right: 0.0,
                })
                .build()
                .expect("it can be printed");
            let pdf = page.client.print(how).await.expect("it is printed");
            let pdf = String::from_utf8_lossy(&pdf);
            let pages = pdf.matches("/Type /Page\n").count();
            let slides = page
                .number("return document.querySelectorAll('.slide').length")
                .await;
            assert_eq!(pages as u64, slides, "{shape}");
        }
    });
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    in_browser(async |page| {
        for deck in ["00", "05", "05/presenter"] {
            page.open(deck).await;
            let list = "return performance.getEntriesByType('resource').map((entry) => entry.name)";
            let loaded = page.list(list).await;
            assert!(loaded.len() >= 4, "{loaded:?}");
            let own = format!("http://127.0.0.1:{}/", page.server.port);
            assert!(
                loaded.iter().all(|name| name.starts_with(&own)),
                "{loaded:?}"
            );
        }
    });
}

/// A browser that looks at the decks of a server.
struct Page<'a> {
    page: &'a chromium::Page,
    server: Server,
}

impl Deref for Page<'_> {
    type Target = chromium::Page;

    fn deref(&self) -> &chromium::Page {
        self.page
    }
}

impl Page<'_> {
    fn address(&self, target: &str) -> String {
        format!("http://127.0.0.1:{}/{target}", self.server.port)
    }

    /// Opens a deck, and waits until it is laid out with its pictures.
    async fn open(&self, deck: &str) {
        let address = match deck.contains('/') {
            true => self.address(deck),
            false => self.address(&format!("{deck}/")),
        };
        // An address that differs in its `#` alone would load nothing.
        self.goto(&self.address("assets/icon.svg")).await;
        self.goto(&address).await;
        self.until(
            "document.readyState === 'complete' && document.documentElement.classList.contains('ready') \
             && [...document.images].every((image) => image.complete && image.naturalWidth > 0)",
        )
        .await;
        self.value("await document.fonts.ready; await new Promise(requestAnimationFrame)")
            .await;
    }

    /// Sets colours or shape, for the pages to be opened from now on.
    async fn look(&self, name: &str, value: &str) {
        self.goto(&self.address("decks")).await;
        self.value(&format!("localStorage.{name} = '{value}'"))
            .await;
    }

    async fn decks(&self) -> Vec<String> {
        self.goto(&self.address("decks")).await;
        let list = "return [...document.querySelectorAll('th a')].map((link) => link.pathname.replaceAll('/', ''))";
        let decks = self.list(list).await;
        assert!(!decks.is_empty(), "there are decks");
        decks
    }

    async fn hash(&self) -> String {
        let hash = self.value("return location.hash || '#1'").await;
        hash.as_str().expect("a text").to_owned()
    }

    async fn to_first_console(&self) {
        let number = self
            .number("return Number(document.querySelector('.live').closest('.slide').id)")
            .await;
        self.value(&format!("location.hash = '#{number}'")).await;
        self.until(&format!(
            "document.querySelector('.current').dataset.slide === '{number}'"
        ))
        .await;
    }

    async fn other_window(&self, than: &WindowHandle) -> WindowHandle {
        // `p` has opened it: the driver knows it when the key is done.
        let windows = self.client.windows().await.expect("windows");
        windows
            .into_iter()
            .find(|window| window != than)
            .expect("a second window")
    }

    /// Opens the presenter view of the slides that are shown, and turns to it.
    async fn to_presenter(&self) -> (WindowHandle, WindowHandle) {
        let slides = self.client.window().await.expect("a window");
        self.press(&['p']).await;
        let presenter = self.other_window(&slides).await;
        self.turn_to(&presenter).await;
        self.until("document.documentElement.classList.contains('ready')")
            .await;
        (slides, presenter)
    }

    /// Gives the page so much room, whatever is around it.
    async fn room(&self, width: u32, height: u32) {
        let around = "return [outerWidth - innerWidth, outerHeight - innerHeight]";
        let around = self.value(around).await;
        let more = |index: usize| {
            around[index]
                .as_u64()
                .and_then(|more| u32::try_from(more).ok())
        };
        let (more_width, more_height) = (more(0).expect("a width"), more(1).expect("a height"));
        let size = self
            .client
            .set_window_size(width + more_width, height + more_height);
        size.await.expect("a window has a size");
        self.until(&format!(
            "innerWidth === {width} && innerHeight === {height}"
        ))
        .await;
    }

    async fn turn_to(&self, window: &WindowHandle) {
        self.client
            .switch_to_window(window.clone())
            .await
            .expect("the window is there");
    }
}

/// Runs `test` on the decks of this repository.
fn in_browser(test: impl AsyncFnOnce(&Page)) {
    in_browser_with(&repository_root(), test);
}

/// Runs `test` on the decks of this folder.
fn in_browser_with(root: &Path, test: impl AsyncFnOnce(&Page)) {
    in_browser_as(root, &[], test);
}

/// Runs `test` with a browser and a server of its own, and ends both whatever comes of it.
fn in_browser_as(root: &Path, arguments: &[&str], test: impl AsyncFnOnce(&Page)) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    chromium::in_browser(folder, "decks in a browser", async |page| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
        command.arg("--repository").arg(root).args(arguments);
        let server = Server::start_command(&mut command).expect("cargo slides starts");
        let size = page.client.set_window_size(1280, 900).await;
        size.expect("a window has a size");
        test(&Page { page, server }).await;
    });
}
