//! The picture of a slide in the README.

use std::fs;

use chromium::key::{ENTER, TAB};

use super::{common::repository_root, in_browser};

/// It is kept when answers are recorded, and not else: the date in it is another one each time.
#[test]
fn the_picture_in_the_readme_is_a_slide_with_a_live_answer() {
    in_browser(async |page| {
        page.look("theme", "light").await;
        page.open("05").await;
        page.to_first_console().await;
        page.press(&[TAB]).await;
        page.until("document.activeElement.matches('.current textarea')")
            .await;
        // Another name than that of the recorded answer, in its place.
        page.value("document.activeElement.setSelectionRange(16, 19)")
            .await;
        page.press(&['G', 'r', 'a', 'c', 'e', TAB, ENTER]).await;
        page.until("document.querySelector('.current .live-answer').textContent.trim().endsWith('<h1>Hello, Grace!</h1>')").await;
        page.until("!document.querySelector('.current .is-busy')")
            .await;
        let picture = page.client.screenshot().await.expect("a picture");
        assert!(picture.starts_with(b"\x89PNG"), "it is a PNG");
        if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
            let file = repository_root().join("notes/pictures/readme-slide.png");
            fs::write(file, picture).expect("the picture can be written");
        }
    });
}
