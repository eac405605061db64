//! A page in Chromium, for the tests that look at one.

use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::Driver;
use wire::server::PATIENCE;

/// Keys that are no characters, as WebDriver names them.
pub mod key {
    #![allow(missing_docs, reason = "they are called as they are")]
    pub const BACKSPACE: char = '\u{E003}';
    pub const TAB: char = '\u{E004}';
    pub const ENTER: char = '\u{E007}';
    pub const SHIFT: char = '\u{E008}';
    pub const CONTROL: char = '\u{E009}';
    pub const ESCAPE: char = '\u{E00C}';
    pub const PAGE_UP: char = '\u{E00E}';
    pub const PAGE_DOWN: char = '\u{E00F}';
    pub const END: char = '\u{E010}';
    pub const HOME: char = '\u{E011}';
    pub const LEFT: char = '\u{E012}';
    pub const RIGHT: char = '\u{E014}';
    pub const DOWN: char = '\u{E015}';
    pub const DELETE: char = '\u{E017}';
}

/// What a browser shows.
#[derive(Debug)]
pub struct Page {
    /// For all that is not below.
    pub client: Client,
}

impl Page {
    /// Goes to an address.
    pub async fn goto(&self, address: &str) {
        let gone = self.client.goto(address).await;
        gone.unwrap_or_else(|error| panic!("{address} cannot be shown: {error}"));
    }

    /// What a script returns. It may wait.
    pub async fn value(&self, script: &str) -> Value {
        let script = format!("return (async () => {{ {script} }})()");
        let value = self.client.execute(&script, vec![]).await;
        value.expect("the script runs")
    }

    /// The number that a script returns.
    pub async fn number(&self, script: &str) -> u64 {
        self.value(script).await.as_u64().expect("a number")
    }

    /// The texts that a script returns.
    pub async fn list(&self, script: &str) -> Vec<String> {
        let list = self.value(script).await;
        serde_json::from_value(list).expect("a list of texts")
    }

    /// The text of an element, once there is one.
    pub async fn text(&self, selector: &str) -> String {
        self.until(&format!("document.querySelector('{selector}')"))
            .await;
        let text = format!("return document.querySelector('{selector}').textContent");
        let text = self.value(&text).await;
        text.as_str().expect("a text").trim().to_owned()
    }

    /// Waits for something to be true. It is of the browser's, so there is nothing to listen to. It is asked from
    /// here each time: a script that waits in a page ends with the page when that is left for the next one.
    pub async fn until(&self, condition: &str) {
        let script = format!("return Boolean({condition})");
        let end = Instant::now() + PATIENCE;
        loop {
            // Between two pages there may be none that could answer.
            let answer = self.client.execute(&script, vec![]).await;
            if matches!(answer, Ok(Value::Bool(true))) {
                return;
            }
            assert!(Instant::now() < end, "{condition}: {answer:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub async fn press(&self, keys: &[char]) {
        for key in keys {
            self.press_together(&[*key]).await;
        }
    }

    /// Holds keys down until the last of them is pressed.
    pub async fn press_together(&self, keys: &[char]) {
        let mut press = KeyActions::new("keys".to_owned());
        for &value in keys {
            press = press.then(KeyAction::Down { value });
        }
        for &value in keys.iter().rev() {
            press = press.then(KeyAction::Up { value });
        }
        let pressed = self.client.perform_actions(press).await;
        pressed.expect("keys are pressed");
    }
}

/// Runs `test` with a browser of its own, which has a folder in `folder`, and ends it whatever comes of
/// that. Where Chromium is not installed, `what` is skipped, in print.
///
/// # Panics
/// When the test does, and when Chromium is missing in CI.
pub fn in_browser(folder: &Path, what: &str, test: impl AsyncFnOnce(&Page)) {
    in_browser_with(&json!({}), folder, what, test);
}

/// The same, with more options for Chromium.
///
/// # Panics
/// As above.
pub fn in_browser_with(options: &Value, folder: &Path, what: &str, test: impl AsyncFnOnce(&Page)) {
    let Some(driver) = Driver::start(folder, what) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(driver.capabilities(options))
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("Chromium starts");
        // A script waits for a server that is being built, or reads a long page.
        let patience = TimeoutConfiguration::new(Some(4 * PATIENCE), Some(PATIENCE), None);
        let told = client.update_timeouts(patience).await;
        told.expect("the driver takes its time");
        let page = Page { client };
        // A failed test ends the browser with its driver.
        test(&page).await;
        page.client.close().await.expect("Chromium ends");
    });
}
