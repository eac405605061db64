//! Which path leads to which view. Each path has a name. Django: `urls.py`.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Router;
use axum::handler::Handler;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use include_dir::{Dir, include_dir};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tower::ServiceBuilder;
use tower_http::services::ServeDir;

use crate::admin::views as admin;
use crate::app::App;
use crate::error::AppError;
use crate::middleware;
use crate::views::{accounts, board, notes};

/// A path, what answers there, and the name by which templates and views call it.
type Url = (&'static str, MethodRouter<App>, &'static str);

#[rustfmt::skip]
fn urls() -> Vec<Url> {
    vec![
        ("/", get(board::index), "index"),
        ("/api/notes", get(board::list).post(board::add), "api_notes"),
        ("/api/notes/persist", get(board::list_stored).post(board::add_stored), "api_notes_persist"),
        ("/notes/", get(notes::list), "note_list"),
        ("/notes/add/", form(notes::add), "note_add"),
        ("/notes/{id}/edit/", form(notes::edit), "note_edit"),
        ("/notes/{id}/delete/", form(notes::delete), "note_delete"),
        ("/accounts/register/", form(accounts::register), "register"),
        ("/accounts/login/", form(accounts::login), "login"),
        ("/accounts/logout/", post(accounts::logout), "logout"),
        ("/accounts/profile/", form(accounts::profile), "profile"),
        ("/admin/", get(admin::index), "admin_index"),
        ("/admin/login/", form(admin::login), "admin_login"),
        ("/admin/core/{model}/", get(admin::list), "admin_list"),
        ("/admin/core/{model}/add/", form(admin::add), "admin_add"),
        ("/admin/core/{model}/{id}/change/", form(admin::change), "admin_change"),
        ("/admin/core/{model}/{id}/delete/", form(admin::delete), "admin_delete"),
        ("/admin/{*other}", get(admin::nothing), "admin_nothing"),
    ]
}

/// A view that shows a form and takes it: it looks at `page.posted`.
fn form<H: Handler<T, App>, T: 'static>(view: H) -> MethodRouter<App> {
    get(view.clone()).post(view)
}

/// The whole site.
pub fn site(app: App) -> Router {
    let mut routes = Router::new();
    for (path, view, _) in urls() {
        let without_slash = path.trim_end_matches('/');
        if !["", path].contains(&without_slash) {
            routes = routes.route(without_slash, get(add_slash));
        }
        routes = routes.route(path, view);
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/static");
    let files = ServeDir::new(folder).append_index_html_on_directories(false);
    let files = files.fallback(get(built_in));
    let files = ServiceBuilder::new().map_response(no_file).service(files);
    let routes = routes
        .nest_service("/static", files)
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed);
    middleware::around(routes, &app).with_state(app)
}

/// Django: `APPEND_SLASH`.
async fn add_slash(uri: Uri) -> impl IntoResponse {
    let query = uri.query().map(|query| format!("?{query}"));
    let there = format!("{}/{}", uri.path(), query.unwrap_or_default());
    (StatusCode::MOVED_PERMANENTLY, [(LOCATION, there)], Html(""))
}

async fn not_found() -> AppError {
    AppError::not_found()
}

async fn method_not_allowed() -> AppError {
    let reason = "This page does not answer that method.";
    AppError(StatusCode::METHOD_NOT_ALLOWED, reason.into())
}

/// To the file system, a name that is too long is an error. To a visitor, there is no such file.
fn no_file(answer: impl IntoResponse) -> Response {
    let answer = answer.into_response();
    match answer.status().is_server_error() {
        true => AppError::not_found().into_response(),
        false => answer,
    }
}

/// For where the folder is not: the program carries its static files with it.
async fn built_in(uri: Uri) -> Result<impl IntoResponse, AppError> {
    static BUILT_IN: Dir = include_dir!("$CARGO_MANIFEST_DIR/static");
    let path = uri.path().trim_start_matches('/');
    let file = BUILT_IN.get_file(path).ok_or_else(AppError::not_found)?;
    let kind = match path.rsplit('.').next() {
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        _ => "application/octet-stream",
    };
    Ok(([(CONTENT_TYPE, kind)], file.contents()))
}

static PATHS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let names = urls().into_iter().map(|(path, _, name)| (name, path));
    names.chain([("static", "/static/{file}")]).collect()
});

/// What stands for itself in a path.
const SAFE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// The path of that name, its holes filled with these parts. Django: `reverse()`.
pub fn try_reverse(name: &str, parts: &[&str]) -> Option<String> {
    let mut parts = parts.iter();
    let mut path = String::new();
    for piece in PATHS.get(name)?.split('/').skip(1) {
        path += "/";
        match piece.starts_with('{') {
            true => path.extend(utf8_percent_encode(parts.next()?, SAFE)),
            false => path += piece,
        }
    }
    Some(path)
}

/// # Panics
/// When there is no path of that name: a mistake in the program.
pub fn reverse(name: &str, parts: &[&str]) -> String {
    try_reverse(name, parts).unwrap_or_else(|| panic!("no url {name} with {} parts", parts.len()))
}

const NEXT: &AsciiSet = &SAFE.remove(b'/');

/// The login page of that name, from which this path is come back to.
pub fn login(name: &str, next: &str) -> String {
    let next = utf8_percent_encode(next, NEXT);
    format!("{}?next={next}", reverse(name, &[]))
}
