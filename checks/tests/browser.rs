//! The pages of lessons 06, 08, 09 and 12 in a real browser: Chromium without a window, led by its driver.
//!
//! Where Chromium is not installed, each test says `skipped:` and passes, except in CI.

#[path = "browser/full_stack.rs"]
mod full_stack;
#[path = "browser/production.rs"]
mod production;

use std::fs;
use std::path::Path;

use chromium::Driver;
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use wire::server::{PATIENCE, Server};

/// Markup that would make two elements, change the title and tell so, were it not shown as text.
const MARKUP: &str = r#"<b>bold</b> <img src="x" onerror="document.title = 'run'">"#;

#[test]
fn a_note_with_markup_in_it_is_shown_as_text_without_a_reload() {
    let server = Server::of("lesson-06");
    in_browser(true, async move |browser| {
        open(&browser, &server).await;
        for (number, text) in ["buy milk", "naïve: Ω ≠ ω", MARKUP, "&lt; stays &lt;"]
            .into_iter()
            .enumerate()
        {
            // A reload would forget the mark.
            let mark = format!("window.mark = {number}; return null");
            browser.execute(&mark, vec![]).await.unwrap();
            assert_eq!(shown_text(&add(&browser, text, number).await).await, text);
            let mark = browser.execute("return window.mark", vec![]).await.unwrap();
            assert_eq!(mark, json!(number), "the page was loaded anew");
        }
        nothing_was_made_of_the_markup(&browser).await;
        let field = browser.find(Locator::Css("input")).await.unwrap();
        assert_eq!(field.prop("value").await.unwrap().as_deref(), Some(""));
        keep_screenshot("06-notes.png", &browser.screenshot().await.unwrap());

        // The page that the server sends shows the same.
        browser.refresh().await.unwrap();
        assert_eq!(shown_text(&note(&browser, 2).await).await, MARKUP);
        nothing_was_made_of_the_markup(&browser).await;

        // With the server gone, the page says so and keeps what was typed.
        drop(server);
        write(&browser, "written in vain").await;
        let told = Locator::Css("#problem:not(:empty)");
        let told = browser.wait().at_most(PATIENCE).for_element(told).await;
        let told = told.unwrap().text().await.unwrap();
        assert!(told.starts_with("The note was not added: "), "{told}");
        let field = browser.find(Locator::Css("input")).await.unwrap();
        let kept = field.prop("value").await.unwrap();
        assert_eq!(kept.as_deref(), Some("written in vain"));
    });
}

#[test]
fn the_page_does_the_same_without_javascript() {
    let server = Server::of("lesson-06");
    in_browser(false, async move |browser| {
        // That it is off: this script would set the title.
        let page = "data:text/html,<title>off</title><script>document.title = 'on'</script>";
        browser.goto(page).await.unwrap();
        assert_eq!(browser.title().await.unwrap(), "off");

        open(&browser, &server).await;
        for (number, text) in ["buy milk", MARKUP].into_iter().enumerate() {
            assert_eq!(shown_text(&add(&browser, text, number).await).await, text);
        }
        nothing_was_made_of_the_markup(&browser).await;
        let address = browser.current_url().await.unwrap();
        assert_eq!(address.path(), "/");
    });
}

