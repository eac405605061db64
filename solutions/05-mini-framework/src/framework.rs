//! The framework of lesson 05, to be read downwards. An [`App`] finds the handler for a request. A
//! [`Handler`] is an async function: its arguments are made from the request ([`FromRequest`]), and
//! what it returns is made into a response ([`IntoResponse`]). Last comes [`serve`].

use std::collections::HashMap;
use std::convert::Infallible;
use std::env;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;
use tokio::{signal, time};

/// A table of routes: which handler answers which method on which path.
#[derive(Default)]
pub struct App {
    routes: HashMap<&'static str, Vec<(Method, BoxHandler)>>,
    fallback: Option<BoxHandler>,
}

/// Handlers have many types. A closure in a box has one, for the map.
pub type BoxHandler = Box<dyn Fn(&Request) -> BoxFuture + Send + Sync>;
/// A response that is still to come, of an async function of any type.
pub type BoxFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

impl App {
    /// No routes yet: 404 for every path.
    pub fn new() -> App {
        App::default()
    }

    /// Answers GET on `path`, and so HEAD, by `handler`.
    pub fn get<Args>(self, path: &'static str, handler: impl Handler<Args>) -> App {
        self.route(Method::GET, path, handler)
    }

    /// Answers POST on `path` by `handler`.
    pub fn post<Args>(self, path: &'static str, handler: impl Handler<Args>) -> App {
        self.route(Method::POST, path, handler)
    }

    /// Answers, by `handler`, every request whose path no route has.
    pub fn fallback<Args>(mut self, handler: impl Handler<Args>) -> App {
        self.fallback = Some(Box::new(move |request: &Request| handler.call(request)));
        self
    }

    fn route<Args>(
        mut self,
        method: Method,
        path: &'static str,
        handler: impl Handler<Args>,
    ) -> App {
        // The closure knows the type of the handler; the map does not have to.
        let handler = Box::new(move |request: &Request| handler.call(request));
        self.routes.entry(path).or_default().push((method, handler));
        self
    }
}

impl Application for App {
    async fn answer(&self, request: Request) -> Response {
        // Routes are written as people read them: `/hell%6F` is `/hello`.
        let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
        let Some(handlers) = self.routes.get(path.as_ref()) else {
            return match &self.fallback {
                Some(handler) => handler(&request).await,
                None => not_found(),
            };
        };
        // HEAD is GET without the body, and hyper leaves that out.
        let method = match request.method() {
            &Method::HEAD => &Method::GET,
            method => method,
        };
        match handlers.iter().find(|(known, _)| known == method) {
            Some((_, handler)) => handler(&request).await,
            None => method_not_allowed(handlers),
        }
    }
}

fn not_found() -> Response {
    let page = "<!doctype html>\n<html lang=\"en\">\n<h1>404</h1>\n";
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}

/// A 405 says in `Allow` which methods would do (RFC 9110, section 15.5.6).
fn method_not_allowed(handlers: &[(Method, BoxHandler)]) -> Response {
    let mut known: Vec<&str> = handlers.iter().map(|(known, _)| known.as_str()).collect();
    if known.contains(&"GET") {
        known.push("HEAD");
    }
    let allow = HeaderValue::from_str(&known.join(", ")).expect("methods are ASCII");
    let page = "<!doctype html>\n<html lang=\"en\">\n<h1>405</h1>\n";
    let mut response = (StatusCode::METHOD_NOT_ALLOWED, Html(page)).into_response();
    response.headers_mut().insert(ALLOW, allow);
    response
}

/// An async function that can answer a request. `Args` is the tuple of its argument types: it tells
/// the compiler which of the implementations below is meant.
#[diagnostic::on_unimplemented(
    message = "this is not a handler: a handler is an async function that takes extractors and returns a response",
    label = "not a handler",
    note = "each argument must implement `FromRequest`, the returned value `IntoResponse`; and there must be an implementation for that many arguments"
)]
pub trait Handler<Args>: Send + Sync + 'static {
    /// Makes the arguments from the request, calls the function, makes a response from what it returns.
    fn call(&self, request: &Request) -> BoxFuture;
}

macro_rules! impl_handler {
    ($($Arg:ident),*) => {
        impl<F, Fut, R, $($Arg),*> Handler<($($Arg,)*)> for F
        where
            F: Fn($($Arg),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = R> + Send + 'static,
            R: IntoResponse,
            $($Arg: FromRequest,)*
        {
            #[allow(non_snake_case, unused_variables)] // the types' names serve as variables
            fn call(&self, request: &Request) -> BoxFuture {
                $(
                    let $Arg = match $Arg::from_request(request) {
                        Ok(argument) => argument,
                        Err(refusal) => return Box::pin(ready(refusal.into_response())),
                    };
                )*
                let future = self($($Arg),*);
                Box::pin(async { future.await.into_response() })
            }
        }
    };
}

impl_handler!();
impl_handler!(A);
impl_handler!(A, B);
impl_handler!(A, B, C);

/// What a handler may take: anything that can be made from a request.
pub trait FromRequest: Sized {
    /// Makes the value, or says why it cannot be made. The handler is not called then.
    fn from_request(request: &Request) -> Result<Self, Refusal>;
}

/// A status, and a sentence that says what was wrong.
pub type Refusal = (StatusCode, &'static str);

/// The parameters in the query: `?name=Ada`.
pub struct Query(pub Params);

impl FromRequest for Query {
    fn from_request(request: &Request) -> Result<Query, Refusal> {
        let query = request.uri().query().unwrap_or_default();
        Ok(Query(Params::parse(query.as_bytes())))
    }
}

/// The fields of a form in the body.
pub struct Form(pub Params);

impl FromRequest for Form {
    fn from_request(request: &Request) -> Result<Form, Refusal> {
        const FORM: &str = "application/x-www-form-urlencoded";
        let header = request.headers().get(CONTENT_TYPE);
        let header = header.and_then(|value| value.to_str().ok());
        // A `; charset=utf-8` may follow.
        let kind = header.unwrap_or_default().split(';').next();
        match kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM)) {
            true => Ok(Form(Params::parse(request.body()))),
            false => Err((
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body must be a form.",
            )),
        }
    }
}

