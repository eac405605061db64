//! The four operations of the service, and the router and the documentation that are made of them.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::ALLOW;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{any, get};
use axum::{Json, Router};
use percent_encoding::{CONTROLS, utf8_percent_encode};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::docs;
use crate::error::{AppError, Invalid, Refused};
use crate::extract::{FormBody, JsonBody};
use crate::item::{Document, Item, ItemForm, Name};
use crate::page;
use crate::price::Price;
use crate::store::Store;

type Items = State<Arc<dyn Store>>;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Items",
        description = "A service that keeps items.",
        version = "1.0.0"
    ),
    components(schemas(Refused, Invalid))
)]
struct Service;

// ANCHOR: app
/// Each `routes!` gives a route to the router, and a path to the documentation: one line for both.
pub fn app(store: Arc<dyn Store>) -> Router {
    let (router, description) = OpenApiRouter::with_openapi(Service::openapi())
        // ANCHOR: routes
        .routes(routes!(home_page))
        .routes(routes!(create_item_from_form))
        .routes(routes!(create_item_from_json))
        .routes(routes!(retrieve_item))
        .split_for_parts();
    // ANCHOR_END: routes
    router
        .route("/items/new/", get(retrieve_new).fallback(only_post))
        .route("/items/{name}", any(add_slash))
        .route("/items/new/form", any(add_slash))
        .merge(docs::routes(description))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(store)
}
// ANCHOR_END: app

/// A form for a new item
#[utoipa::path(get, path = "/", responses((status = 200, description = "The form", content_type = "text/html", body = String)))]
async fn home_page() -> Html<&'static str> {
    Html(include_str!("../static/index.html"))
}

/// Keeps a new item, as a form sends it
#[utoipa::path(
    post,
    path = "/items/new/form/",
    request_body(
        content = ItemForm,
        content_type = "application/x-www-form-urlencoded",
        example = "name=Bucket&price=12.34&description=rusty&tax=0.50",
    ),
    responses(
        (status = 200, description = "The item, as a page", content_type = "text/html", body = String),
        (status = 403, description = "The form is that of another site", body = Refused),
        AppError,
    ),
)]
async fn create_item_from_form(
    State(store): Items,
    FormBody(mut item): FormBody<Item>,
) -> Result<Html<String>, AppError> {
    // What a form leaves empty is empty, not absent.
    item.description.get_or_insert_default();
    item.tax.get_or_insert(Price::ZERO);
    keep(&*store, &item).await?;
    Ok(page::created(&item))
}

// ANCHOR: create
/// Keeps a new item
#[utoipa::path(
    post,
    path = "/items/new/",
    request_body(content = Item, example = json!({ "name": "Bucket", "price": 12.34, "description": "rusty" })),
    responses((status = 200, description = "The item, as it is kept", body = Item), AppError),
)]
// ANCHOR: handler
async fn create_item_from_json(
    State(store): Items,
    JsonBody(item): JsonBody<Item>,
) -> Result<Json<Item>, AppError> {
    keep(&*store, &item).await?;
    Ok(Json(item))
}
// ANCHOR_END: handler

async fn keep(store: &dyn Store, item: &Item) -> Result<(), AppError> {
    match store.insert(item).await? {
        true => Ok(()),
        false => {
            let detail = format!(
                "An item of the name {:?} is already present.",
                item.name.as_str()
            );
            Err(AppError::new(StatusCode::CONFLICT, detail))
        }
    }
}
// ANCHOR_END: create

// ANCHOR: retrieve
/// Gives an item by its name
#[utoipa::path(
    get,
    path = "/items/{name}/",
    params(("name" = Name, Path, description = "What the item is called")),
    responses(
        (status = 200, description = "The item", body = Document),
        (status = 404, description = "There is no such item", body = Refused),
    ),
)]
async fn retrieve_item(
    State(store): Items,
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<Document>, AppError> {
    match name {
        Ok(Path(name)) if !name.is_empty() => find(&*store, &name).await,
        _ => Err(not_found().await), // a name is a text, and not an empty one
    }
}
// ANCHOR_END: retrieve

/// The path of "keep a new item" is also that of an item called "new".
async fn retrieve_new(State(store): Items) -> Result<Json<Document>, AppError> {
    find(&*store, "new").await
}

/// The documentation has that GET elsewhere, under `/items/{name}/`: here POST is what there is.
async fn only_post() -> impl IntoResponse {
    ([(ALLOW, "POST")], method_not_allowed().await)
}

async fn find(store: &dyn Store, name: &str) -> Result<Json<Document>, AppError> {
    match store.find(name).await? {
        Some(item) => Ok(Json(item.into())),
        None => Err(AppError::new(
            StatusCode::NOT_FOUND,
            format!("There is no item of the name {name:?}."),
        )),
    }
}

/// 307: the same request again, with a slash at the end. The address has no host in it: the Host
/// header is the client's word, and may name somebody else.
async fn add_slash(uri: Uri) -> Redirect {
    let path = utf8_percent_encode(uri.path(), CONTROLS); // a header is ASCII
    match uri.query() {
        Some(query) => {
            let query = utf8_percent_encode(query, CONTROLS);
            Redirect::temporary(&format!("{path}/?{query}"))
        }
        None => Redirect::temporary(&format!("{path}/")),
    }
}

async fn not_found() -> AppError {
    AppError::new(StatusCode::NOT_FOUND, "Not Found")
}

async fn method_not_allowed() -> AppError {
    AppError::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
}
