//! The application: still a function from a request to a response. It looks at the path and the
//! method, and leaves each page to a function of its own.

use percent_encoding::percent_decode_str;

use crate::{Request, Response, escape};

pub fn application(request: &Request) -> Response {
    let target = request.target.as_str();
    // Split first, decode after: a `%3F` in the path is a question
    // mark that splits nothing.
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = percent_decode_str(path).decode_utf8_lossy();

    match (request.method.as_str(), path.as_ref()) {
        ("GET" | "HEAD", "/") => index(),
        ("GET" | "HEAD", "/hello") => hello(query),
        (_, "/" | "/hello") => method_not_allowed(),
        _ => not_found(),
    }
}

fn index() -> Response {
    let form = r#"<title>Greetings</title>
<h1>Who is there?</h1>
<form action="/hello" method="GET">
<input name="name" type="text" placeholder="name" aria-label="name">
<input type="submit">
</form>"#;
    html(200, form)
}

fn hello(query: &str) -> Response {
    let mut names = values(query, "name").into_iter();
    // An empty field is sent as `name=`: an empty name is no name.
    let given = names.find(|name| !name.is_empty());
    let name = given.unwrap_or("World".into());
    html(200, &format!("<h1>Hello, {}!</h1>", escape(&name)))
}

/// All values of a parameter, decoded, in the order they came in.
fn values(query: &str, wanted: &str) -> Vec<String> {
    let parameters = form_urlencoded::parse(query.as_bytes());
    let named = parameters.filter(|(name, _)| name == wanted);
    named.map(|(_, value)| value.into_owned()).collect()
}

fn not_found() -> Response {
    html(404, "<h1>404</h1>")
}

fn method_not_allowed() -> Response {
    let page = "<h1>405</h1>\n<p>This page answers GET and HEAD only.</p>";
    let mut response = html(405, page);
    response.headers.push(("Allow".into(), "GET, HEAD".into()));
    response
}

fn html(status: u16, content: &str) -> Response {
    let page = format!("<!doctype html>\n<html lang=\"en\">\n{content}\n");
    Response {
        status,
        headers: vec![("Content-Type".into(), "text/html; charset=utf-8".into())],
        body: page.into(),
    }
}
