//! What is done for every request: the seven middlewares of a Django project, in its order.

pub mod again;
mod authentication;
mod clickjacking;
mod common;
mod csrf;
mod messages;
mod problems;
mod security;
mod session;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::VARY;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;

use crate::app::App;
use crate::forms::body;
use crate::serve;

// ANCHOR: around
/// Puts the middlewares around the views. Each is put around all that stand above it: a request
/// meets them from the last line to the first, and its answer from the first to the last.
pub fn around(views: Router<App>, app: &App) -> Router<App> {
    views
        .layer(from_fn(again::again))
        .layer(from_fn(clickjacking::clickjacking))
        .layer(from_fn(messages::messages))
        .layer(from_fn_with_state(
            app.clone(),
            authentication::authentication,
        ))
        // Around routes only, as in Django: what is nowhere is a 404, with a token or without.
        .route_layer(from_fn_with_state(app.clone(), csrf::csrf))
        .layer(from_fn(body::posted))
        .layer(from_fn_with_state(app.clone(), common::common))
        .layer(from_fn_with_state(app.clone(), session::session))
        .layer(from_fn(serve::refused))
        .layer(from_fn_with_state(app.clone(), problems::problems))
        .layer(from_fn_with_state(app.clone(), security::security))
}
// ANCHOR_END: around

/// Tells caches that with another cookie this would be another answer.
fn vary_on_cookie(response: &mut Response) {
    let headers = response.headers_mut();
    let cookie = HeaderValue::from_static("Cookie");
    if !headers.get_all(VARY).iter().any(|value| value == cookie) {
        headers.append(VARY, cookie);
    }
}
