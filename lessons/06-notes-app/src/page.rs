//! The notes as a page, for people.

use std::fs;
use std::path::PathBuf;
use std::str;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect};
use minijinja::value::Serde;
use minijinja::{Environment, TemplateSource, context};
use percent_encoding::percent_decode_str;

use crate::App;
use crate::api::media_type;
use crate::error::AppError;
use crate::notes::Note;

/// Where a debug build looks for templates: where this lesson was compiled.
pub const TEMPLATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");

// ANCHOR: index
/// GET /
pub async fn index(State(app): State<Arc<App>>) -> Result<Html<String>, AppError> {
    let notes = app.notes.all();
    Ok(Html(render(&app.pages, notes)?))
}

fn render(pages: &Environment<'static>, notes: Vec<Note>) -> Result<String, minijinja::Error> {
    let page = pages.get_template("notes.html")?;
    page.render(context! { notes => Serde(notes) })
}
// ANCHOR_END: index

/// Where templates come from. That the name ends in `.html` makes minijinja escape each value.
pub fn templates(folder: impl Into<PathBuf>) -> Environment<'static> {
    let folder = folder.into();
    let mut pages = Environment::new();
    pages.set_loader(move |name| {
        let built_in = match name {
            "notes.html" => include_str!("../templates/notes.html"),
            _ => return Ok(None),
        };
        // A release build holds its templates and needs no folder.
        if !cfg!(debug_assertions) {
            return Ok(Some(TemplateSource::new(built_in)));
        }
        // While developing: the file, and again when there is something else in it, so that an
        // edit shows at the next request.
        let file = folder.join(name);
        let read = move || fs::read_to_string(&file).unwrap_or(built_in.into());
        let text = read();
        let template = TemplateSource::new(&*text);
        Ok(Some(template.with_uptodate_check(move || read() == text)))
    });
    pages
}

/// POST /notes: what the form on the page sends where no JavaScript runs.
pub async fn add(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Redirect, AppError> {
    from_this_site(&headers)?;
    if media_type(&headers) != "application/x-www-form-urlencoded" {
        return Err(AppError::wrong_type(
            "application/x-www-form-urlencoded",
            &headers,
        ));
    }
    app.notes.add(text_of(&body?)?);
    // 303: "now GET this". Reloading the page then adds no second note.
    Ok(Redirect::to("/"))
}

/// A form on any page of the web may post to this server, and the browser lets it. But it says in
/// a header whose page that was. A program that is no browser does not send the header.
fn from_this_site(headers: &HeaderMap) -> Result<(), AppError> {
    let site = headers.get("sec-fetch-site").map(|value| value.as_bytes());
    // ANCHOR: from_this_site
    match site {
        None | Some(b"same-origin" | b"none") => Ok(()),
        Some(_) => Err(AppError::new(
            StatusCode::FORBIDDEN,
            "This form was sent by a page of another site.",
        )),
    }
    // ANCHOR_END: from_this_site
}

/// The text in `text=buy+milk`.
fn text_of(body: &[u8]) -> Result<String, AppError> {
    let is_text = |body| percent_decode_str(body).decode_utf8().is_ok();
    if !str::from_utf8(body).is_ok_and(is_text) {
        return Err(AppError::new(
            StatusCode::BAD_REQUEST,
            "The form is not UTF-8 text.",
        ));
    }
    let mut texts = form_urlencoded::parse(body).filter(|(name, _)| name == "text");
    match (texts.next(), texts.next()) {
        (Some((_, text)), None) => Ok(text.into_owned()),
        (None, _) => Err(AppError::field("text", "It is missing.")),
        _ => Err(AppError::field("text", "It stands here twice.")),
    }
}

/// GET /static/notes.css
pub async fn style() -> impl IntoResponse {
    let content_type = "text/css; charset=utf-8";
    (
        [(CONTENT_TYPE, content_type)],
        include_str!("../static/notes.css"),
    )
}

/// GET /static/notes.js
pub async fn script() -> impl IntoResponse {
    let content_type = "text/javascript; charset=utf-8";
    (
        [(CONTENT_TYPE, content_type)],
        include_str!("../static/notes.js"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_debug_build_shows_an_edited_template_and_a_release_build_its_own() {
        let folder = std::env::temp_dir().join(format!("lesson-06-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for the test");
        let pages = templates(&folder);
        let mut shown = Vec::new();
        for text in ["first", "second"] {
            fs::write(folder.join("notes.html"), text).expect("a template");
            shown.push(render(&pages, vec![]).expect("a page"));
        }
        fs::remove_dir_all(&folder).expect("the test made it");
        let built_in = render(&pages, vec![]).expect("a page without a folder");
        assert!(built_in.contains("<h1>Notes</h1>"));
        if cfg!(debug_assertions) {
            assert_eq!(shown, ["first", "second"]);
        } else {
            assert_eq!(shown, [built_in.clone(), built_in]);
        }
    }
}
