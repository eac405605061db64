//! The tour: each route shows one thing that a request holds, or one kind of response.

mod request;
mod response;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::{any, get, post};
use axum_extra::routing::RouterExt;
use minijinja::{Environment, context};

use crate::error::AppError;

pub fn routes() -> Router {
    Router::new()
        .route("/tour", get(index))
        // What a request holds.
        .route("/tour/request", any(request::request))
        .route("/tour/args", get(request::args))
        .route("/tour/search", get(request::search))
        .route("/tour/headers", get(request::headers))
        .route("/tour/cookies", get(request::cookies))
        .route("/tour/data", post(request::data))
        .route("/tour/form", post(request::form))
        .route("/tour/files", post(request::files))
        .route("/tour/values", post(request::values))
        .route("/tour/json", post(request::json))
        .route("/tour/person", post(request::person))
        // What a response may be.
        .route("/tour/response", get(response::by_hand))
        .route("/tour/header", get(response::header))
        .route("/tour/cookie", post(response::set_cookie))
        .route("/tour/cookie/delete", post(response::delete_cookie))
        .route("/tour/url", get(response::url))
        .typed_get(response::template)
        .typed_get(response::item)
        .with_state(pages())
}

/// The templates. They are read once, and every handler that asks for them gets the same ones.
type Pages = Arc<Environment<'static>>;

fn pages() -> Pages {
    let mut pages = Environment::new();
    pages.add_global("site", "A tour of request and response");
    // In a template whose name ends in `.html`, minijinja escapes each value.
    let templates = [
        ("tour.html", include_str!("../templates/tour.html")),
        ("greeting.html", include_str!("../templates/greeting.html")),
    ];
    for (name, source) in templates {
        let added = pages.add_template(name, source);
        added.expect("the templates are part of the program, and right");
    }
    Arc::new(pages)
}

/// The list of all stops, with links and forms to try them.
async fn index(State(pages): State<Pages>) -> Result<Html<String>, AppError> {
    let greeting = response::Greeting {
        name: "<script>".to_string(),
    };
    let page = pages.get_template("tour.html")?;
    Ok(Html(
        page.render(context! { greeting => greeting.to_string() })?,
    ))
}