/// The body as text.
impl FromRequest for String {
    fn from_request(request: &Request) -> Result<String, Refusal> {
        let text = String::from_utf8(request.body().to_vec());
        text.map_err(|_| (StatusCode::BAD_REQUEST, "The body is not UTF-8 text."))
    }
}

/// What may fail, as an argument: the handler is called either way, and sees what went wrong.
impl<E: FromRequest> FromRequest for Result<E, Refusal> {
    fn from_request(request: &Request) -> Result<Result<E, Refusal>, Refusal> {
        Ok(E::from_request(request))
    }
}

/// The path of the target, decoded.
pub struct Path(pub String);

impl FromRequest for Path {
    fn from_request(request: &Request) -> Result<Path, Refusal> {
        let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
        Ok(Path(path.into_owned()))
    }
}

/// Names with their values, as a query or a form has them. A name may come more than once.
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Decodes `name=Ada+Lovelace&name=Bob`.
    pub fn parse(encoded: &[u8]) -> Params {
        Params(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The first value of that name that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        let found = pairs.find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }
}

/// What a handler may return: anything that can become a response.
pub trait IntoResponse {
    /// Turns the value into a response.
    fn into_response(self) -> Response;
}

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

/// A page: the body is HTML.
pub struct Html<T>(pub T);

impl<T: Into<Bytes>> IntoResponse for Html<T> {
    fn into_response(self) -> Response {
        with_type("text/html; charset=utf-8", self.0)
    }
}

fn with_type(content_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Full::new(body.into()));
    let content_type = HeaderValue::from_static(content_type);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// A status beside something else: that thing's response, with this status.
impl<T: IntoResponse> IntoResponse for (StatusCode, T) {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        *response.status_mut() = self.0;
        response
    }
}

/// A status alone: a response without a body.
impl IntoResponse for StatusCode {
    fn into_response(self) -> Response {
        (self, Response::default()).into_response()
    }
}

/// `?` in a handler: the error is a response, too.
impl<T: IntoResponse, E: IntoResponse> IntoResponse for Result<T, E> {
    fn into_response(self) -> Response {
        match self {
            Ok(value) => value.into_response(),
            Err(error) => error.into_response(),
        }
    }
}

/// What [`serve`] serves: anything that answers requests.
pub trait Application: Send + Sync + 'static {
    /// Answers a request. The answer may have to wait, for a database, say.
    fn answer(&self, request: Request) -> impl Future<Output = Response> + Send;
}

/// A request whose body has been read to its end.
pub type Request = hyper::Request<Bytes>;
/// A response whose body is there as a whole.
pub type Response = hyper::Response<Full<Bytes>>;

/// Serves an application until Ctrl-C, on the port in `PORT` (default 8000; 0 picks a free one).
pub async fn serve(app: impl Application) -> anyhow::Result<()> {
    let port = port()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await;
    let listener = listener.with_context(|| format!("Cannot listen on port {port}"))?;
    println!("Listening on http://{}", listener.local_addr()?);

    let running = GracefulShutdown::new();
    tokio::select! {
        () = accept(listener, Arc::new(app), &running) => {}
        _ = signal::ctrl_c() => {}
    }
    // Requests that have begun are answered, within ten seconds.
    let _ = time::timeout(Duration::from_secs(10), running.shutdown()).await;
    Ok(())
}

fn port() -> anyhow::Result<u16> {
    let port = env::var("PORT").unwrap_or("8000".into());
    let number = port.parse().ok();
    number.with_context(|| format!("PORT must be a port number from 0 to 65535, not {port:?}"))
}

/// Accepts connections, each in a task of its own, and gives hyper a service to call.
async fn accept(listener: TcpListener, app: Arc<impl Application>, running: &GracefulShutdown) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            time::sleep(Duration::from_millis(100)).await; // too many open files, most often
            continue;
        };
        let app = Arc::clone(&app);
        let service = service_fn(move |request| respond(Arc::clone(&app), request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new()) // with it, hyper gives a client 30 seconds to send a head
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(running.watch(connection));
    }
}

/// What hyper calls for each request: reads the body, and has the application answer.
async fn respond(
    app: Arc<impl Application>,
    request: hyper::Request<Incoming>,
) -> Result<Response, Infallible> {
    match receive(request).await {
        Ok(request) => Ok(app.answer(request).await),
        Err(refusal) => Ok(refusal.into_response()),
    }
}

async fn receive(request: hyper::Request<Incoming>) -> Result<Request, Refusal> {
    let (head, body) = request.into_parts();
    match Limited::new(body, 2 * 1024 * 1024).collect().await {
        Ok(body) => Ok(Request::from_parts(head, body.to_bytes())),
        Err(problem) if problem.is::<LengthLimitError>() => {
            Err((StatusCode::PAYLOAD_TOO_LARGE, "A body may have 2 MiB."))
        }
        Err(_) => Err((StatusCode::BAD_REQUEST, "The body broke off.")),
    }
}
