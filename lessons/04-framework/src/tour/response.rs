//! What a response may be. Whatever implements `IntoResponse` is one: a text, a status, a tuple
//! of status, headers and body.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use cookie::{Cookie, SameSite, time};
use minijinja::context;
use serde_json::{Value, json};

use super::Pages;
use super::form::Form;
use super::request::Pairs;
use super::urls::{path, url_for};
use crate::error::AppError;

// ANCHOR: by_hand
/// Flask: `make_response()`. Status, header and body, each set by hand.
pub async fn by_hand() -> Result<Response, AppError> {
    let response = Response::builder()
        .status(StatusCode::ACCEPTED)
        .header(CONTENT_TYPE, "text/plain; charset=utf-8")
        .header("X-Lesson", "04")
        .body(Body::from("Made by hand.\n"))?;
    Ok(response)
}
// ANCHOR_END: by_hand

// ANCHOR: header
/// Flask: `response.headers["X-Said"] = …`. A tuple puts headers before a body.
pub async fn header(Query(args): Query<Pairs>) -> Result<impl IntoResponse, AppError> {
    let said = first(&args, "value").unwrap_or("hello");
    // A line break in the value would begin a header of the sender's choice.
    let said = HeaderValue::from_str(said).map_err(|_| {
        AppError::bad_request(
            "value: a line break or another control character cannot stand in a header.",
        )
    })?;
    Ok(([("X-Said", said)], "Look at the header X-Said.\n"))
}
// ANCHOR_END: header

fn first<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.as_str())
}

// ANCHOR: set_cookie
/// Flask: `response.set_cookie()`.
pub async fn set_cookie(form: Form) -> Result<impl IntoResponse, AppError> {
    let flavour = first(&form.fields, "flavour").unwrap_or("oat");
    if flavour.len() > 200 {
        return Err(AppError::bad_request("flavour: more than 200 bytes."));
    }
    let cookie = flavour_cookie(flavour, time::Duration::hours(1));
    Ok((cookie, Redirect::to(path("cookies"))))
}

/// Flask: `response.delete_cookie()`: the same cookie again, empty and out of date.
pub async fn delete_cookie() -> impl IntoResponse {
    let cookie = flavour_cookie("", time::Duration::ZERO);
    (cookie, Redirect::to(path("cookies")))
}

fn flavour_cookie(value: &str, age: time::Duration) -> [(HeaderName, String); 1] {
    // ANCHOR: flags
    let cookie = Cookie::build(("flavour", value))
        // Scripts in the page cannot read it.
        .http_only(true)
        // Other sites' forms do not send it.
        .same_site(SameSite::Lax)
        // It goes back to the tour only.
        .path("/tour")
        .max_age(age);
    // ANCHOR_END: flags
    // A server that is reached by https adds `secure(true)`.
    [(SET_COOKIE, cookie.build().encoded().to_string())]
}
// ANCHOR_END: set_cookie

// ANCHOR: redirect
/// Flask: `redirect(url_for(…))`. 303 says "get that page"; 307 says "send the same request there".
pub async fn redirect(Query(args): Query<Pairs>) -> Result<Redirect, AppError> {
    // The query names a route, not a URL: so nobody can make this server send people elsewhere.
    let target = target(&args)?;
    match first(&args, "status").unwrap_or("303") {
        "303" => Ok(Redirect::to(&target)),
        "307" => Ok(Redirect::temporary(&target)),
        other => Err(AppError::bad_request(format!(
            "status: 303 or 307, not {other:?}."
        ))),
    }
}

/// Flask: `url_for()`.
pub async fn url(Query(args): Query<Pairs>) -> Result<Json<Value>, AppError> {
    Ok(Json(json!({ "url": target(&args)? })))
}

/// The URL of the route that the argument `to` names, with the other arguments as its values.
fn target(args: &Pairs) -> Result<String, AppError> {
    let to = first(args, "to").unwrap_or("index");
    let values = args
        .iter()
        .filter(|(key, _)| key != "to" && key != "status");
    let values: Pairs = values.cloned().collect();
    url_for(to, &values).map_err(AppError::bad_request)
}
// ANCHOR_END: redirect

// ANCHOR: template
/// Flask: `render_template("greeting.html", name=name)`.
pub async fn template(
    State(pages): State<Pages>,
    Path(name): Path<String>,
) -> Result<Html<String>, AppError> {
    let page = pages.get_template("greeting.html")?;
    Ok(Html(page.render(context! { name })?))
}
// ANCHOR_END: template

const ITEMS: [&str; 3] = ["tea", "milk", "bread"];

// ANCHOR: item
/// Flask: `abort(404)`. A `return Err(…)`, or a `?`, ends the handler here.
pub async fn item(number: Result<Path<usize>, PathRejection>) -> Result<Json<Value>, AppError> {
    let Path(number) = number?;
    let Some(item) = ITEMS.get(number) else {
        let message = format!(
            "There is no item {number}. The last one is {}.",
            ITEMS.len() - 1
        );
        return Err(AppError::new(StatusCode::NOT_FOUND, message));
    };
    Ok(Json(json!({ "number": number, "item": item })))
}
// ANCHOR_END: item

/// Flask: `send_file(…, as_attachment=True)`.
pub async fn download() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"items.csv\""),
    ];
    let rows = ITEMS.iter().enumerate();
    let rows: String = rows
        .map(|(number, item)| format!("{number},{item}\r\n"))
        .collect();
    (headers, format!("number,item\r\n{rows}"))
}
