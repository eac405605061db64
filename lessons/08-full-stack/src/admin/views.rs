//! The pages of the admin: the same for every model.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;

use super::model::Registered;
use super::rows::PER_PAGE;
use crate::auth::permissions::Permissions;
use crate::auth::user::Staff;
use crate::error::AppError;
use crate::forms::Posted;
use crate::models::user::Model as User;
use crate::page::{Page, found};
use crate::urls::reverse;
use crate::views::accounts;

/// GET and POST /admin/login/
pub async fn login(page: Page, query: Query<Posted>) -> Result<Response, AppError> {
    let is_staff = page.user.as_ref().is_some_and(|user| user.is_staff);
    if is_staff && page.posted.is_none() {
        return Ok(found(&reverse("admin_index", &[])));
    }
    accounts::login(page, query).await
}

/// GET /admin/
pub async fn index(page: Page, Staff(_, permissions): Staff) -> Result<Response, AppError> {
    let mut models = Vec::new();
    for model in &page.app.admin.0 {
        let may = may(model.as_ref(), &permissions);
        models.push(context! { name => model.name(), may });
    }
    page.render("admin/index.html", context! { models }).await
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    page: Option<u64>,
}

/// GET /admin/core/{model}/
pub async fn list(
    page: Page,
    Staff(_, permissions): Staff,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    let model = model(&page, &permissions, &name, "view")?;
    if asked.q.chars().count() > 200 || asked.q.contains('\0') {
        let reason = "A search may have 200 characters, and they must be text.";
        return Err(AppError(StatusCode::BAD_REQUEST, reason.into()));
    }
    let number = asked.page.unwrap_or(1);
    let before = number.checked_sub(1).filter(|before| *before < 1 << 32);
    let before = before.ok_or_else(AppError::not_found)?;
    let (table, count) = model.list(&page.app, &asked.q, before).await?;
    let pages = count.div_ceil(PER_PAGE).max(1);
    if number > pages {
        return Err(AppError::not_found());
    }
    let (may, has_search) = (may(model, &permissions), model.has_search());
    let search = asked.q;
    let context = context! { name, table, count, search, number, pages, may, has_search };
    page.render("admin/list.html", context).await
}

/// GET and POST /admin/core/{model}/add/
pub async fn add(
    page: Page,
    Staff(user, permissions): Staff,
    Path(name): Path<String>,
) -> Result<Response, AppError> {
    let model = model(&page, &permissions, &name, "add")?;
    edit(&page, &user, model, None).await
}

/// GET and POST /admin/core/{model}/{id}/change/
pub async fn change(
    page: Page,
    Staff(user, permissions): Staff,
    Path((name, id)): Path<(String, i64)>,
) -> Result<Response, AppError> {
    let model = model(&page, &permissions, &name, "change")?;
    edit(&page, &user, model, Some(id)).await
}

async fn edit(
    page: &Page,
    user: &User,
    model: &dyn Registered,
    id: Option<i64>,
) -> Result<Response, AppError> {
    let (name, posted) = (model.name(), page.posted.as_ref());
    let Some(form) = model.edit(&page.app, user, id, posted).await? else {
        page.messages.add(&format!("The {name} was saved.")).await?;
        return Ok(found(&reverse("admin_list", &[name])));
    };
    page.ask("admin/form.html", context! { name, id, form })
        .await
}

/// GET and POST /admin/core/{model}/{id}/delete/
pub async fn delete(
    page: Page,
    Staff(user, permissions): Staff,
    Path((name, id)): Path<(String, i64)>,
) -> Result<Response, AppError> {
    let model = model(&page, &permissions, &name, "delete")?;
    let is_sure = page.posted.is_some();
    if let Some(shown) = model.delete(&page.app, &user, id, is_sure).await? {
        return page
            .render("admin/delete.html", context! { name, shown })
            .await;
    }
    page.messages
        .add(&format!("The {name} was deleted."))
        .await?;
    Ok(found(&reverse("admin_list", &[&name])))
}

/// Any other path below /admin/: only the staff learn that there is nothing.
pub async fn nothing(_: Staff) -> AppError {
    AppError::not_found()
}

/// The model of that name, if this can be done with its rows, and the user may do it.
fn model<'a>(
    page: &'a Page,
    permissions: &Permissions,
    name: &str,
    action: &str,
) -> Result<&'a dyn Registered, AppError> {
    let model = page.app.admin.get(name).ok_or_else(AppError::not_found)?;
    match may(model, permissions).contains(&action) {
        true => Ok(model),
        false => Err(AppError::forbidden(&format!("You may not {action} this."))),
    }
}

/// What the user may do with the rows of a model.
fn may(model: &dyn Registered, permissions: &Permissions) -> Vec<&'static str> {
    let actions = model.actions().iter().copied();
    let permission = |action: &&str| permissions.has(&format!("{}.{action}", model.name()));
    actions.filter(permission).collect()
}
