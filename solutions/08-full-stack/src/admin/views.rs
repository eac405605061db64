//! The pages of the admin: the same for every model.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;

use super::model::Registered;
use crate::auth::Staff;
use crate::error::AppError;
use crate::forms::Posted;
use crate::page::{Page, found};

/// GET /admin/
pub async fn index(page: Page, _: Staff) -> Result<Response, AppError> {
    let models = page.app.admin.0.iter().map(|model| model.name());
    let models: Vec<_> = models.collect();
    page.render("admin/index.html", context! { models })
}

/// GET /admin/core/{model}/
pub async fn list(
    page: Page,
    _: Staff,
    Path(name): Path<String>,
    Query(query): Query<Posted>,
) -> Result<Response, AppError> {
    let model = model(&page, &name, "view").await?;
    let search = query.get("q").map_or("", String::as_str);
    if search.chars().count() > 200 || search.contains('\0') {
        let reason = "A search may have 200 characters, and they must be text.";
        return Err(AppError(StatusCode::BAD_REQUEST, reason.into()));
    }
    let table = model.list(&page.app, search).await?;
    let (may, has_search) = (model.actions().to_vec(), model.has_search());
    let context = context! { name, table, search, may, has_search };
    page.render("admin/list.html", context)
}

/// GET and POST /admin/core/{model}/add/
pub async fn add(page: Page, _: Staff, Path(name): Path<String>) -> Result<Response, AppError> {
    let model = model(&page, &name, "add").await?;
    edit(&page, model, None).await
}

/// GET and POST /admin/core/{model}/{id}/change/
pub async fn change(
    page: Page,
    _: Staff,
    Path((name, id)): Path<(String, i64)>,
) -> Result<Response, AppError> {
    let model = model(&page, &name, "change").await?;
    edit(&page, model, Some(id)).await
}

async fn edit(page: &Page, model: &dyn Registered, id: Option<i64>) -> Result<Response, AppError> {
    let (name, posted) = (model.name(), page.posted.as_ref());
    let Some(form) = model.edit(&page.app, id, posted).await? else {
        return Ok(found(&format!("/admin/core/{name}/")));
    };
    page.ask("admin/form.html", context! { name, id, form })
}

/// GET and POST /admin/core/{model}/{id}/delete/
pub async fn delete(
    page: Page,
    _: Staff,
    Path((name, id)): Path<(String, i64)>,
) -> Result<Response, AppError> {
    let model = model(&page, &name, "delete").await?;
    let is_sure = page.posted.is_some();
    match model.delete(&page.app, id, is_sure).await? {
        Some(shown) => page.render("admin/delete.html", context! { name, shown }),
        None => Ok(found(&format!("/admin/core/{}/", model.name()))),
    }
}

/// The model of that name, if this can be done with its rows.
async fn model<'a>(
    page: &'a Page,
    name: &str,
    action: &str,
) -> Result<&'a dyn Registered, AppError> {
    let model = page.app.admin.get(name);
    match model.filter(|model| model.actions().contains(&action)) {
        Some(model) => Ok(model),
        None => Err(AppError::not_found().await),
    }
}
