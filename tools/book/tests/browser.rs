//! The served book in a real browser: Chromium without a window, led by its driver.
//!
//! Where Chromium is not installed, or axe-core for what needs it, each test says `skipped:` and passes, except in CI.

#[path = "browser/desk.rs"]
mod desk;

use std::{
    ops::Deref,
    path::{Path, PathBuf},
    process::Command,
};

use book::site::pages_in;
use chromium::{
    Page,
    key::{DELETE, DOWN, ENTER, HOME, LEFT, PAGE_UP, RIGHT, SHIFT, TAB},
};
use serde_json::{Value, json};
use wire::server::Server;

#[test]
fn a_word_is_searched_and_pages_are_turned_by_the_keyboard() {
    in_browser(async |book| {
        book.open("").await;
        let word: Vec<char> = "smuggling".chars().collect();
        book.press(&['s']).await;
        book.until("document.activeElement.id === 'mdbook-searchbar'")
            .await;
        book.press(&word).await;
        book.until("document.querySelector('#mdbook-searchresults a')")
            .await;
        book.press(&[DOWN, ENTER]).await;
        book.until("location.search.includes('smuggling') && document.readyState === 'complete'")
            .await;
        book.until("document.querySelector('main mark')").await;
        let marked = book.text("main mark").await.to_lowercase();
        assert_eq!(marked, "smuggling");

        // Terms are found where they are explained, other scripts are found, and so is that there is nothing.
        for (typed, first) in [
            ("CSRF", "Glossary » Cross-site request forgery (CSRF)"),
            ("etag", "Glossary » ETag"),
            ("middleware", "Glossary » Middleware"),
            ("\u{8336}", "Count in bytes"),
        ] {
            book.finds(typed).await;
            let found = book.text("#mdbook-searchresults a").await;
            assert!(found.contains(first), "{typed}: {found}");
        }
        book.finds("xylophone").await;
        let none = book.text("#mdbook-searchresults-header[role=status]").await;
        assert_eq!(none, "No search results for 'xylophone'.");

        book.open("notes/05-mini-framework.html").await;
        for (key, page) in [
            (RIGHT, "exercises/05-mini-framework.html"),
            (RIGHT, "notes/06-notes-app.html"),
            (LEFT, "exercises/05-mini-framework.html"),
        ] {
            book.press(&[key]).await;
            book.arrives_at(page).await;
        }
    });
}

#[test]
fn arrow_keys_scroll_a_block_of_code_and_do_not_turn_the_page() {
    in_browser(async |book| {
        book.open("notes/05-mini-framework.html").await;
        book.value("window.stays = true").await;
        for place in ["main pre > code", "main .table-wrapper"] {
            book.value(&format!("document.querySelector('{place}').focus()"))
                .await;
            book.press(&[RIGHT, LEFT]).await;
        }
        // From elsewhere they turn it, and this comes after those.
        book.value("document.activeElement.blur()").await;
        assert_eq!(book.value("return window.stays").await, true);
        book.press(&[RIGHT]).await;
        book.arrives_at("exercises/05-mini-framework.html").await;
    });
}

#[test]
fn a_page_that_is_not_there_leads_back() {
    in_browser(async |book| {
        book.open("notes/nowhere/at-all.html").await;
        assert_eq!(book.text("h1").await, "There is no such page");
        if let Some(axe) =
            chromium::axe::script("the rules of WCAG, tried on a page that is not there")
        {
            book.value(&axe).await;
            let barriers = book.list("return barriers()").await;
            assert!(barriers.is_empty(), "{barriers:#?}");
        }
        book.tab_to("main a").await;
        book.press(&[ENTER]).await;
        book.arrives_at("index.html").await;
    });
}

#[test]
fn a_dark_theme_is_chosen_by_the_keyboard_and_kept_on_every_kind_of_page() {
    in_browser(async |book| {
        book.open("notes/05-mini-framework.html").await;
        assert_eq!(book.theme().await, "light");
        book.tab_to("#mdbook-theme-toggle").await;
        book.press(&[ENTER]).await;
        book.until("document.activeElement.matches('.theme')").await;
        while book
            .value("return document.activeElement.id !== 'mdbook-theme-navy'")
            .await
            == true
        {
            book.press(&[DOWN]).await;
        }
        book.press(&[ENTER]).await;
        let ground = "return getComputedStyle(document.documentElement).backgroundColor";
        for page in [
            "notes/05-mini-framework.html",
            "index.html",
            "exercises/05-mini-framework.html",
            "slides/05-mini-framework.html",
            "source/lessons/05-mini-framework/src/main.rs.html",
        ] {
            book.open(page).await;
            assert_eq!(book.theme().await, "navy", "{page}");
            let ground = book.value(ground).await;
            assert_eq!(ground, "rgb(20, 25, 31)", "{page}");
        }
    });
}

