//! The application: still a function from a request to a response. It looks at the path and the
//! method, and hands the work to a function of its own for each page.

use percent_encoding::percent_decode_str;

use crate::query::Query;

// ANCHOR: types
pub struct Request {
    pub method: String,
    /// Path and query, not decoded: `/hello?name=Ada`.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}
// ANCHOR_END: types

// ANCHOR: application
pub fn application(request: &Request) -> Response {
    // ANCHOR: split
    let target = request.target.as_str();
    // Split first, decode after: a `%3F` in the path is a question mark
    // that splits nothing.
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    // Bytes that are not UTF-8 become U+FFFD here, and no page has that
    // in its path.
    let path = percent_decode_str(path).decode_utf8_lossy();
    // ANCHOR_END: split

    // ANCHOR: routes
    match (request.method.as_str(), path.as_ref()) {
        ("GET" | "HEAD", "/") => index(),
        ("GET" | "HEAD", "/hello") => hello(query),
        (_, "/" | "/hello") => method_not_allowed(),
        _ => not_found(),
    }
    // ANCHOR_END: routes
}
// ANCHOR_END: application

fn index() -> Response {
    html(
        200,
        r#"<!doctype html>
<html lang="en">
<h1>02wsgi.py</h1>
<form action="/hello" method="GET">
<input name="name" type="text" placeholder="name" aria-label="name">
<input type="submit">
</form>
"#,
    )
}

// ANCHOR: hello
fn hello(query: &str) -> Response {
    let Ok(query) = Query::parse(query) else {
        return bad_request("The query is not UTF-8 text.");
    };
    // A form that is sent with nothing in its field sends `name=`: an
    // empty name is no name.
    let given = query.get_all("name").find(|name| !name.is_empty());
    // The name is a stranger's. Without the escaping, it could bring
    // tags of its own.
    let name = html_escape::encode_text(given.unwrap_or("World"));
    html(200, &format!("<h1>Hello, {name}!</h1>"))
}
// ANCHOR_END: hello

fn bad_request(why: &str) -> Response {
    html(400, &format!("<h1>400</h1>\n<p>{why}</p>"))
}

fn not_found() -> Response {
    html(404, "<h1>404</h1>")
}

// ANCHOR: method_not_allowed
fn method_not_allowed() -> Response {
    let mut response = html(
        405,
        "<h1>405</h1>\n<p>This page answers GET and HEAD only.</p>",
    );
    response.headers.push(("allow".into(), "GET, HEAD".into()));
    response
}
// ANCHOR_END: method_not_allowed

fn html(status: u16, page: &str) -> Response {
    Response {
        status,
        headers: vec![("content-type".into(), "text/html; charset=utf-8".into())],
        body: page.into(),
    }
}
