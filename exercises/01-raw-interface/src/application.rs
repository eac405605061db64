//! The application: a function from a request to a response. It knows no gateway.

pub struct Request {
    pub method: String,
    /// Path and query, not decoded: `/tea?kind=green`.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// The interface: whatever is such a function can be served.
pub type Application = fn(&Request) -> Response;

pub fn application(request: &Request) -> Response {
    match (request.method.as_str(), request.target.as_str()) {
        ("GET" | "HEAD", "/") => hello(request),
        ("GET" | "HEAD", "/nothing") => text(200, String::new()),
        ("DELETE", "/") => text(403, "The front page stays.\n".into()),
        ("DELETE", _) => Response {
            status: 204,
            headers: Vec::new(),
            body: Vec::new(),
        },
        _ => report(request),
    }
}

/// Greets the program that asks.
fn hello(_request: &Request) -> Response {
    text(200, "Hello, stranger!\n".into())
}

/// Says what was asked, and sends the body back. Two cookies remember it.
fn report(request: &Request) -> Response {
    let Request {
        method,
        target,
        body,
        ..
    } = request;
    let languages: Vec<&str> = request.values("accept-language").collect();
    let said = format!("{method} {target}\nlanguages: {}\n", languages.join(", "));
    let status = if method == "POST" { 201 } else { 200 };
    let mut response = text(status, said);
    response.body.extend(body);
    for cookie in [format!("method={method}"), format!("bytes={}", body.len())] {
        response.headers.push(("set-cookie".into(), cookie));
    }
    response
}

impl Request {
    /// All values of a header. Its name may be written in any case.
    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = move |(found, _): &&(String, String)| found.eq_ignore_ascii_case(name);
        let headers = self.headers.iter().filter(named);
        headers.map(|(_, value)| value.as_str())
    }
}

fn text(status: u16, body: String) -> Response {
    Response {
        status,
        headers: vec![("content-type".into(), "text/plain; charset=utf-8".into())],
        body: body.into_bytes(),
    }
}
