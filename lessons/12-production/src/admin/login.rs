//! The admin's own door: for the staff, and no other user.

use axum::response::Response;

use crate::auth;
use crate::error::{AppError, redirect};
use crate::messages;
use crate::page::Page;
use crate::urls::reverse;
use crate::views::accounts::login::{Door, Knock, at};

const DOOR: Door = Door {
    template: "admin/login.html",
    home: "admin_index",
    staff_only: true,
};

/// GET and POST /admin/login/
pub async fn login(page: Page, knock: Knock) -> Result<Response, AppError> {
    at(&DOOR, page, knock).await
}

/// POST /admin/logout/
pub async fn logout(page: Page) -> Response {
    auth::logout(&page);
    messages::add(&page.session, "You are logged out.");
    redirect(&reverse("admin_login", &[]))
}
