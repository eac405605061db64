//! The tea house itself: a request comes in, an answer goes out.

use std::net::IpAddr;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::ALLOW;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use tokio::time::timeout;

use crate::door::PATIENCE;

/// The longest order, in bytes.
const ORDER_LIMIT: usize = 1000;

/// Answers a request of the client at the other end of the connection.
pub async fn answer(request: Request<Incoming>, client: IpAddr) -> Response<Full<Bytes>> {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => say(StatusCode::OK, "assam, genmaicha, oolong"),
        (&Method::GET, "/who") => say(StatusCode::OK, who(request.headers(), client).to_string()),
        (&Method::POST, "/orders") => match order(request.into_body()).await {
            Ok(order) => say(StatusCode::CREATED, format!("One {order}, at once.")),
            Err((status, reason)) => say(status, reason),
        },
        (_, "/" | "/who") => not_allowed("GET"),
        (_, "/orders") => not_allowed("POST"),
        _ => say(StatusCode::NOT_FOUND, "There is no such page."),
    }
}

/// The client's address. Only behind a proxy of ours does a header count, and of that only the
/// last word: it is the proxy's own.
fn who(headers: &HeaderMap, client: IpAddr) -> IpAddr {
    if std::env::var("PROXY").as_deref() != Ok("1") {
        return client;
    }
    let forwarded = headers.get_all("X-Forwarded-For").iter().next_back();
    let list = forwarded.and_then(|list| list.to_str().ok());
    let last = list.and_then(|list| list.split(',').next_back());
    let address = last.and_then(|last| last.trim().parse().ok());
    address.unwrap_or(client)
}

/// Reads an order, if it comes in time.
async fn order(body: Incoming) -> Result<String, (StatusCode, &'static str)> {
    let too_long = (
        StatusCode::PAYLOAD_TOO_LARGE,
        "An order has 1000 bytes at most.",
    );
    if body.size_hint().lower() > ORDER_LIMIT as u64 {
        return Err(too_long);
    }
    let bytes = match timeout(PATIENCE, Limited::new(body, ORDER_LIMIT).collect()).await {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_long),
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
