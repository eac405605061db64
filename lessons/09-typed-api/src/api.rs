//! The operations of the service, and the router and the documentation that are made of them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, Redirect};
use axum::routing::{any, get};
use axum::{Json, Router};
use html_escape::encode_text;
use rust_decimal::Decimal;
use tower_http::csrf::CsrfLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{AppError, Path, Problems, Refusal, Result, refused};
use crate::error::{Broken, Conflict, NotAllowed, NotFound, Unreadable, Wrong};
use crate::extract::{FormBody, JsonBody, Keeper, Query};
use crate::item::{Document, Item, ItemForm, Name, Page};
use crate::store::Store;

/// What all requests share.
pub struct App {
    pub store: Box<dyn Store>,
    pub token: Option<String>,
}

type Shared = State<Arc<App>>;

/// Each `routes!` gives a route to the router, and a path to the documentation: one line for both.
pub fn app(store: Box<dyn Store>, token: Option<String>) -> Router {
    let mut description = Service::openapi();
    let token_scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let components = description.components.get_or_insert_default();
    components.add_security_scheme("token", token_scheme); // what `Keeper` asks for
    let (router, description) = OpenApiRouter::with_openapi(description)
        // ANCHOR: routes
        .routes(routes!(index))
        .routes(routes!(create_from_form))
        .routes(routes!(create))
        .routes(routes!(list))
        .routes(routes!(retrieve, replace, remove))
        .split_for_parts();
    // ANCHOR_END: routes
    router
        .route("/items/{name}", any(add_slash))
        .route("/items/new/form", any(add_slash))
        .route("/openapi.json", get(async || Json(description)))
        .route("/docs", get(Html(include_str!("../static/docs.html"))))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CsrfLayer::new()) // a form on another site's page: 403
        .with_state(Arc::new(App { store, token }))
}

#[derive(OpenApi)]
#[openapi(info(title = "Items"), components(schemas(Problems)))]
struct Service;

/// Keeps a new item
#[utoipa::path(post, path = "/items/new/", request_body = Item,
    responses((status = 200, description = "The item, as it is kept", body = Item), Conflict, Unreadable, Wrong, Broken))]
async fn create(State(app): Shared, JsonBody(item): JsonBody<Item>) -> Result<Json<Item>> {
    keep(&app, &item).await?;
    Ok(Json(item))
}

async fn keep(app: &App, item: &Item) -> Result<()> {
    let detail = "An item of that name is already present.";
    match app.store.insert(item).await? {
        true => Ok(()),
        false => Err(refused(StatusCode::CONFLICT, detail)),
    }
}

/// A form for a new item
#[utoipa::path(get, path = "/", responses((status = 200, description = "The form", content_type = "text/html", body = String)))]
async fn index() -> Html<&'static str> {
    Html(include_str!("../static/index.html"))
}

/// Keeps a new item, as a form sends it
#[utoipa::path(post, path = "/items/new/form/", request_body(content = ItemForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "The item, as a page", content_type = "text/html", body = String), (status = 403, description = "The form is on a page of another site"), Conflict, Unreadable, Wrong, Broken))]
async fn create_from_form(
    State(app): Shared,
    FormBody(mut item): FormBody<Item>,
) -> Result<Html<String>> {
    // What a form leaves empty is empty, not absent.
    let description = item.description.get_or_insert_default().clone();
    let [price, tax] = [item.price, *item.tax.get_or_insert_default()].map(Decimal::from);
    keep(&app, &item).await?;
    Ok(Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<title>A new item</title>\n<h1>{}</h1>\n<p>{}</p>\n\
         <p>{price} and {tax} tax</p>\n<p><a href=\"/\">One more</a></p>\n",
        encode_text(item.name.as_str()),
        encode_text(&description),
    )))
}

/// Lists items
#[utoipa::path(get, path = "/items/", params(Page),
    responses((status = 200, description = "The items of this page", body = Vec<Document>), (status = 400, description = "The query is not UTF-8", body = Refusal), Wrong, Broken))]
async fn list(State(app): Shared, Query(page): Query<Page>) -> Result<Json<Vec<Document>>> {
    let items = app.store.list(&page).await?;
    Ok(Json(items.into_iter().map(Document::from).collect()))
}

/// Gives an item by its name
#[utoipa::path(get, path = "/items/{name}/", params(("name" = Name, Path)),
    responses((status = 200, description = "The item", body = Document), NotFound, Broken))]
async fn retrieve(State(app): Shared, Path(name): Path<String>) -> Result<Json<Document>> {
    let item = app.store.find(&name).await?;
    item.map(|item| Json(item.into())).ok_or(no_item(&name))
}

/// Puts another item in an item's place
#[utoipa::path(put, path = "/items/{name}/", params(("name" = Name, Path)), request_body = Item, security(("token" = [])),
    responses((status = 200, description = "The item, as it is kept", body = Item), NotAllowed, NotFound, Conflict, Unreadable, Wrong, Broken))]
async fn replace(
    _: Keeper,
    State(app): Shared,
    Path(name): Path<String>,
    JsonBody(item): JsonBody<Item>,
) -> Result<Json<Item>> {
    if item.name.as_str() != name {
        let detail = format!("This item keeps its name, {name:?}.");
        return Err(refused(StatusCode::CONFLICT, detail));
    }
    match app.store.replace(&item).await? {
        true => Ok(Json(item)),
        false => Err(no_item(&name)),
    }
}

/// Removes an item
#[utoipa::path(delete, path = "/items/{name}/", params(("name" = Name, Path)), security(("token" = [])),
    responses((status = 204, description = "It was there, and is gone"), NotAllowed, NotFound, Broken))]
async fn remove(_: Keeper, State(app): Shared, Path(name): Path<String>) -> Result<StatusCode> {
    match app.store.remove(&name).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(no_item(&name)),
    }
}

fn no_item(name: &str) -> AppError {
    let detail = format!("There is no item of the name {name:?}.");
    refused(StatusCode::NOT_FOUND, detail)
}

/// 307: the same request again, with a slash at the end.
async fn add_slash(uri: Uri) -> Redirect {
    let query = uri.query().map(|query| format!("?{query}"));
    Redirect::temporary(&format!("{}/{}", uri.path(), query.unwrap_or_default()))
}

async fn not_found() -> AppError {
    refused(StatusCode::NOT_FOUND, "Not Found")
}

async fn method_not_allowed() -> AppError {
    refused(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
}
