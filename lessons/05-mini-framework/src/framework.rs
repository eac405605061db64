//! A web framework in one sitting. Read it downwards: what a handler gives
//! ([`IntoResponse`]), what it takes ([`FromRequest`]), what it is ([`Handler`]), and the [`App`]
//! that picks the handler for a request.

use std::borrow::Cow;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Method, StatusCode};
use percent_encoding::percent_decode_str;

/// A request whose body has been read to its end.
pub type Request = hyper::Request<Bytes>;
/// A response whose body is there as a whole.
pub type Response = hyper::Response<Full<Bytes>>;

// ANCHOR: into_response
/// What a handler may give back: anything that knows how to become a response.
// ANCHOR: answer_trait
pub trait IntoResponse {
    /// Turns the value into a response.
    fn into_response(self) -> Response;
}
// ANCHOR_END: answer_trait

impl IntoResponse for Response {
    fn into_response(self) -> Response {
        self
    }
}

impl IntoResponse for String {
    fn into_response(self) -> Response {
        with_type("text/plain; charset=utf-8", self)
    }
}

impl IntoResponse for &'static str {
    fn into_response(self) -> Response {
        with_type("text/plain; charset=utf-8", self)
    }
}

/// A page: its body is HTML.
pub struct Html<T>(pub T);

impl<T: Into<Bytes>> IntoResponse for Html<T> {
    fn into_response(self) -> Response {
        with_type("text/html; charset=utf-8", self.0)
    }
}

/// A status alone is a response without a body.
impl IntoResponse for StatusCode {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        *response.status_mut() = self;
        response
    }
}

/// A status beside something else: that thing's response, with this status.
impl<T: IntoResponse> IntoResponse for (StatusCode, T) {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        *response.status_mut() = self.0;
        response
    }
}

// ANCHOR: answer_result
/// `?` in a handler: the error is a response too.
impl<T: IntoResponse, E: IntoResponse> IntoResponse for Result<T, E> {
    fn into_response(self) -> Response {
        match self {
            Ok(value) => value.into_response(),
            Err(error) => error.into_response(),
        }
    }
}
// ANCHOR_END: answer_result

/// A request that cannot be served: the status, and a sentence that says why.
pub struct Refusal(pub StatusCode, pub String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Refusal(status, reason) = self;
        let mut page = format!("<h1>{}</h1>", status.as_u16());
        if !reason.is_empty() {
            page.push_str(&format!("\n<p>{reason}</p>"));
        }
        (status, Html(page)).into_response()
    }
}
// ANCHOR_END: into_response

fn with_type(content_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Full::new(body.into()));
    let value = HeaderValue::from_static(content_type);
    response.headers_mut().insert(CONTENT_TYPE, value);
    response
}

// ANCHOR: from_request
/// What a handler may take: anything that can be made from a request.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from a request, so it cannot be an argument of a handler",
    note = "arguments of handlers implement `FromRequest`: `Query`, `Form`, `String`"
)]
pub trait FromRequest: Sized {
    /// Makes the value.
    ///
    /// # Errors
    /// When the request does not hold what is wanted. The handler is not called then.
    fn from_request(request: &Request) -> Result<Self, Refusal>;
}

/// The parameters in the query of the target: `?name=Ada`.
// ANCHOR: extract_query
pub struct Query(pub Params);

impl FromRequest for Query {
    fn from_request(request: &Request) -> Result<Query, Refusal> {
        let query = request.uri().query().unwrap_or_default();
        Params::read(query.into(), "query").map(Query)
    }
}
// ANCHOR_END: extract_query

/// The fields of a form in the body.
pub struct Form(pub Params);

impl FromRequest for Form {
    fn from_request(request: &Request) -> Result<Form, Refusal> {
        let header = request.headers().get(CONTENT_TYPE);
        let header = header
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let media_type = header.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            let reason = "The body must be application/x-www-form-urlencoded.".into();
            return Err(Refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason));
        }
        Params::read(String::from_request(request)?, "form").map(Form)
    }
}
// ANCHOR_END: from_request

/// The body as text.
impl FromRequest for String {
    fn from_request(request: &Request) -> Result<String, Refusal> {
        String::from_utf8(request.body().to_vec()).map_err(|_| {
            Refusal(
                StatusCode::BAD_REQUEST,
                "The body is not UTF-8 text.".into(),
            )
        })
    }
}

/// Names with their values, as a query or a form has them. A name may come more than once.
pub struct Params(String);

