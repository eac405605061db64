//! A `Handler` without `Args`, for functions of two shapes.

#![forbid(unsafe_code)]

use lesson_05::{IntoResponse, Request, Response};

trait Handler {
    fn call(&self, request: &Request) -> Response;
}

impl<F, R> Handler for F
where
    F: Fn() -> R,
    R: IntoResponse,
{
    fn call(&self, _: &Request) -> Response {
        self().into_response()
    }
}

impl<F, R> Handler for F
where
    F: Fn(&Request) -> R,
    R: IntoResponse,
{
    fn call(&self, request: &Request) -> Response {
        self(request).into_response()
    }
}

fn main() {}
