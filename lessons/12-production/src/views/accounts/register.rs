//! Becoming a user.

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use minijinja::context;

use super::fields::Fields;
use crate::app::App;
use crate::auth::address::Address;
use crate::auth::users::{self, Flags};
use crate::auth::{self, throttle};
use crate::error::{AppError, redirect};
use crate::forms::body::Posted;
use crate::messages;
use crate::page::Page;
use crate::urls::reverse;

/// GET and POST /accounts/register/
pub async fn register(
    State(app): State<App>,
    page: Page,
    method: Method,
    Address(address): Address,
    posted: Posted,
) -> Result<Response, AppError> {
    let mut fields = Fields::new(&posted);
    if method == Method::POST {
        let (username, email) = (fields.line("username"), fields.line("email"));
        if let Some(reason) = users::name_problem(username) {
            fields.refuse("username", reason);
        } else if users::is_taken(&app, username).await? {
            fields.refuse("username", "Somebody has this name already.");
        }
        if let Some(reason) = users::email_problem(email) {
            fields.refuse("email", reason);
        }
        let names = ["password1", "password2"];
        let known = [username, email];
        fields
            .check_new_password(&app.passwords, names, &known)
            .await?;
        if fields.are_good() {
            // Each new user costs us a hash: not without end for one address.
            throttle::begin(&app, "register", username, address).await?;
            let password = fields.password("password1");
            let user = users::create(&app, username, email, password, Flags::default()).await?;
            auth::login(&page, &user);
            messages::add(&page.session, &format!("Welcome, {username}."));
            return Ok(redirect(&reverse("profile", &[])));
        }
    }
    page.render(
        "accounts/register.html",
        context! { form => fields.shown() },
    )
}
