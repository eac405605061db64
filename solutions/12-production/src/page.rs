//! The pages. What a guest has typed goes through `escaped` before it becomes a part of one.

use axum::response::Html;

use crate::notes::Note;
use crate::sessions::Session;

pub fn login(next: &str) -> Html<String> {
    let next = escaped(next);
    page(&format!(
        r#"<h1>Who are you?</h1>
<form method="post" action="/login">
<input type="hidden" name="next" value="{next}">
<input name="name" aria-label="Name" required>
<button>Come in</button>
</form>"#
    ))
}

/// The notes that were found, and how many there are.
pub fn list(session: &Session, found: &[Note], all: usize, q: &str) -> Html<String> {
    let (guest, q, token) = (escaped(&session.guest), escaped(q), token(session));
    let count = found.len();
    let items = found.iter().map(|note| {
        let (id, text) = (note.id, escaped(&note.text));
        format!("<li><a href=\"/notes/{id}\">{text}</a>\n")
    });
    let items: String = items.collect();
    page(&format!(
        r#"<h1>The notes of {guest}</h1>
<form method="get" action="/notes"><input name="q" aria-label="Search" value="{q}"> <button>Search</button></form>
<p>{count} of {all} notes</p>
<ul>
{items}</ul>
<form method="post" action="/notes">{token}<input name="text" aria-label="Text" required> <button>Keep it</button></form>
<form method="post" action="/logout">{token}<button>Log out</button></form>"#
    ))
}

pub fn note(session: &Session, note: &Note) -> Html<String> {
    let (id, text, token) = (note.id, escaped(&note.text), token(session));
    let guest = escaped(&session.guest);
    page(&format!(
        r#"<h1>Note {id}</h1>
<form method="post" action="/notes/{id}">{token}<input name="text" aria-label="Text" value="{text}" required> <button>Change it</button></form>
<form method="post" action="/notes/{id}/delete">{token}<button>Delete it</button></form>
<p><a href="/notes">The notes of {guest}</a></p>"#
    ))
}

/// A field that nobody sees, for each form that changes something.
fn token(session: &Session) -> String {
    let token = &session.token;
    format!(r#"<input type="hidden" name="csrfmiddlewaretoken" value="{token}">"#)
}

fn page(body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Notes</title>\n{body}\n</html>\n"
    ))
}

/// Text that means itself in HTML, between tags and in an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