#[test]
fn a_note_leads_to_its_slides_its_exercise_and_its_source() {
    in_browser(async |book| {
        for (word, page) in [
            ("Slides", "slides/05-mini-framework.html"),
            ("Exercise", "exercises/05-mini-framework.html"),
            ("Source", "source/lessons/05-mini-framework/"),
        ] {
            book.open("notes/05-mini-framework.html").await;
            let links = "[...document.querySelectorAll('.ways a')]";
            let link = format!("{links}.find((a) => a.textContent.includes('{word}'))");
            book.value(&format!("{link}.focus()")).await;
            book.press(&[ENTER]).await;
            book.arrives_at(page).await;
            let heading = book.text("h1").await;
            assert!(!heading.is_empty(), "{page}");
            let back = "[...document.querySelectorAll('main a, header a')].some((a) => \
                        a.pathname.endsWith('/notes/05-mini-framework.html'))";
            let back = book.value(&format!("return {back}")).await;
            assert_eq!(back, true, "{page} leads back");
        }
    });
}

#[test]
fn a_request_is_sent_from_a_note_by_the_keyboard_alone_and_the_raw_answer_is_shown() {
    in_browser(async |book| {
        book.open("notes/05-mini-framework.html").await;
        book.tab_to("details.try > summary").await;
        book.press(&[ENTER, TAB]).await;
        book.until("document.activeElement.matches('.try textarea')")
            .await;
        let request = book.value("return document.activeElement.value").await;
        let request = request.as_str().expect("a text").to_owned();
        assert!(request.starts_with("POST /hello?name=Ada "), "{request}");
        book.tab_to(".live-send").await;
        book.press(&[ENTER]).await;
        book.until("/the answer is whole/.test(document.querySelector('.try[open] .live-state').textContent)")
            .await;
        let answer = book.text(".try[open] .live-answer").await;
        let head = "HTTP/1.1 405 Method Not Allowed\ncontent-type: text/html; charset=utf-8\nallow: GET, HEAD\n";
        assert!(answer.starts_with(head), "{answer}");
        let chunks = "return document.querySelectorAll('.try[open] .live-chunk').length";
        assert!(book.number(chunks).await >= 1);
        if let Some(axe) =
            chromium::axe::script("the rules of WCAG, tried on a console in the book")
        {
            book.value(&axe).await;
            for theme in ["light", "navy"] {
                book.wears(theme).await;
                let barriers = book.list("return barriers()").await;
                assert!(barriers.is_empty(), "{theme}: {barriers:#?}");
            }
        }

        // Back to the beginning of the field, to ask otherwise.
        book.press_together(&[SHIFT, TAB]).await;
        book.press(&[PAGE_UP, PAGE_UP, HOME]).await;
        book.press(&[DELETE; 4]).await;
        book.press(&['G', 'E', 'T']).await;
        book.tab_to(".live-send").await;
        book.press(&[ENTER]).await;
        book.until("document.querySelector('.try[open] .live-answer').textContent.trim().endsWith('<h1>Hello, Ada!</h1>')")
            .await;
    });
}

#[test]
fn all_chapters_are_printed_from_one_page_on_light_ground() {
    in_browser(async |book| {
        book.open("notes/05-mini-framework.html").await;
        book.value("localStorage.setItem('mdbook-theme', 'navy')")
            .await;
        book.value("document.querySelector('a[href$=\"print.html\"]').click()")
            .await;
        book.arrives_at("print.html").await;
        let headings = book
            .list(
                "return [...document.querySelectorAll('main h1')].map((h) => h.textContent.trim())",
            )
            .await;
        for (topic, title) in titles() {
            assert!(headings.contains(&title), "{topic}: {title}");
        }
        let sheets = "return [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]) \
             .filter((rule) => rule.media?.mediaText === 'print') \
             .some((rule) => [...rule.cssRules].some((own) => own.selectorText === '.navy' \
             && own.style.getPropertyValue('--bg') === '#ffffff'))";
        assert_eq!(book.value(sheets).await, true);
    });
}

#[test]
fn no_page_is_wider_than_a_phone() {
    let phone = json!({ "mobileEmulation": {
        "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 1.0, "mobile": true },
    } });
    in_browser_with(&phone, async |book| {
        for address in book.addresses() {
            // Of the files, those of one lesson: all have the same frame.
            if address.starts_with("source/") && !address.contains("/05-") {
                continue;
            }
            book.open(&address).await;
            let width = "return document.scrollingElement.scrollWidth";
            assert_eq!(book.number(width).await, 390, "{address}");
        }
    });
}

#[test]
fn no_chapter_and_no_deck_has_a_barrier_in_light_or_dark_or_loads_from_elsewhere() {
    let Some(axe) = chromium::axe::script("the rules of WCAG, tried on the book") else {
        return;
    };
    in_browser(async |book| {
        let mut found = Vec::new();
        let own = book.address("");
        for address in book.addresses() {
            if is_of_a_file(&address) {
                continue;
            }
            book.open(&address).await;
            book.value(&axe).await;
            for theme in ["light", "navy"] {
                book.wears(theme).await;
                let barriers = book.list("return barriers()").await;
                let named = |barrier| format!("{address}, {theme}: {barrier}");
                found.extend(barriers.into_iter().map(named));
            }
            let loaded =
                "return performance.getEntriesByType('resource').map((entry) => entry.name)";
            let loaded = book.list(loaded).await;
            let elsewhere = loaded.iter().filter(|name| !name.starts_with(&own));
            found.extend(elsewhere.map(|name| format!("{address} loads {name}")));
        }
        assert!(found.is_empty(), "{found:#?}");
    });
}

