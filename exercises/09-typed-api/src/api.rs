//! The operations of the service; the router and the documentation are made of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{AppError, Invalid, Refused};
use crate::record::JsonBody;
use crate::tea::Tea;

#[derive(OpenApi)]
#[openapi(info(
    title = "Teas",
    description = "The teas of a tea house.",
    version = "1.0.0"
))]
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
        .fallback(async || AppError::new(StatusCode::NOT_FOUND, "There is nothing here."))
        .method_not_allowed_fallback(async || {
            let reason = "This is not what can be done here: see Allow.";
            AppError::new(StatusCode::METHOD_NOT_ALLOWED, reason)
        })
        .with_state(Arc::default())
}

/// All teas
#[utoipa::path(get, path = "/teas", responses((status = 200, description = "The teas, by their names", body = Vec<Tea>)))]
async fn list(State(teas): State<Arc<Teas>>) -> Json<Vec<Tea>> {
    Json(teas.lock().values().cloned().collect())
}

/// Keeps a new tea
#[utoipa::path(
    post,
    path = "/teas",
    request_body = Tea,
    responses(
        (status = 201, description = "The tea, as it is kept", body = Tea),
        (status = 409, description = "There is a tea of that name", body = Refused),
        (status = 422, description = "What is wrong, and where", body = Invalid),
    ),
)]
async fn add(
    State(teas): State<Arc<Teas>>,
    JsonBody(tea): JsonBody<Tea>,
) -> Result<(StatusCode, Json<Tea>), AppError> {
    let mut teas = teas.lock();
    let name = tea.name.as_str();
    if teas.contains_key(name) {
        let reason = format!("There is a tea of the name {name:?} already.");
        return Err(AppError::new(StatusCode::CONFLICT, reason));
    }
    teas.insert(name.to_string(), tea.clone());
    Ok((StatusCode::CREATED, Json(tea)))
}

/// A tea by its name
#[utoipa::path(
    get,
    path = "/teas/{name}",
    params(("name" = String, Path)),
    responses(
        (status = 200, description = "The tea", body = Tea),
        (status = 404, description = "There is no such tea", body = Refused),
    ),
)]
async fn show(
    State(teas): State<Arc<Teas>>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<Tea>, AppError> {
    let Path(name) = name?;
    let tea = teas.lock().get(&name).cloned();
    tea.map(Json).ok_or_else(|| AppError::no_tea(&name))
}
