//! A token that only our own pages know, so that no other site's page can post in a visitor's
//! name.

/// The token of this visitor.
#[derive(Clone, Debug, Default)]
pub struct Csrf {}

impl Csrf {
    /// What a form sends as `csrfmiddlewaretoken`, or a script as `X-CSRFToken`.
    pub fn token(&self) -> String {
        String::new()
    }
}
