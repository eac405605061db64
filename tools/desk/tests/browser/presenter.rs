//! The instructor's window.

use chromium::key::{BACKSPACE, END, ENTER, ESCAPE, RIGHT};

use super::in_browser;

#[test]
fn the_presenter_view_and_the_slides_follow_each_other() {
    in_browser(async |page| {
        page.open("05").await;
        page.press(&['7', ENTER]).await;
        let (slides, presenter) = page.to_presenter().await;
        page.until("location.hash === '#7'").await;
        assert_eq!(page.text("#number").await, "7");
        assert!(page.text("#notes").await.split_whitespace().count() >= 40);

        page.press(&['s', RIGHT]).await;
        page.until("/ahead/.test(document.getElementById('pace').textContent)")
            .await;
        let there = page.hash().await;
        let heading = page.text("#now h2").await;
        page.turn_to(&slides).await;
        page.until(&format!("location.hash === '{there}'")).await;
        assert_eq!(page.text(".current h2").await, heading);

        page.press(&[END]).await;
        let last = page.hash().await;
        page.turn_to(&presenter).await;
        page.until(&format!("location.hash === '{last}'")).await;
        assert_eq!(page.text("#then").await, "The end");
    });
}

#[test]
fn the_notes_of_every_slide_are_whole_on_small_screens() {
    in_browser(async |page| {
        for deck in page.decks().await {
            for (width, height) in [(1366, 650), (1200, 760)] {
                page.open(&format!("{deck}/presenter")).await;
                page.room(width, height).await;
                let cut = page.list(include_str!("whole.js")).await;
                assert!(cut.is_empty(), "deck {deck}, {width}x{height}: {cut:#?}");
            }
        }
    });
}

#[test]
fn all_keys_work_in_the_presenter_view() {
    in_browser(async |page| {
        page.open("05").await;
        let (slides, presenter) = page.to_presenter().await;
        page.press(&['1', '2', ENTER]).await;
        assert_eq!(page.hash().await, "#12");
        page.press(&[BACKSPACE]).await;
        assert!(page.hash().await.starts_with("#11"));

        for key in ['b', '.'] {
            page.turn_to(&presenter).await;
            page.press(&[key]).await;
            page.until("document.getElementById('wall').textContent === 'The wall is black.'")
                .await;
            page.turn_to(&slides).await;
            page.until("!document.getElementById('black').hidden").await;
            page.turn_to(&presenter).await;
            page.press(&[key]).await;
            page.until("document.getElementById('wall').textContent === ''")
                .await;
            page.turn_to(&slides).await;
            page.until("document.getElementById('black').hidden").await;
        }

        page.turn_to(&presenter).await;
        page.press(&['?']).await;
        page.until("document.getElementById('help').open").await;
        let keys = page.text("#help").await;
        assert!(keys.contains("start, pause the clock"), "{keys}");
        page.press(&[ESCAPE]).await;
        page.until("!document.getElementById('help').open").await;
        page.press(&['o']).await;
        page.turn_to(&slides).await;
        page.until("document.body.classList.contains('overview')")
            .await;
    });
}

#[test]
fn the_presenter_view_shows_the_edited_request_and_its_live_answer() {
    in_browser(async |page| {
        page.open("05").await;
        page.to_first_console().await;
        let (slides, presenter) = page.to_presenter().await;
        page.turn_to(&slides).await;
        page.value(
            "const field = document.querySelector('.current textarea'); \
             field.focus(); field.setSelectionRange(19, 19)",
        )
        .await;
        page.press(&['!']).await;
        page.turn_to(&presenter).await;
        page.until(
            "document.querySelector('#now textarea').value.startsWith('GET /hello?name=Ada! ')",
        )
        .await;
        page.press(&['l']).await;
        page.until("document.querySelector('#now .live-answer').textContent.includes('<h1>Hello, Ada!!</h1>')")
            .await;
        // So does one that is opened later.
        page.open("05/presenter").await;
        page.until("document.querySelector('#now .live-answer')?.textContent.includes('<h1>Hello, Ada!!</h1>')")
            .await;
    });
}

#[test]
fn the_clock_is_paused_and_goes_on_while_its_window_is_closed() {
    in_browser(async |page| {
        let shows =
            |text: &str| format!("/{text}/.test(document.getElementById('elapsed').textContent)");
        let button = |text: &str| {
            format!("document.querySelector('[data-do=clock]').textContent === '{text}'")
        };
        page.open("05/presenter").await;
        page.press(&['s']).await;
        page.until(&shows("0:0[1-9]")).await;
        page.press(&['s']).await;
        page.until(&button("Go on")).await;
        assert_eq!(page.text("#pace").await, "paused");
        let paused = page.text("#elapsed").await;
        page.open("05").await;
        page.open("05/presenter").await;
        assert_eq!(page.text("#elapsed").await, paused);
        page.press(&['s']).await;
        page.until(&button("Pause")).await;
        let closed = page.client.new_window(true).await.expect("a window");
        page.client.close_window().await.expect("it is closed");
        page.turn_to(&closed.handle).await;
        page.open("05/presenter").await;
        page.until(&button("Pause")).await;
        page.until(&format!(
            "document.getElementById('elapsed').textContent > '{paused}'"
        ))
        .await;
        page.press(&['z']).await;
        assert_ne!(page.text("#elapsed").await, "0:00", "one that runs stays");
        page.press(&['s', 'z']).await;
        page.until(&shows("^0:00$")).await;
        page.until(&button("Start the clock")).await;
    });
}

#[test]
fn a_window_that_the_browser_blocks_is_said() {
    in_browser(async |page| {
        page.open("05").await;
        page.press(&[RIGHT]).await;
        // As a browser does that blocks it.
        page.value("window.open = () => null").await;
        page.press(&['p']).await;
        page.until("!document.getElementById('blocked').hidden")
            .await;
        let link = page
            .value("return document.querySelector('#blocked a').href")
            .await;
        assert_eq!(link, page.address("05/presenter#2"));
        page.press(&[ESCAPE]).await;
        page.until("document.getElementById('blocked').hidden")
            .await;
    });
}
