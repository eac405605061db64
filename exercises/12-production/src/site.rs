//! The site: its routes and its views.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use crate::error::AppError;
use crate::notes::Notes;
use crate::page;
use crate::sessions::Sessions;
use crate::visit::{LoggedIn, Posted, Visit, visit};

#[derive(Default)]
pub struct Site {
    pub sessions: Sessions,
    pub notes: Notes,
}

type ASite = State<Arc<Site>>;
type AnId = Result<Path<u64>, PathRejection>;

const HOME: &str = "/notes";

pub fn site() -> Router {
    let site = Arc::new(Site::default());
    Router::new()
        .route("/login", get(login_form).post(login))
        .route("/logout", post(logout))
        .route("/notes", get(list).post(add))
        .route("/notes/{id}", get(show).post(change).delete(remove))
        .route("/notes/{id}/delete", post(delete))
        .fallback(async || AppError::new(StatusCode::NOT_FOUND, "There is nothing here.\n"))
        .method_not_allowed_fallback(async || {
            let reason = "This is not what can be done here: see Allow.\n";
            AppError::new(StatusCode::METHOD_NOT_ALLOWED, reason)
        })
        .layer(from_fn_with_state(Arc::clone(&site), visit))
        .with_state(site)
}

async fn login_form(visit: Visit, uri: Uri) -> Response {
    match visit.session {
        Some(_) => to(HOME),
        None => page::login(&in_query(&uri, "next")).into_response(),
    }
}

async fn login(State(site): ASite, visit: Visit) -> Result<Response, AppError> {
    let name = text(&visit.posted, "name", 40)?;
    // A session that somebody began before is not this one.
    if let Some(old) = visit.session {
        site.sessions.end(&old.id);
    }
    let session = site.sessions.begin(name);
    let cookie = format!("session={}; HttpOnly; Path=/; SameSite=Lax", session.id);
    let next = visit.posted.get("next").map_or("", String::as_str);
    let next = if next.is_empty() { HOME } else { next };
    Ok(([(SET_COOKIE, cookie)], to(next)).into_response())
}

async fn logout(State(site): ASite, LoggedIn(session): LoggedIn) -> Response {
    site.sessions.end(&session.id);
    let forget = "session=; Max-Age=0; HttpOnly; Path=/; SameSite=Lax";
    ([(SET_COOKIE, forget)], to("/login")).into_response()
}

async fn list(State(site): ASite, LoggedIn(session): LoggedIn, uri: Uri) -> Html<String> {
    let q = in_query(&uri, "q");
    let mut notes = site.notes.all();
    let all = notes.len();
    notes.retain(|note| note.text.contains(&q));
    page::list(&session, &notes, all, &q)
}

async fn add(State(site): ASite, _: LoggedIn, visit: Visit) -> Result<Response, AppError> {
    let text = text(&visit.posted, "text", 1000)?;
    let id = site.notes.add(text);
    Ok(to(&format!("/notes/{id}")))
}

async fn show(
    State(site): ASite,
    LoggedIn(session): LoggedIn,
    id: AnId,
) -> Result<Html<String>, AppError> {
    let Path(id) = id?;
    let note = site.notes.find(id);
    let note = note.ok_or_else(|| AppError::no_note(id))?;
    Ok(page::note(&session, &note))
}

async fn change(
    State(site): ASite,
    _: LoggedIn,
    id: AnId,
    visit: Visit,
) -> Result<Response, AppError> {
    let Path(id) = id?;
    let text = text(&visit.posted, "text", 1000)?;
    let changed = site.notes.change(id, text);
    changed.ok_or_else(|| AppError::no_note(id))?;
    Ok(to(&format!("/notes/{id}")))
}

/// For a form, which can only POST.
async fn delete(site: ASite, session: LoggedIn, id: AnId) -> Result<Response, AppError> {
    remove(site, session, id).await?;
    Ok(to(HOME))
}

/// For a script.
async fn remove(State(site): ASite, _: LoggedIn, id: AnId) -> Result<StatusCode, AppError> {
    let Path(id) = id?;
    let removed = site.notes.remove(id);
    removed.ok_or_else(|| AppError::no_note(id))?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was sent under that name, if it is a text of at most that many characters.
fn text<'a>(posted: &'a Posted, name: &str, limit: usize) -> Result<&'a str, AppError> {
    let text = posted.get(name).map_or("", |text| text.trim());
    if text.is_empty() || text.chars().count() > limit {
        let reason = format!("{name} must have from 1 to {limit} characters.\n");
        return Err(AppError::new(StatusCode::UNPROCESSABLE_ENTITY, reason));
    }
    Ok(text)
}

fn in_query(uri: &Uri, name: &str) -> String {
    let mut pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let found = pairs.find(|(known, _)| known == name);
    found.map_or(String::new(), |(_, value)| value.into_owned())
}

/// 303: what was sent is done, look there now. What no header can hold leads home.
fn to(path: &str) -> Response {
    let path = path
        .parse()
        .unwrap_or(axum::http::HeaderValue::from_static(HOME));
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}
