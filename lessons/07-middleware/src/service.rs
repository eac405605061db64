//! What a service is, and what a middleware is: the two types that this lesson is about.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

// ANCHOR: service
/// A service: takes a request, and some time later gives a response. It always gives one.
// ANCHOR: types
pub type Service = Arc<dyn Fn(Request) -> Answer + Send + Sync>;

/// The response that is on its way.
pub type Answer = BoxFuture<'static, Response>;

/// A middleware: takes a service and gives a service.
pub type Middleware = fn(Service) -> Service;
// ANCHOR_END: types

/// Puts the layers around `app`. The first of them becomes the outermost.
// ANCHOR: fold
pub fn wrap(app: Service, layers: &[Middleware]) -> Service {
    layers.iter().rev().fold(app, |inner, layer| layer(inner))
}
// ANCHOR_END: fold
// ANCHOR_END: service

/// Makes a service of an async function.
pub fn service<F, Fut>(function: F) -> Service
where
    F: Fn(Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Response> + Send + 'static,
{
    Arc::new(move |request| function(request).boxed())
}

/// An answer that need not be waited for.
pub fn at_once(response: Response) -> Answer {
    std::future::ready(response).boxed()
}

/// A service as axum takes it.
pub fn router(service: Service) -> Router {
    let service = tower::service_fn(move |request| {
        service(request).map(Ok::<Response, std::convert::Infallible>)
    });
    Router::new().fallback_service(service)
}
