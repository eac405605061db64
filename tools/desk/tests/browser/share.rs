//! The slide on the wall, in the browsers of those who sit before it.

use chromium::key::{ENTER, ESCAPE, RIGHT};

use super::{in_browser, in_browser_as, repository_root};

#[test]
fn the_room_follows_the_wall_and_sees_nothing_else() {
    in_browser_as(&repository_root(), &["05", "--share"], async |page| {
        page.open("05").await;
        page.press(&['a']).await;
        page.until("document.getElementById('address').open").await;
        let address = page.text("#address .address").await;
        page.press(&[ESCAPE, '7', ENTER]).await;
        let heading = page.text(".current h2").await;
        let wall = page.client.window().await.expect("a window");
        let seat = page.client.new_window(true).await.expect("a window");
        page.turn_to(&seat.handle).await;
        page.goto(&here(&address)).await;
        let sees = |heading: &str| {
            format!("document.querySelector('.slide h2')?.textContent === '{heading}'")
        };
        page.until(&sees(&heading)).await;
        assert_eq!(
            page.number("return document.querySelectorAll('.slide').length")
                .await,
            1
        );
        assert_eq!(
            page.number("return document.querySelectorAll('.notes, textarea, .live-send').length")
                .await,
            0
        );

        page.turn_to(&wall).await;
        page.to_first_console().await;
        let heading = page.text(".current h2").await;
        page.turn_to(&seat.handle).await;
        page.until(&sees(&heading)).await;
        assert_eq!(
            page.number("return document.querySelectorAll('.notes, textarea, .live-send').length")
                .await,
            0
        );
        // Its keys are its own.
        page.press(&[RIGHT, 'd']).await;
        page.until("document.documentElement.dataset.theme === 'dark'")
            .await;
        page.until(&sees(&heading)).await;

        page.turn_to(&wall).await;
        page.press(&['b']).await;
        page.turn_to(&seat.handle).await;
        page.until(
            "document.body.classList.contains('is-black') && !document.querySelector('.slide')",
        )
        .await;
        let loaded = page
            .list("return performance.getEntriesByType('resource').map((entry) => entry.name)")
            .await;
        let own = here(&address);
        assert!(
            loaded.len() >= 4 && loaded.iter().all(|name| name.starts_with(&own)),
            "{loaded:?}"
        );
    });
}

#[test]
fn nothing_is_shared_unless_somebody_wants_it() {
    in_browser(async |page| {
        page.open("05").await;
        page.press(&['a']).await;
        page.until("document.getElementById('address').open").await;
        let said = page.text("#address").await;
        assert!(said.contains("cargo slides 05 --share"), "{said}");
        assert!(
            !page.server.stderr().contains("follows"),
            "{}",
            page.server.stderr()
        );
    });
}

/// The same address, asked from this machine.
fn here(address: &str) -> String {
    let rest = address.strip_prefix("http://").expect("an address");
    let (_, port) = rest.split_once(':').expect("a port");
    format!("http://127.0.0.1:{port}")
}
