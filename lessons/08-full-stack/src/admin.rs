//! Pages for the staff: any registered model can be listed, searched and changed. Django:
//! `django.contrib.admin`.

/// The models that the admin knows.
#[derive(Default)]
pub struct Site {}

/// The models of this application.
pub fn site() -> Site {
    Site::default()
}
