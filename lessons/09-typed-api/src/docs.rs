//! The documentation: for programs as OpenAPI, for people as a page that shows the same.

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{any, get};
use utoipa::openapi::OpenApi;

// ANCHOR: docs
pub fn routes<S: Clone + Send + Sync + 'static>(description: OpenApi) -> Router<S> {
    let description = description
        .to_json()
        .expect("it is made of strings and numbers");
    let json = ([(CONTENT_TYPE, "application/json")], description);
    Router::new()
        .route("/openapi.json", get(json))
        .route("/docs", get(page))
        .route("/docs.css", get(style))
        .route("/docs.js", get(script))
        .route("/openapi.json/", any(Redirect::temporary("/openapi.json")))
        .route("/docs/", any(Redirect::temporary("/docs")))
}

async fn page() -> impl IntoResponse {
    let page = include_str!("../static/docs.html");
    // The browser is told to load nothing that is not from here, whatever the page says.
    let only_ours = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:";
    let content_type = "text/html; charset=utf-8";
    (
        [
            (CONTENT_TYPE, content_type),
            (CONTENT_SECURITY_POLICY, only_ours),
        ],
        page,
    )
}
// ANCHOR_END: docs

async fn style() -> impl IntoResponse {
    let style = include_str!("../static/docs.css");
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], style)
}

async fn script() -> impl IntoResponse {
    let script = include_str!("../static/docs.js");
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script)
}
