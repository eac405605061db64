//! Makes a page of what went wrong, or JSON for a program. Django: `handler404` and its kin.

use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use minijinja::context;
use serde_json::json;

use crate::app::App;
use crate::error::Problem;

pub async fn problems(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>().cloned() else {
        return response;
    };
    if let Some(detail) = &problem.detail {
        eprintln!("{}: {}", problem.status, detail.escape_debug());
    }
    let (mut head, _) = response.into_parts();
    head.headers.remove("content-length");
    head.headers.remove("content-type");
    let body = if is_api {
        let mut said = json!({ "error": problem.reason });
        if let (Some(said), Some(place)) = (said.as_object_mut(), problem.place.as_object()) {
            said.extend(place.clone());
        }
        Json(said).into_response()
    } else {
        let values =
            context! { status => problem.status.to_string(), reason => problem.reason.as_str() };
        let page = app
            .templates
            .get_template("problem.html")
            .and_then(|page| page.render(values));
        Html(page.unwrap_or(problem.reason)).into_response()
    };
    let (body_head, body) = body.into_parts();
    head.headers.extend(body_head.headers);
    Response::from_parts(head, body)
}
