//! The application: it looks at the path and the method, and leaves each page to a function of its
//! own.

use html_escape::encode_text;
use percent_encoding::percent_decode_str;

pub struct Request {
    pub method: String,
    /// Path and query, as they were sent: `/hello?name=Ada`.
    pub target: String,
}

pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

pub fn application(request: &Request) -> Response {
    let target = request.target.as_str();
    // Split first, decode afterwards: a `%3F` in the path is a question mark that splits nothing.
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = percent_decode_str(path).decode_utf8_lossy();

    match (request.method.as_str(), path.as_ref()) {
        ("GET" | "HEAD", "/") => index(query),
        ("GET" | "HEAD", "/hello") => hello(query),
        ("POST", "/order") => html(200, "<h1>Your tea is coming.</h1>"),
        ("GET" | "HEAD", "/cups") => html(200, "<h1>Here are the cups.</h1>"),
        ("PUT", "/cups") => html(200, "<h1>One more cup.</h1>"),
        _ => html(404, "<h1>404</h1>"),
    }
}

/// All values of a parameter, decoded, in the order they came in.
fn values(query: &str, wanted: &str) -> Vec<String> {
    let parameters = form_urlencoded::parse(query.as_bytes());
    let named = parameters.filter(|(name, _)| name == wanted);
    named.map(|(_, value)| value.into_owned()).collect()
}

/// The front page: the name goes into a heading, into a field, and into an address.
fn index(query: &str) -> Response {
    let name = values(query, "name").into_iter().next().unwrap_or_default();
    let name = encode_text(&name);
    let page = format!(
        r#"<h1>A table for {name}</h1>
<form action="/" method="GET">
<input name="name" value="{name}" aria-label="name">
<input type="submit">
</form>
<p><a href="/hello?name={name}">Greet the guest</a></p>"#
    );
    html(200, &page)
}

/// A greeting for the first name in the query.
fn hello(query: &str) -> Response {
    let names = values(query, "name");
    let guest = names.iter().find(|name| !name.is_empty());
    let guest = guest.map_or("World", String::as_str);
    html(200, &format!("<h1>Hello, {}!</h1>", encode_text(guest)))
}

fn html(status: u16, content: &str) -> Response {
    let page =
        format!("<!doctype html>\n<html lang=\"en\">\n<title>Tea house</title>\n{content}\n");
    Response {
        status,
        headers: vec![("Content-Type".into(), "text/html; charset=utf-8".into())],
        body: page,
    }
}
