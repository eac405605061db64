//! Lesson 12 as its users see it: with the keyboard alone, and on a phone.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use house::build::ServerName;
use serde_json::json;
use wire::server::{PATIENCE, Server};
use wire::visitor::Visitor;

use super::{in_browser, in_browser_with, keep_screenshot};

const PASSWORD: &str = "correct horse battery";

#[test]
fn a_user_registers_writes_edits_searches_and_leaves_with_the_keyboard_alone() {
    let server = Server::of("lesson-12");
    in_browser(true, async move |browser| {
        browser.set_window_size(900, 560).await.unwrap();
        let person = Person { browser, server };
        person.open("/accounts/register/", "Register").await;
        person.type_into("#id_username", "ada").await;
        person.type_into("#id_password1", PASSWORD).await;
        person.type_into("#id_password2", PASSWORD).await;
        person.press(Key::Enter).await;
        person.arrives_at("ada").await;
        person.is_told("Welcome, ada.").await;

        for (text, color) in [
            ("water the plants", "lightgreen"),
            ("buy <b>milk</b>", "khaki"),
        ] {
            person.open("/notes/", "My notes").await;
            person.follow("a[href='/notes/add/']").await;
            person.arrives_at("Add a note").await;
            person.type_into("#id_text", text).await;
            person.type_into("#id_color", color).await;
            person.follow("#main form button").await;
            person.arrives_at("My notes").await;
            person.is_told("The note was added.").await;
        }
        assert_eq!(person.count("ul.board li").await, 2);
        assert_eq!(
            person.count("ul.board b").await,
            0,
            "markup became elements"
        );

        // The error stands at its field, and the field says so to who cannot see it.
        person.open("/notes/1/edit/", "Edit the note").await;
        person.type_into("#id_link", "https://").await;
        let browser = &person.browser;
        let no_check = "document.querySelector('#main form').noValidate = true; return null";
        browser.execute(no_check, vec![]).await.unwrap();
        person.press(Key::Enter).await;
        person.finds("#id_link[aria-invalid=true]").await;
        assert!(!person.text_of("#id_link_error").await.is_empty());
        person.open("/notes/1/edit/", "Edit the note").await;
        person.type_into("#id_text", "now: ").await;
        person.follow("#main form button").await;
        person.finds("article.note").await;
        assert!(person.text_of("article.note").await.contains("now: "));

        person.open("/notes/", "My notes").await;
        keep_screenshot("12-notes.png", &person.browser.screenshot().await.unwrap());
        person.type_into("input[name=q]", "PLANTS").await;
        person.press(Key::Enter).await;
        person.finds("p.hint a").await;
        assert_eq!(person.count("ul.board li").await, 1);

        person
            .follow("form[action='/accounts/logout/'] button")
            .await;
        person.finds("a[href='/accounts/login/']").await;
        person.open("/notes/", "Log in").await;
    });
}

#[test]
fn the_admin_is_used_with_the_keyboard_alone() {
    let server = with_notes();
    in_browser(true, async move |browser| {
        browser.set_window_size(900, 860).await.unwrap();
        let person = Person { browser, server };
        person.log_in_as_admin().await;
        person.follow("#main a[href$='admin/notes/']").await;
        person.arrives_at("Notes | Notes: administration").await;
        assert_eq!(person.count("tbody tr").await, 5);

        // Two rows, one action.
        for id in ["#pick-2", "#pick-4"] {
            person.tab_to(id).await;
            person.press(Key::Space).await;
        }
        person.type_into("#action", "Colour plum").await;
        person.follow(".bulk button").await;
        person.finds(".message").await;
        let plum = "//tbody//td/span[normalize-space() = 'plum']";
        let found = person.browser.find_all(Locator::XPath(plum)).await.unwrap();
        assert_eq!(found.len(), 2);

        // One row, by its form.
        person
            .open(
                "/admin/notes/3/change/",
                "water the plants | Notes: administration",
            )
            .await;
        person.type_into("#id_text", "again: ").await;
        person.follow("#main form.fields button").await;
        person.arrives_at("Notes | Notes: administration").await;

        person.open_unnamed("/admin/notes/3/history/").await;
        person.finds("tbody tr").await;
        let entry = person.text_of("tbody tr").await;
        assert!(entry.contains("admin") && entry.contains("text"), "{entry}");
    });
}