#[test]
fn no_page_of_a_file_has_a_barrier_in_light_or_dark() {
    let Some(axe) = chromium::axe::script("the rules of WCAG, tried on the files in the book")
    else {
        return;
    };
    in_browser(async |book| {
        let mut addresses = book.addresses();
        addresses.retain(|address| is_of_a_file(address));
        book.open(&addresses[0]).await;
        book.value(&axe).await;
        for some in addresses.chunks(20) {
            let addresses = json!(some);
            let files = include_str!("browser/files.js");
            let script = format!("const addresses = {addresses}; {DRESS} {files}");
            let found = book.list(&script).await;
            assert!(found.is_empty(), "{found:#?}");
        }
    });
}

fn is_of_a_file(address: &str) -> bool {
    address.starts_with("source/")
}

const DRESS: &str = include_str!("browser/dress.js");

/// The served book, and a browser that looks at it.
struct Book<'a> {
    page: &'a Page,
    server: Server,
    /// Where the site lies.
    out: PathBuf,
}

impl Deref for Book<'_> {
    type Target = Page;

    fn deref(&self) -> &Page {
        self.page
    }
}

impl Book<'_> {
    fn address(&self, page: &str) -> String {
        format!("http://127.0.0.1:{}/{page}", self.server.port)
    }

    /// All pages.
    fn addresses(&self) -> Vec<String> {
        let pages = pages_in(&self.out).expect("the site can be read");
        assert!(pages.len() > 100, "these are not all");
        pages.into_iter().map(|(address, _)| address).collect()
    }

    async fn open(&self, page: &str) {
        self.goto(&self.address(page)).await;
        self.until("document.readyState === 'complete'").await;
    }

    /// Types into the search, and waits for what it says.
    async fn finds(&self, typed: &str) {
        self.open("").await;
        self.press(&['s']).await;
        self.until("document.activeElement.id === 'mdbook-searchbar'")
            .await;
        self.press(&typed.chars().collect::<Vec<char>>()).await;
        let said = format!(
            "document.querySelector('#mdbook-searchresults-header').textContent.includes(`'{typed}'`)"
        );
        self.until(&said).await;
    }

    async fn arrives_at(&self, page: &str) {
        self.until(&format!(
            "location.pathname.startsWith('/{page}') && document.readyState === 'complete'"
        ))
        .await;
    }

    /// Puts the page into another theme.
    async fn wears(&self, theme: &str) {
        self.value(&format!("{DRESS} dress('{theme}')")).await;
    }

    async fn theme(&self) -> Value {
        self.value("return ['light', 'navy'].find((name) => document.documentElement.classList.contains(name))")
            .await
    }

    /// Goes on from element to element until one is reached, as somebody without a mouse does.
    async fn tab_to(&self, selector: &str) {
        let is_there = format!("return document.activeElement.matches('{selector}')");
        for _ in 0..400 {
            self.press(&[TAB]).await;
            if self.value(&is_there).await == true {
                return;
            }
        }
        panic!("{selector} is not reached by the keyboard");
    }
}

/// The lessons' notes, by topic, with their headings.
fn titles() -> Vec<(String, String)> {
    let repository = press::program::repository(None).expect("the repository is there");
    let lessons = book::course::lessons(&repository).expect("there are notes");
    assert!(lessons.len() >= 11);
    lessons
        .iter()
        .map(|lesson| {
            let text = repository.read(&lesson.note()).expect("the note is there");
            (lesson.topic.clone(), book::course::title(&text).to_owned())
        })
        .collect()
}

fn in_browser(test: impl AsyncFnOnce(&Book)) {
    in_browser_with(&json!({}), async |book: &Book| {
        let size = book.client.set_window_size(1280, 900).await;
        size.expect("a window has a size");
        test(book).await;
    });
}

/// The same with the book of another course.
fn in_browser_at(course: impl FnOnce() -> PathBuf, test: impl AsyncFnOnce(&Book, &Path)) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    chromium::in_browser(folder, "the desk in a browser", async |page| {
        let root = course();
        let size = page.client.set_window_size(1366, 768).await;
        size.expect("a window has a size");
        let out = root.join("target/book");
        let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
        command.args(["serve", "--out"]).arg(&out);
        let server = Server::start_command(command.arg("--repository").arg(&root));
        let server = server.expect("cargo book serve starts");
        test(&Book { page, server, out }, &root).await;
    });
}

fn in_browser_with(options: &Value, test: impl AsyncFnOnce(&Book)) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    chromium::in_browser_with(options, folder, "the book in a browser", async |page| {
        let folder = tempfile::tempdir().expect("there is room");
        let out = folder.path().join("book");
        let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
        command.args(["serve", "--out"]).arg(&out);
        let server = Server::start_command(&mut command).expect("cargo book serve starts");
        test(&Book { page, server, out }).await;
    });
}
