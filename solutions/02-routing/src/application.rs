//! The application: it looks at the path and the method, and leaves each page to a function of its
//! own.

use html_escape::{encode_double_quoted_attribute, encode_text};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

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
        (_, "/" | "/hello") => method_not_allowed("GET, HEAD"),
        (_, "/order") => method_not_allowed("POST"),
        (_, "/cups") => method_not_allowed("GET, HEAD, PUT"),
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
    let text = encode_text(&name);
    let attribute = encode_double_quoted_attribute(&name);
    // Encoded like this, nothing is left that HTML would take for its own.
    let address = utf8_percent_encode(&name, NON_ALPHANUMERIC);
    let page = format!(
        r#"<h1>A table for {text}</h1>
<form action="/" method="GET">
<input name="name" value="{attribute}" aria-label="name">
<input type="submit">
</form>
<p><a href="/hello?name={address}">Greet the guest</a></p>"#
    );
    html(200, &page)
}

/// A greeting for everybody in the query.
fn hello(query: &str) -> Response {
    let mut names = values(query, "name");
    names.retain(|name| !name.is_empty());
    let guests = match names.split_last() {
        None => "World".to_string(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    };
    html(200, &format!("<h1>Hello, {}!</h1>", encode_text(&guests)))
}

/// There is such a page, but not for this method. The answer must say for which.
fn method_not_allowed(methods: &str) -> Response {
    let page = format!("<h1>405</h1>\n<p>This page answers {methods} only.</p>");
    let mut response = html(405, &page);
    response.headers.push(("Allow".into(), methods.into()));
    response
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
