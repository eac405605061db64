//! The application: it looks at the method and the path, and hands the work to a function of its
//! own for each page.

use html_escape::encode_text;
use percent_encoding::percent_decode_str;

pub struct Response {
    pub status: u16,
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: String,
}

pub fn application(method: &str, target: &str) -> Response {
    // What is not UTF-8 is nobody's name and no page's path.
    if percent_decode_str(target).decode_utf8().is_err() {
        return html(400, "<h1>400</h1>\n<p>The target is not UTF-8 text.</p>");
    }
    // Split first, decode after: a `%3F` in the path is a question mark that splits nothing.
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = percent_decode_str(path).decode_utf8_lossy();

    match (method, path.as_ref()) {
        ("GET" | "HEAD", "/") => index(query),
        ("GET" | "HEAD", "/hello") => hello(query),
        ("POST", "/order") => html(200, "<h1>Your tea is coming.</h1>"),
        ("GET" | "HEAD", "/cups") => html(200, "<h1>Cups stand here.</h1>"),
        ("PUT", "/cups") => html(200, "<h1>One more cup.</h1>"),
        _ => html(404, "<h1>404</h1>"),
    }
}

/// The values of a parameter, decoded, in the order in which they came.
fn values(query: &str, wanted: &str) -> Vec<String> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let named = pairs.filter(|(name, _)| name == wanted);
    named.map(|(_, value)| value.into_owned()).collect()
}

/// The front page: the name stands in a heading, in a field, and in an address.
fn index(query: &str) -> Response {
    let name = values(query, "name").into_iter().next().unwrap_or_default();
    let name = encode_text(&name);
    html(
        200,
        &format!(
            r#"<!doctype html>
<html lang="en">
<h1>A table for {name}</h1>
<form action="/" method="GET">
<input name="name" value="{name}" aria-label="name">
<input type="submit">
</form>
<p><a href="/hello?name={name}">Greet the guest</a></p>
"#
        ),
    )
}

/// A greeting for the first name in the query.
fn hello(query: &str) -> Response {
    let names = values(query, "name");
    let guest = names.iter().find(|name| !name.is_empty());
    let guest = guest.map_or("World", String::as_str);
    html(200, &format!("<h1>Hello, {}!</h1>", encode_text(guest)))
}

fn html(status: u16, page: &str) -> Response {
    Response {
        status,
        headers: vec![("content-type", "text/html; charset=utf-8")],
        body: page.to_string(),
    }
}
