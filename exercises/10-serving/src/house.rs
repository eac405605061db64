//! The tea house itself: a request comes in, an answer goes out.

use std::net::IpAddr;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::ALLOW;
use hyper::{Method, Request, Response, StatusCode};
use tokio::time::timeout;

use crate::door::PATIENCE;

/// Answers a request of the client at the other end of the connection.
pub async fn answer(request: Request<Incoming>, client: IpAddr) -> Response<Full<Bytes>> {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => say(StatusCode::OK, "assam, genmaicha, oolong"),
        (&Method::GET, "/who") => say(StatusCode::OK, client.to_string()),
        (&Method::POST, "/orders") => match order(request.into_body()).await {
            Ok(order) => say(StatusCode::CREATED, format!("One {order}, at once.")),
            Err((status, reason)) => say(status, reason),
        },
        (_, "/" | "/who") => not_allowed("GET"),
        (_, "/orders") => not_allowed("POST"),
        _ => say(StatusCode::NOT_FOUND, "There is no such page."),
    }
}

/// Reads an order, if it comes in time.
async fn order(body: Incoming) -> Result<String, (StatusCode, &'static str)> {
    let bytes = match timeout(PATIENCE, body.collect()).await {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(_)) => return Err((StatusCode::BAD_REQUEST, "The order broke off.")),
        Err(_) => {
            return Err((
                StatusCode::REQUEST_TIMEOUT,
                "The order did not come in time.",
            ));
        }
    };
    let order = String::from_utf8(bytes.to_vec());
    order.map_err(|_| (StatusCode::BAD_REQUEST, "An order is text."))
}

fn say(status: StatusCode, text: impl Into<String>) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::from(text.into() + "\n"));
    *answer.status_mut() = status;
    answer
}

fn not_allowed(method: &'static str) -> Response<Full<Bytes>> {
    let mut answer = say(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("This page answers {method}."),
    );
    let method = hyper::header::HeaderValue::from_static(method);
    answer.headers_mut().insert(ALLOW, method);
    answer
}
