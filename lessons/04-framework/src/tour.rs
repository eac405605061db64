//! A tour of request and response: each route below `/tour` shows one thing that a program may
//! ask a request for, or one kind of response that it may give.

mod form;
mod request;
mod response;
mod urls;

use std::sync::Arc;

use axum::Router;
use axum::body::HttpBody;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get, post};
use minijinja::value::Kwargs;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, context};
use tokio::time::timeout;

use crate::PATIENCE;
use crate::error::AppError;
use urls::{path, url_for};

/// The largest body that the tour reads, in bytes: 1 MiB.
pub const MAX_BODY: usize = 1024 * 1024;

/// The templates, read once when the server starts.
type Pages = Arc<Environment<'static>>;

// ANCHOR: routes
pub fn routes() -> Router {
    Router::new()
        .route(path("index"), get(index))
        // What a request holds.
        .route(path("request"), any(request::request))
        .route(path("args"), get(request::args))
        .route(path("headers"), get(request::headers))
        .route(path("cookies"), get(request::cookies))
        .route(path("data"), post(request::data))
        .route(path("form"), post(request::form))
        .route(path("files"), post(request::files))
        .route(
            path("values"),
            get(request::args_only).post(request::values),
        )
        .route(path("json"), post(request::json))
        .route(path("person"), post(request::person))
        // What a response may be.
        .route(path("response"), get(response::by_hand))
        .route(path("header"), get(response::header))
        .route(path("cookie"), post(response::set_cookie))
        .route(path("cookie-delete"), post(response::delete_cookie))
        .route(
            path("redirect"),
            get(response::redirect).post(response::redirect),
        )
        .route(path("url"), get(response::url))
        .route(path("template"), get(response::template))
        .route(path("item"), get(response::item))
        .route(path("download"), get(response::download))
        // What holds for all of them.
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn(limits))
        .with_state(pages())
}
// ANCHOR_END: routes

// ANCHOR: limits
/// Refuses what says itself that it is too large, and gives up on a client that does not come to
/// an end.
async fn limits(request: Request, next: Next) -> Result<Response, AppError> {
    if request.body().size_hint().lower() > MAX_BODY as u64 {
        return Err(AppError::too_large());
    }
    let answer = timeout(PATIENCE, next.run(request)).await;
    answer.map_err(|_| {
        let message = format!("The request took more than {} seconds.", PATIENCE.as_secs());
        AppError::new(StatusCode::REQUEST_TIMEOUT, message)
    })
}
// ANCHOR_END: limits

async fn method_not_allowed(method: Method, uri: Uri) -> Response {
    if method == Method::OPTIONS {
        return Html("").into_response();
    }
    let message = format!(
        "{} does not answer {method}: see the Allow header.",
        uri.path()
    );
    AppError::new(StatusCode::METHOD_NOT_ALLOWED, message).into_response()
}

/// The list of all stops, with links and forms to try them.
async fn index(State(pages): State<Pages>) -> Result<Html<String>, AppError> {
    let page = pages.get_template("tour.html")?.render(context! {})?;
    Ok(Html(page))
}

// ANCHOR: pages
/// Templates whose name ends in `.html` escape each value. A name that is not there is an error.
fn pages() -> Pages {
    let mut pages = Environment::new();
    pages.set_undefined_behavior(UndefinedBehavior::Strict);
    pages.add_global("site", "A tour of request and response");
    pages.add_function("url_for", |name: &str, values: Kwargs| {
        let values: Result<Vec<(String, String)>, minijinja::Error> = values
            .args()
            .map(|key| Ok((key.to_string(), values.get(key)?)))
            .collect();
        url_for(name, &values?)
            .map_err(|problem| minijinja::Error::new(ErrorKind::InvalidOperation, problem))
    });
    let templates = [
        ("tour.html", include_str!("../templates/tour.html")),
        ("greeting.html", include_str!("../templates/greeting.html")),
    ];
    for (name, source) in templates {
        pages
            .add_template(name, source)
            .expect("the templates were parsed when the tests ran");
    }
    Arc::new(pages)
}
// ANCHOR_END: pages

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use tower::ServiceExt;

    use super::*;

    /// A router is a function from a request to a response. A test can call it without a
    /// socket: `oneshot` asks it once.
    async fn ask(method: Method, target: &str) -> Response {
        let request = Request::builder().method(method).uri(target);
        let request = request.body(Body::empty()).expect("a target of the tour");
        let Ok(response) = routes().oneshot(request).await;
        response
    }

    #[tokio::test]
    async fn each_path_that_has_a_name_has_a_route() {
        for (name, path) in urls::PATHS {
            let example = path.replace(['{', '}'], "");
            let response = ask(Method::HEAD, &example).await;
            assert_ne!(response.status(), StatusCode::NOT_FOUND, "{name}, {path}");
        }
    }

    #[tokio::test]
    async fn the_page_of_the_tour_links_to_each_stop() {
        let page = ask(Method::GET, "/tour").await;
        let page = to_bytes(page.into_body(), MAX_BODY).await.expect("a page");
        let page = String::from_utf8_lossy(&page).replace("&#x2f;", "/");
        for (name, path) in urls::PATHS {
            let fixed = path.split('{').next().unwrap_or_default();
            assert!(page.contains(fixed), "{name}, {path}");
        }
    }

    #[tokio::test]
    async fn what_breaks_in_here_is_not_told_to_the_client() {
        let error = AppError::Inside("the password is 1234".into());
        let answer = error.into_response();
        let body = to_bytes(answer.into_body(), MAX_BODY)
            .await
            .expect("a body");
        assert!(!String::from_utf8_lossy(&body).contains("1234"));
    }
}
