//! The pointer and the pen.

use std::time::Duration;

use chromium::key::{ESCAPE, RIGHT};
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};

use super::{Page, in_browser};

#[test]
fn what_is_pointed_at_and_drawn_in_one_window_is_seen_in_the_other() {
    in_browser(async |page| {
        page.open("05").await;
        let (slides, presenter) = page.to_presenter().await;
        page.press(&['m']).await;
        page.drag(&[(200.0, 200.0), (260.0, 240.0)], false).await;
        let there = "document.querySelector('.ink-pointer.is-there')";
        page.until(there).await;
        let place = "const spot = document.querySelector('.ink-pointer'); return [spot.getAttribute('cx'), spot.getAttribute('cy')]";
        let pointed = page.list(place).await;
        page.turn_to(&slides).await;
        page.until(there).await;
        assert_eq!(page.list(place).await, pointed);

        page.turn_to(&presenter).await;
        page.press(&['w']).await;
        page.drag(&[(200.0, 200.0), (260.0, 240.0), (300.0, 210.0)], true)
            .await;
        page.turn_to(&slides).await;
        page.until(&format!("!{there}")).await;
        let drawn = "document.querySelectorAll('.current .ink polyline').length";
        page.until(&format!("{drawn} === 1")).await;
        // It belongs to its slide.
        page.press(&[RIGHT]).await;
        page.until(&format!("{drawn} === 0")).await;
        // And back: drawn in the room, seen by the presenter, even by one that comes later.
        page.press(&['w']).await;
        page.drag(&[(300.0, 300.0), (400.0, 400.0)], true).await;
        page.until(&format!("{drawn} === 1")).await;
        page.turn_to(&presenter).await;
        page.open("05/presenter").await;
        let seen = "document.querySelectorAll('#now .ink polyline').length";
        page.until(&format!("location.hash === '#2' && {seen} === 1"))
            .await;
        page.press(&['x']).await;
        page.until(&format!("{seen} === 0")).await;
        page.turn_to(&slides).await;
        page.until(&format!("{drawn} === 0")).await;
        // Laid down, the mouse is for what is on the slide.
        page.press(&[ESCAPE]).await;
        page.until("!document.querySelector('.ink.is-pen')").await;
    });
}

impl Page<'_> {
    /// Moves the mouse from place to place, with its button held or not.
    async fn drag(&self, places: &[(f64, f64)], held: bool) {
        let mut mouse = MouseActions::new("mouse".to_owned());
        for (number, &(x, y)) in places.iter().enumerate() {
            let duration = Some(Duration::from_millis(20));
            mouse = mouse.then(PointerAction::MoveTo { duration, x, y });
            if held && number == 0 {
                let button = MOUSE_BUTTON_LEFT;
                mouse = mouse.then(PointerAction::Down { button });
            }
        }
        if held {
            let button = MOUSE_BUTTON_LEFT;
            mouse = mouse.then(PointerAction::Up { button });
        }
        let moved = self.client.perform_actions(mouse).await;
        moved.expect("the mouse moves");
    }
}
