//! Colours and a logo of the instructor's own, in files that the course does not have: a merge leaves them alone.

use press::repository::Repository;

/// Rules behind those of the decks.
const STYLE: &str = "slides/own.css";
/// The logo, in the footer of each slide.
const LOGOS: [&str; 2] = ["slides/own-logo.svg", "slides/own-logo.png"];

/// The rules; none when there is no such file. What they would load from elsewhere, the policy of the page refuses.
pub fn style(repository: &Repository) -> String {
    let own = repository.read(STYLE).unwrap_or_default();
    // It goes into a page as it is.
    own.replace("</", "<\\/")
}

/// The file of the logo, if there is one.
pub fn logo(repository: &Repository) -> Option<&'static str> {
    let mut logos = LOGOS.into_iter();
    logos.find(|logo| repository.exists(logo))
}
