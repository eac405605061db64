//! Lesson 08 as its users see it: with the keyboard alone, in light and in dark, on a phone.

use std::path::Path;

use chromium::key::{ENTER, TAB};
use chromium::{Page, in_browser, in_browser_with};
use house::build::ServerName;
use serde_json::json;
use wire::server::Server;

const FOLDER: &str = env!("CARGO_TARGET_TMPDIR");

#[test]
fn a_note_is_written_and_deleted_with_the_keyboard_alone() {
    let server = with_admin();
    in_browser(
        Path::new(FOLDER),
        "lesson 08 by the keyboard",
        async |page| {
            page.goto(&address(&server, "/accounts/register/")).await;
            type_into(page, "#id_username", "eve").await;
            type_into(page, "#password", "correct horse").await;
            page.press(&[ENTER]).await;
            arrives(page, "Welcome!").await;
            follow(page, "a[href='/notes/']").await;
            follow(page, "a[href='/notes/add/']").await;

            // What is wrong is said at its field, and the field says so to who cannot see it.
            page.until("document.querySelector('#id_text')").await;
            let no_check = "document.querySelector('#main form').noValidate = true";
            page.value(no_check).await;
            type_into(page, "#id_text", "buy <b>milk</b>").await;
            follow(page, "#main form button").await;
            page.until("document.querySelector('#id_color[aria-invalid=true]')")
                .await;
            assert_eq!(page.text("#id_color_error").await, "This is required.");

            type_into(page, "#id_color", "kh").await;
            follow(page, "#main form button").await;
            arrives(page, "The note was added.").await;
            assert!(page.text("li.khaki").await.starts_with("buy <b>milk</b>"));
            follow(page, "a[href='/notes/1/delete/']").await;
            page.until("document.querySelector('blockquote')").await;
            follow(page, "#main form button").await;
            arrives(page, "The note was deleted.").await;
        },
    );
}

#[test]
fn the_board_keeps_notes_in_memory_and_in_the_database() {
    let server = Server::of("lesson-08");
    let home = address(&server, "/");
    in_browser(Path::new(FOLDER), "the board of lesson 08", async |page| {
        page.goto(&home).await;
        page.until("!document.querySelector('#add button').disabled")
            .await;
        type_into(page, "input[name=text]", "in <i>memory</i>").await;
        page.press(&[ENTER]).await;
        page.until("document.querySelectorAll('#notes li').length == 1")
            .await;
        assert_eq!(page.text("#notes li").await, "in <i>memory</i>");
        type_into(page, "input[name=persist]", " ").await;
        page.until("document.querySelectorAll('#notes li').length == 0")
            .await;
        let focus = "document.querySelector('input[name=text]').focus()";
        page.value(focus).await;
        type_into(page, "input[name=text]", "in the database").await;
        page.press(&[ENTER]).await;
        page.until("document.querySelectorAll('#notes li').length == 1")
            .await;
        assert_eq!(page.text("#notes li").await, "in the database");

        // With the server gone, the page says so, and keeps what was typed.
        drop(server);
        type_into(page, "input[name=text]", "in vain").await;
        page.press(&[ENTER]).await;
        page.until("document.querySelector('#problem').textContent")
            .await;
        let kept = "return [document.querySelector('input[name=text]').value]";
        assert_eq!(page.list(kept).await, ["in vain"]);
    });
}

