//! What is done for every request: the seven middlewares of a Django project, in its order.

mod common;
mod problems;
mod security;

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::app::App;

// ANCHOR: around
/// Puts the middlewares around the views. The last that is added is the outermost.
pub fn around(routes: Router<App>, app: &App) -> Router<App> {
    routes
        .layer(from_fn_with_state(app.clone(), common::common))
        .layer(from_fn_with_state(app.clone(), problems::problems))
        .layer(from_fn_with_state(app.clone(), security::security))
}
// ANCHOR_END: around
