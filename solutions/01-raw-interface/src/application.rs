//! The application. It does not know what calls it.

use crate::interface::{Request, Response};

pub fn application(request: &Request) -> Response {
    match request.target.as_str() {
        "/" => hello(request),
        _ => report(request),
    }
}

/// Greets the program that asks.
fn hello(request: &Request) -> Response {
    let agent = request.values("user-agent").find(|agent| !agent.is_empty());
    text(200, format!("Hello, {}!\n", agent.unwrap_or("stranger")))
}

/// Says what was asked, and sends the body back. Two cookies remember it.
fn report(request: &Request) -> Response {
    let (method, target) = (&request.method, &request.target);
    let languages: Vec<&str> = request.values("accept-language").collect();
    let told = format!("{method} {target}\nlanguages: {}\n", languages.join(", "));
    let status = if method == "POST" { 201 } else { 200 };
    let mut response = text(status, told);
    response.body.extend(&request.body);
    for cookie in [
        format!("method={method}"),
        format!("bytes={}", request.body.len()),
    ] {
        response.headers.push(("Set-Cookie".into(), cookie));
    }
    response
}

fn text(status: u16, body: String) -> Response {
    Response {
        status,
        headers: vec![("Content-Type".into(), "text/plain; charset=utf-8".into())],
        body: body.into(),
    }
}
