//! What a service is, and what a middleware is: the types of the lesson.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// A service: takes a request, and some time later gives a response. It always gives one.
pub type Service = Arc<dyn Fn(Request) -> Answer + Send + Sync>;

/// The response that is on its way.
pub type Answer = BoxFuture<'static, Response>;

/// A middleware: takes a service and returns a service.
pub type Middleware = fn(Service) -> Service;

/// Puts the layers around `app`. The first of them becomes the outermost.
pub fn wrap(app: Service, layers: &[Middleware]) -> Service {
    layers.iter().rev().fold(app, |inner, layer| layer(inner))
}

/// Makes a service from an async function.
pub fn service<F, Fut>(function: F) -> Service
where
    F: Fn(Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Response> + Send + 'static,
{
    Arc::new(move |request| function(request).boxed())
}

/// A service as axum takes it.
pub fn router(service: Service) -> Router {
    let service = tower::service_fn(move |request| {
        service(request).map(Ok::<Response, std::convert::Infallible>)
    });
    Router::new().fallback_service(service)
}
