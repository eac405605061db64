//! Signals: who sends one does not know who receives it. Django: `django.dispatch`.

/// Who receives what.
#[derive(Default)]
pub struct Signals {}

/// The receivers of this application.
pub fn connected() -> Signals {
    Signals::default()
}
