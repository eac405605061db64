//! Register, log in, log out, and a page of one's own. The admin logs in here too.

use axum::extract::Query;
use axum::response::Response;
use minijinja::context;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::auth::password;
use crate::auth::user::{self, LoggedIn};
use crate::error::AppError;
use crate::forms::{Form, Posted};
use crate::models::{profile, user as users};
use crate::page::{Page, found};
use crate::urls::reverse;

/// GET and POST /accounts/login/
pub async fn login(page: Page, Query(query): Query<Posted>) -> Result<Response, AppError> {
    let ask = async |name: &str, next: &str, problem: &str| {
        let context = context! { name, next, problem };
        page.render("accounts/login.html", context).await
    };
    let next = text(&query, "next");
    let Some(posted) = &page.posted else {
        return ask("", next, "").await;
    };
    let name = text(posted, "username").trim();
    let next = posted.get("next").map_or(next, String::as_str);
    let user = user::authenticate(&page.app, name, text(posted, "password")).await?;
    let Some(user) = user else {
        return ask(name, next, "The name or the password is wrong.").await;
    };
    user::login(&page, &user).await?;
    Ok(found(&local(next)))
}

/// Where to go after the login: a path of this site, or the profile.
fn local(next: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    if next.starts_with('/') && !next.starts_with("//") && next.bytes().all(is_plain) {
        return next.to_string();
    }
    reverse("profile", &[])
}

fn text<'a>(posted: &'a Posted, name: &str) -> &'a str {
    posted.get(name).map_or("", String::as_str)
}

/// POST /accounts/logout/
pub async fn logout(page: Page) -> Result<Response, AppError> {
    page.session.flush().await?;
    Ok(found(&reverse("index", &[])))
}

/// GET and POST /accounts/register/
pub async fn register(page: Page) -> Result<Response, AppError> {
    let mut form = Form::<users::Entity>::new(None, |field| field.name == "username");
    if let Some(posted) = &page.posted {
        form.fill(posted);
        let (name, password) = (text(posted, "username"), text(posted, "password"));
        if let Some(weakness) = password::weakness(password, name.trim()) {
            form.refuse("", &format!("Choose another password. {weakness}"));
        }
        let hash = match form.is_valid() {
            true => password::hash(password.into()).await,
            false => String::new(),
        };
        let new = user::new(name, "", hash, false);
        if let Some(user) = form.save(&page.app.db, |row| *row = new).await? {
            user::login(&page, &user).await?;
            page.messages.add("Welcome!").await?;
            return Ok(found(&reverse("profile", &[])));
        }
    }
    let context = context! { form => form.shown(&page.app).await? };
    page.ask("accounts/register.html", context).await
}

/// GET and POST /accounts/profile/
pub async fn profile(page: Page, LoggedIn(user): LoggedIn) -> Result<Response, AppError> {
    let profile = profile::Entity::find().filter(profile::Column::UserId.eq(user.id));
    let profile = profile.one(&page.app.db).await?;
    let mut form = Form::<profile::Entity>::new(profile, |field| field.name != "user_id");
    if let Some(posted) = &page.posted {
        form.fill(posted);
        let own = |row: &mut profile::ActiveModel| row.user_id = Set(user.id);
        if form.save(&page.app.db, own).await?.is_some() {
            page.messages.add("The profile was saved.").await?;
            return Ok(found(&reverse("profile", &[])));
        }
    }
    let context = context! { form => form.shown(&page.app).await? };
    page.ask("accounts/profile.html", context).await
}
