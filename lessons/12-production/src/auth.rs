//! Who asks: sessions, users, passwords, and what they may do. Django: `django.contrib.auth`,
//! `django.contrib.sessions`, `django.middleware.csrf`.
//!
//! Without it, everybody is the same visitor, and may do everything or nothing.

pub mod address;
pub mod cookies;
pub mod csrf;
pub mod next;
pub mod password;
pub mod permissions;
pub mod reset;
pub mod session;
pub mod signing;
pub mod store;
pub mod strength;
pub mod throttle;
pub mod user;
pub mod users;

use crate::models::user::Model as User;
use crate::page::Page;

/// From now on this visitor is `user`. The id of the session is new, and so is the CSRF token.
pub fn login(page: &Page, user: &User) {
    page.session.begin(user, &page.app.settings.secret_key);
}

/// From now on this visitor is nobody. The session is gone at the server too, so that a copy of
/// the cookie is worth nothing.
pub fn logout(page: &Page) {
    page.session.end();
}