#[test]
fn the_documentation_is_used_by_keyboard_and_loads_nothing_from_elsewhere() {
    let server = Server::of("lesson-09");
    in_browser(true, async move |browser| {
        browser.set_window_size(900, 1100).await.unwrap();
        let address = format!("http://{}", server.address());
        browser.goto(&format!("{address}/docs")).await.unwrap();
        let operation = Locator::Css("#operations details:nth-child(4)");
        let found = browser
            .wait()
            .at_most(PATIENCE)
            .for_element(operation)
            .await;
        found.unwrap();

        // The picture shows the operations alone, in letters that can be read on a slide.
        let larger = "document.body.style.fontSize = '20px'";
        browser.execute(larger, vec![]).await.unwrap();
        let operations = browser.find(Locator::Css("#operations")).await.unwrap();
        keep_screenshot("09-docs.png", &operations.screenshot().await.unwrap());

        // Past the link and two operations to the third, which Enter opens; past its body to the
        // button.
        press(&browser, &[TAB, TAB, TAB, TAB, ENTER, TAB, TAB]).await;
        let button = browser.active_element().await.unwrap();
        assert_eq!(button.text().await.unwrap(), "Send POST");
        press(&browser, &[ENTER]).await;
        let answer = Locator::Css("#operations details[open] pre:not([hidden]):not(:empty)");
        let answer = browser.wait().at_most(PATIENCE).for_element(answer).await;
        let answer = answer.unwrap().text().await.unwrap();
        assert!(answer.starts_with("200 OK\n"), "{answer}");
        assert!(answer.contains(r#""price":12.34"#), "{answer}");

        let list = "return performance.getEntriesByType('resource').map((entry) => entry.name)";
        let loaded = browser.execute(list, vec![]).await.unwrap();
        let loaded = loaded.as_array().expect("a list").iter();
        let loaded: Vec<&str> = loaded.filter_map(Value::as_str).collect();
        assert!(!loaded.is_empty());
        let elsewhere = |name: &&&str| !name.starts_with(&address) && !name.starts_with("data:");
        let elsewhere: Vec<_> = loaded.iter().filter(elsewhere).collect();
        assert!(elsewhere.is_empty(), "{elsewhere:?}");
    });
}

const TAB: char = '\u{E004}';
const ENTER: char = '\u{E007}';

/// Presses keys, each where the one before has led.
async fn press(browser: &Client, keys: &[char]) {
    for key in keys {
        let here = browser.active_element().await.unwrap();
        here.send_keys(&key.to_string()).await.unwrap();
    }
}

async fn open(browser: &Client, server: &Server) {
    let address = format!("http://{}/", server.address());
    browser.goto(&address).await.unwrap();
    assert_eq!(browser.title().await.unwrap(), "Notes");
}

/// Types a note and clicks, as a person does.
async fn write(browser: &Client, text: &str) {
    let field = browser.find(Locator::Css("input")).await.unwrap();
    field.send_keys(text).await.unwrap();
    let button = browser.find(Locator::Css("button")).await.unwrap();
    button.click().await.unwrap();
}

/// Writes a note and waits until it is on the page, behind `before` others.
async fn add(browser: &Client, text: &str, before: usize) -> Element {
    write(browser, text).await;
    note(browser, before).await
}

async fn note(browser: &Client, before: usize) -> Element {
    let place = format!("#notes li:nth-child({})", before + 1);
    let found = browser.wait().at_most(PATIENCE);
    found.for_element(Locator::Css(&place)).await.unwrap()
}

async fn shown_text(note: &Element) -> String {
    note.text().await.unwrap()
}

async fn nothing_was_made_of_the_markup(browser: &Client) {
    let inside = browser.find_all(Locator::Css("#notes li *")).await.unwrap();
    assert!(inside.is_empty(), "a note holds elements");
    assert_eq!(browser.title().await.unwrap(), "Notes");
}

/// A picture in the note of a lesson. It is kept when answers are recorded, and not else: colours
/// and dates are other ones each time.
fn keep_screenshot(name: &str, png: &[u8]) {
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        let file = house::root().join("notes/pictures").join(name);
        fs::write(file, png).expect("the picture can be written");
    }
}

/// Runs `test` with a browser of its own, and ends the browser whatever comes of it.
fn in_browser<F>(javascript: bool, test: impl FnOnce(Client) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    // 2 means: block.
    let without = json!({ "prefs": { "profile.managed_default_content_settings.javascript": 2 } });
    in_browser_with(if javascript { json!({}) } else { without }, test);
}

/// The same, with more options for Chromium.
fn in_browser_with<F>(options: Value, test: impl FnOnce(Client) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let Some(driver) = Driver::start(folder, "the page in a browser") else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let result = runtime.block_on(async {
        let capabilities = driver.capabilities(&options);
        let browser = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("Chromium starts");
        let result = tokio::spawn(test(browser.clone())).await;
        browser.close().await.expect("Chromium ends");
        result
    });
    drop(driver);
    if let Err(failed) = result {
        std::panic::resume_unwind(failed.into_panic());
    }
}
