//! What a response may be: a text, JSON, a status, a tuple of status, headers and body.
//! Whatever implements `IntoResponse` is one.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderName, HeaderValue, SET_COOKIE};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::routing::TypedPath;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use minijinja::context;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Pages;
use crate::error::{AppError, Json};

/// Flask: `make_response()`.
pub async fn by_hand() -> Response {
    let mut response = "Made by hand.\n".into_response();
    *response.status_mut() = StatusCode::ACCEPTED;
    let lesson = HeaderValue::from_static("04");
    response.headers_mut().insert("x-lesson", lesson);
    response
}

#[derive(Deserialize)]
pub struct Said {
    value: String,
}

/// Flask: `response.headers["X-Said"] = …`. A tuple puts headers before a body.
pub async fn header(Query(said): Query<Said>) -> Result<impl IntoResponse, AppError> {
    // A line break in the value would begin a header of the sender's choice.
    let value = HeaderValue::from_str(&said.value).map_err(|_| {
        let reason = "value: a header's value is visible ASCII characters.";
        AppError(StatusCode::BAD_REQUEST, reason.to_string())
    })?;
    Ok(([("x-said", value)], "Look at the header X-Said.\n"))
}

#[derive(Deserialize)]
pub struct Choice {
    flavor: String,
}

/// Flask: `response.set_cookie()`, then `redirect()`.
pub async fn set_cookie(Form(choice): Form<Choice>) -> impl IntoResponse {
    let cookie = flavor(&choice.flavor, Duration::hours(1));
    (cookie, Redirect::to("/tour/cookies"))
}

/// Flask: `response.delete_cookie()`: the same cookie again, empty and out of date.
pub async fn delete_cookie() -> impl IntoResponse {
    let cookie = flavor("", Duration::ZERO);
    (cookie, Redirect::to("/tour/cookies"))
}

fn flavor(value: &str, age: Duration) -> [(HeaderName, String); 1] {
    let cookie = Cookie::build(("flavor", value))
        .http_only(true) // scripts in the page cannot read it
        .same_site(SameSite::Lax) // other sites' forms do not send it
        .path("/tour") // it comes back to the tour only
        .max_age(age); // behind https, add `secure(true)`
    [(SET_COOKIE, cookie.build().encoded().to_string())]
}

/// A route with a place in its path. `Display` writes the path with the name in that place.
#[derive(Deserialize, TypedPath)]
#[typed_path("/tour/template/{name}", rejection(AppError))]
pub struct Greeting {
    pub name: String,
}

/// Flask: `render_template("greeting.html", name=name)`.
pub async fn template(
    Greeting { name }: Greeting,
    State(pages): State<Pages>,
) -> Result<Html<String>, AppError> {
    let page = pages.get_template("greeting.html")?;
    Ok(Html(page.render(context! { name })?))
}

/// Flask: `url_for("template", name=name)`.
pub async fn url(Query(greeting): Query<Greeting>) -> Json<Value> {
    Json(json!({ "url": greeting.to_string() }))
}

const ITEMS: [&str; 3] = ["tea", "milk", "bread"];

#[derive(Deserialize, TypedPath)]
#[typed_path("/tour/items/{number}", rejection(AppError))]
pub struct Item {
    number: usize,
}

/// Flask: `jsonify()`, and `abort(404)`.
pub async fn item(Item { number }: Item) -> Result<Json<Value>, AppError> {
    let Some(item) = ITEMS.get(number) else {
        let reason = format!("There is no item {number}.");
        return Err(AppError(StatusCode::NOT_FOUND, reason));
    };
    Ok(Json(json!({ "number": number, "item": item })))
}
