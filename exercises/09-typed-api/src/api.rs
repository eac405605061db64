//! The operations of the service; the router and the documentation are made from them.

use std::collections::BTreeMap;
use std::num::NonZeroU8;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{AppError, Conflict, NotFound, Path, Problems, Result, Wrong, refused};
use crate::extract::{JsonBody, Query};
use crate::tea::{Page, Tea};

#[derive(OpenApi)]
#[openapi(info(title = "Teas"), components(schemas(Problems)))]
struct Service;

/// The teas, by their names.
#[derive(Default)]
struct Teas(Mutex<BTreeMap<String, Tea>>);

impl Teas {
    /// Held for as long as a copy takes, and never while somebody waits.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Tea>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Each `routes!` gives routes to the router, and a path to the documentation.
pub fn app() -> Router {
    let (router, description) = OpenApiRouter::with_openapi(Service::openapi())
        .routes(routes!(list, add))
        .routes(routes!(show))
        .split_for_parts();
    router
        .route("/openapi.json", get(async || Json(description)))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Arc::default())
}

/// Lists teas, by their names
#[utoipa::path(get, path = "/teas", params(Page),
    responses((status = 200, description = "The teas of this page", body = Vec<Tea>), Wrong))]
async fn list(State(teas): State<Arc<Teas>>, Query(page): Query<Page>) -> Json<Vec<Tea>> {
    let limit = usize::from(page.limit.map_or(20, NonZeroU8::get));
    Json(teas.lock().values().take(limit).cloned().collect())
}

/// Keeps a new tea
#[utoipa::path(post, path = "/teas", request_body = Tea,
    responses((status = 201, description = "The tea, as it is kept", body = Tea), Conflict, Wrong))]
async fn add(
    State(teas): State<Arc<Teas>>,
    JsonBody(tea): JsonBody<Tea>,
) -> Result<(StatusCode, Json<Tea>)> {
    let mut teas = teas.lock();
    let name = tea.name.as_str();
    if teas.contains_key(name) {
        let detail = format!("There is a tea of the name {name:?} already.");
        return Err(refused(StatusCode::CONFLICT, detail));
    }
    teas.insert(name.to_string(), tea.clone());
    Ok((StatusCode::CREATED, Json(tea)))
}

/// Gives a tea by its name
#[utoipa::path(get, path = "/teas/{name}", params(("name" = String, Path)),
    responses((status = 200, description = "The tea", body = Tea), NotFound))]
async fn show(State(teas): State<Arc<Teas>>, Path(name): Path<String>) -> Result<Json<Tea>> {
    let tea = teas.lock().get(&name).cloned();
    let detail = format!("There is no tea of the name {name:?}.");
    tea.map(Json).ok_or(refused(StatusCode::NOT_FOUND, detail))
}

async fn not_found() -> AppError {
    refused(StatusCode::NOT_FOUND, "There is nothing here.")
}

async fn method_not_allowed() -> AppError {
    let detail = "This is not what can be done here: see Allow.";
    refused(StatusCode::METHOD_NOT_ALLOWED, detail)
}