#[test]
fn no_page_has_a_barrier_or_is_wider_than_a_phone() {
    let Some(axe) = chromium::axe::script("the rules of WCAG, tried on lesson 08") else {
        return;
    };
    let server = with_admin();
    let phone = json!({ "mobileEmulation": {
        "deviceMetrics": { "width": 400, "height": 700, "pixelRatio": 1.0, "mobile": true },
    } });
    in_browser_with(
        &phone,
        Path::new(FOLDER),
        "lesson 08 on a phone",
        async |page| {
            let mut found = Vec::new();
            look(page, &server, &axe, "/", &mut found).await;
            look(page, &server, &axe, "/accounts/login/", &mut found).await;
            look(page, &server, &axe, "/accounts/register/", &mut found).await;
            look(page, &server, &axe, "/nowhere", &mut found).await;
            page.goto(&address(&server, "/admin/")).await;
            type_into(page, "#username", "ada").await;
            type_into(page, "#password", "correct horse\u{E007}").await;
            arrives_at(page, "Admin").await;
            for color in ["khaki", "plum"] {
                page.goto(&address(&server, "/admin/core/note/add/")).await;
                let text = "a note in one word of some length ".to_string() + &"x".repeat(60);
                type_into(page, "#id_owner_id", "a").await;
                type_into(page, "#id_text", &text).await;
                type_into(page, "#id_color", color).await;
                follow(page, "#main form button").await;
                arrives(page, "The note was saved.").await;
            }
            for path in [
                "/",
                "/notes/",
                "/notes/add/",
                "/notes/1/delete/",
                "/accounts/profile/",
                "/admin/",
                "/admin/core/note/",
                "/admin/core/note/?q=nothing",
                "/admin/core/note/1/change/",
                "/admin/core/note/1/delete/",
                "/admin/core/user/1/change/",
                "/admin/core/group/add/",
            ] {
                look(page, &server, &axe, path, &mut found).await;
            }
            // The form with its errors.
            page.goto(&address(&server, "/notes/add/")).await;
            let send = "const form = document.querySelector('#main form'); form.noValidate = true; \
                    form.querySelector('button').click()";
            page.value(send).await;
            page.until("document.querySelector('[aria-invalid]')").await;
            tried(page, &axe, "a form with errors", &mut found).await;
            assert!(found.is_empty(), "{found:#?}");
        },
    );
}

async fn look(page: &Page, server: &Server, axe: &str, path: &str, found: &mut Vec<String>) {
    page.goto(&address(server, path)).await;
    tried(page, axe, path, found).await;
}

/// What is wrong with the page that is shown.
async fn tried(page: &Page, axe: &str, what: &str, found: &mut Vec<String>) {
    page.value(axe).await;
    for theme in ["light", "dark"] {
        let wear = format!("document.documentElement.style.colorScheme = '{theme}'");
        page.value(&wear).await;
        let barriers = page.list("return barriers()").await;
        let named = |barrier| format!("{what}, {theme}: {barrier}");
        found.extend(barriers.into_iter().map(named));
    }
    let width = page.number("return document.scrollingElement.scrollWidth");
    let width = width.await;
    if width > 400 {
        found.push(format!("{what} is {width} wide"));
    }
}

/// A server with a superuser, ada.
fn with_admin() -> Server {
    let commands = ["migrate", "createsuperuser --username ada --noinput"];
    let words = |line: &&str| line.split(' ').map(String::from).collect();
    let commands: Vec<Vec<String>> = commands.iter().map(words).collect();
    let name = ServerName::parse("lesson-08").expect("a name");
    let env = [(
        "SUPERUSER_PASSWORD".to_string(),
        "correct horse".to_string(),
    )];
    Server::start_after(&name, &env, &commands).expect("it starts")
}

fn address(server: &Server, path: &str) -> String {
    format!("http://{}{path}", server.address())
}

/// Waits for the page that tells this.
async fn arrives(page: &Page, message: &str) {
    let told = format!("document.querySelector('.message')?.textContent == '{message}'");
    page.until(&told).await;
}

async fn arrives_at(page: &Page, title: &str) {
    page.until(&format!("document.title == '{title}'")).await;
}

/// Presses Tab until the focus is there, and types.
async fn type_into(page: &Page, selector: &str, text: &str) {
    tab_to(page, selector).await;
    let field = page.client.active_element().await.expect("a focus");
    field.send_keys(text).await.expect("it takes keys");
}

/// Goes to a link or a button with Tab and presses Enter.
async fn follow(page: &Page, selector: &str) {
    tab_to(page, selector).await;
    page.press(&[ENTER]).await;
}

async fn tab_to(page: &Page, selector: &str) {
    page.until(&format!("document.querySelector(\"{selector}\")"))
        .await;
    let is_there = format!("return Number(document.activeElement.matches(\"{selector}\"))");
    for _ in 0..50 {
        if page.number(&is_there).await == 1 {
            return;
        }
        page.press(&[TAB]).await;
    }
    panic!("no Tab leads to {selector}");
}
