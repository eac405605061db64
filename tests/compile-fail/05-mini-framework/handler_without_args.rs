use lesson_05::framework::{FromRequest, IntoResponse, Request, Response};

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
