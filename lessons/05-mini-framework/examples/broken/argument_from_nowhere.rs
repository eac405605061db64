//! A `Handler` without `Args`, for functions with an argument of any type.

#![forbid(unsafe_code)]

use lesson_05::{FromRequest, IntoResponse, Request, Response};

trait Handler {
    fn call(&self, request: &Request) -> Response;
}

impl<F, R, A> Handler for F
where
    F: Fn(A) -> R,
    R: IntoResponse,
    A: FromRequest,
{
    fn call(&self, request: &Request) -> Response {
        match A::from_request(request) {
            Ok(argument) => self(argument).into_response(),
            Err(refusal) => refusal.into_response(),
        }
    }
}

fn main() {}