impl Params {
    /// The first value of that name. Empty values are left out, as Python's `parse_qs` does.
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut pairs = form_urlencoded::parse(self.0.as_bytes());
        let found = pairs.find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value)
    }

    fn read(text: String, what: &str) -> Result<Params, Refusal> {
        // The parser puts U+FFFD for bytes that are not UTF-8. A name that the sender
        // did not write is worse than a refusal.
        if percent_decode_str(&text).decode_utf8().is_err() {
            let reason = format!("The {what} is not UTF-8 text.");
            return Err(Refusal(StatusCode::BAD_REQUEST, reason));
        }
        Ok(Params(text))
    }
}

// ANCHOR: handler
/// An async function that can answer a request. `Args` is the tuple of its argument types: it tells the
/// compiler which of the implementations below is meant.
#[diagnostic::on_unimplemented(
    message = "this is not a handler: a handler is an async function that takes extractors and gives a response",
    label = "not a handler",
    note = "each argument must implement `FromRequest`, the returned value `IntoResponse`; there may be four arguments at most"
)]
pub trait Handler<Args>: Send + Sync + 'static {
    /// Takes the request apart, calls the function, makes a response of what it gives.
    fn call(&self, request: Request) -> impl Future<Output = Response> + Send;
}

macro_rules! impl_handler {
    ($($Arg:ident),*) => {
        impl<F, Fut, R, $($Arg),*> Handler<($($Arg,)*)> for F
        where
            F: Fn($($Arg),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = R> + Send,
            R: IntoResponse,
            $($Arg: FromRequest + Send,)*
        {
            #[allow(non_snake_case, unused_variables)] // the types' names serve as variables
            async fn call(&self, request: Request) -> Response {
                $(
                    let $Arg = match $Arg::from_request(&request) {
                        Ok(value) => value,
                        Err(refusal) => return refusal.into_response(),
                    };
                )*
                self($($Arg),*).await.into_response()
            }
        }
    };
}

impl_handler!();
impl_handler!(A);
impl_handler!(A, B);
impl_handler!(A, B, C);
impl_handler!(A, B, C, D);
// ANCHOR_END: handler

// ANCHOR: app
/// A handler of any type behind one type, so that a map can hold it.
type BoxedHandler = Box<dyn Fn(Request) -> BoxedFuture + Send + Sync>;
type BoxedFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

/// An application: which handler answers which method on which path.
#[derive(Default)]
pub struct App {
    routes: HashMap<&'static str, Vec<(Method, BoxedHandler)>>,
}

impl App {
    /// An application without routes: 404 for all.
    pub fn new() -> App {
        App::default()
    }

    /// Answers GET (and so HEAD) on `path` by `handler`.
    pub fn get<Args>(self, path: &'static str, handler: impl Handler<Args>) -> App {
        self.route(Method::GET, path, handler)
    }

    /// Answers POST on `path` by `handler`.
    pub fn post<Args>(self, path: &'static str, handler: impl Handler<Args>) -> App {
        self.route(Method::POST, path, handler)
    }

    /// Answers `method` on `path` by `handler`.
    pub fn route<Args>(
        mut self,
        method: Method,
        path: &'static str,
        handler: impl Handler<Args>,
    ) -> App {
        let handler = Arc::new(handler);
        let boxed = move |request| -> BoxedFuture {
            let handler = Arc::clone(&handler);
            Box::pin(async move { handler.call(request).await })
        };
        self.routes
            .entry(path)
            .or_default()
            .push((method, Box::new(boxed)));
        self
    }

    /// Answers a request by the handler of its path and method.
    pub async fn answer(&self, request: Request) -> Response {
        // Bytes that are not UTF-8 become U+FFFD here, and no route has that.
        let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
        let Some(handlers) = self.routes.get(&*path) else {
            return Refusal(StatusCode::NOT_FOUND, String::new()).into_response();
        };
        // HEAD is GET without the body: hyper leaves that out.
        let method = match *request.method() {
            Method::HEAD => &Method::GET,
            ref method => method,
        };
        match handlers.iter().find(|(known, _)| known == method) {
            Some((_, handler)) => handler(request).await,
            None => method_not_allowed(handlers),
        }
    }
}
// ANCHOR_END: app

/// 405, which must say in `Allow` what would do (RFC 9110, section 15.5.6).
fn method_not_allowed(handlers: &[(Method, BoxedHandler)]) -> Response {
    let mut known: Vec<&str> = Vec::new();
    for (method, _) in handlers {
        known.push(method.as_str());
        if method == Method::GET {
            known.push("HEAD");
        }
    }
    let reason = format!("This page answers {} only.", known.join(" and "));
    let mut response = Refusal(StatusCode::METHOD_NOT_ALLOWED, reason).into_response();
    if let Ok(allow) = HeaderValue::from_str(&known.join(", ")) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}