#[test]
fn on_a_phone_no_page_is_wider_than_the_screen() {
    let server = with_notes();
    let phone = json!({ "mobileEmulation": {
        "deviceMetrics": { "width": 390, "height": 700, "pixelRatio": 1.0, "mobile": true },
    } });
    in_browser_with(phone, async move |browser| {
        let person = Person { browser, server };
        person.log_in_as_admin().await;
        for path in [
            "/",
            "/board/",
            "/notes/",
            "/notes/add/",
            "/accounts/profile/",
            "/admin/",
            "/admin/users/",
            "/admin/users/1/change/",
            "/admin/notes/add/",
            "/admin/notes/1/history/",
            "/admin/notes/1/delete/",
            "/admin/notes/",
        ] {
            person.open_unnamed(path).await;
            let widths = "return [document.documentElement.scrollWidth, window.innerWidth]";
            let widths = person.browser.execute(widths, vec![]).await.unwrap();
            let (page, screen) = (widths[0].as_u64(), widths[1].as_u64());
            assert_eq!(screen, Some(390), "{path}");
            assert!(page <= screen, "{path} is {page:?} wide");
        }
    });
}

/// A server with a superuser, and a user who has five notes.
fn with_notes() -> Server {
    let commands = [
        vec!["migrate".to_string()],
        ["createsuperuser", "--username", "admin", "--noinput"]
            .map(str::to_string)
            .to_vec(),
    ];
    let name = ServerName::parse("lesson-12").expect("a name");
    let env = [("SUPERUSER_PASSWORD".to_string(), PASSWORD.to_string())];
    let server = Server::start_after(&name, &env, &commands).expect("it starts");
    let mut ada = Visitor::new(server.address());
    let password = PASSWORD.replace(' ', "+");
    let account = [
        ("username", "ada"),
        ("email", ""),
        ("password1", &password),
        ("password2", &password),
    ];
    let answer = ada.post("/accounts/register/", &account);
    assert_eq!(answer.expect("an answer").status, 302);
    for (text, color) in [
        ("buy+milk", "khaki"),
        ("call+the+plumber", "lightblue"),
        ("water+the+plants", "lightgreen"),
        ("return+the+book+on+onions", "lightsalmon"),
        ("a+present+for+Grace", "khaki"),
    ] {
        let note = [("text", text), ("color", color), ("link", "")];
        let answer = ada.post("/notes/add/", &note);
        assert_eq!(answer.expect("an answer").status, 303);
    }
    server
}

/// Somebody at a keyboard.
struct Person {
    browser: Client,
    server: Server,
}

impl Person {
    async fn log_in_as_admin(&self) {
        self.open("/admin/", "Log in | Notes: administration").await;
        self.type_into("#id_username", "admin").await;
        self.type_into("#id_password", PASSWORD).await;
        self.press(Key::Enter).await;
        self.arrives_at("Home | Notes: administration").await;
    }

    /// Types an address, and arrives at a page of that title.
    async fn open(&self, path: &str, title: &str) {
        self.open_unnamed(path).await;
        self.arrives_at(title).await;
    }

    async fn open_unnamed(&self, path: &str) {
        let address = format!("http://{}{path}", self.server.address());
        self.browser.goto(&address).await.unwrap();
    }

    /// Waits for the page of that title.
    async fn arrives_at(&self, title: &str) {
        let place = format!("//title[normalize-space() = '{title}']");
        let wait = self.browser.wait().at_most(PATIENCE);
        let found = wait.for_element(Locator::XPath(&place)).await;
        assert!(
            found.is_ok(),
            "{title:?} did not come, but {:?}",
            self.browser.title().await
        );
    }

    /// Waits for what a selector names.
    async fn finds(&self, selector: &str) {
        let wait = self.browser.wait().at_most(PATIENCE);
        let found = wait.for_element(Locator::Css(selector)).await;
        assert!(
            found.is_ok(),
            "{selector} did not come: {:?}",
            self.browser.title().await
        );
    }

    async fn is_told(&self, message: &str) {
        self.finds(".message").await;
        assert_eq!(self.text_of(".message").await, message);
    }

    async fn text_of(&self, selector: &str) -> String {
        let element = self.browser.find(Locator::Css(selector)).await.unwrap();
        element.text().await.unwrap()
    }

    async fn count(&self, selector: &str) -> usize {
        self.browser
            .find_all(Locator::Css(selector))
            .await
            .unwrap()
            .len()
    }

    async fn press(&self, key: Key) {
        let value = char::from(key);
        let keys = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.browser.perform_actions(keys).await.unwrap();
    }

    /// Presses Tab until the focus is there.
    async fn tab_to(&self, selector: &str) {
        let is_there = format!("return document.activeElement.matches(\"{selector}\")");
        for _ in 0..100 {
            if self.browser.execute(&is_there, vec![]).await.unwrap() == json!(true) {
                return;
            }
            self.press(Key::Tab).await;
        }
        panic!("no Tab leads to {selector}");
    }

    async fn type_into(&self, selector: &str, text: &str) {
        self.tab_to(selector).await;
        let field = self.browser.active_element().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Goes to a link or a button with Tab and presses Enter.
    async fn follow(&self, selector: &str) {
        self.tab_to(selector).await;
        self.press(Key::Enter).await;
    }
}
