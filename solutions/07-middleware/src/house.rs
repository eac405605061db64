//! The tea house inside the layers. It knows nothing about them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::{ALLOW, CACHE_CONTROL};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::service::{Service, service};

/// The largest body that is read, in bytes.
const LARGEST: usize = 1024;

/// What has happened so far.
#[derive(Default)]
struct Day {
    orders: Vec<String>,
    rings: usize,
    kettle_is_off: bool,
}

pub fn house() -> Service {
    let day: Arc<Mutex<Day>> = Arc::default();
    service(move |request| answer(Arc::clone(&day), request))
}

async fn answer(day: Arc<Mutex<Day>>, request: Request) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_string());
    let Ok(body) = to_bytes(request.into_body(), LARGEST).await else {
        let reason = "The body is too large, or broke off.\n";
        return (StatusCode::PAYLOAD_TOO_LARGE, reason).into_response();
    };
    let text = String::from_utf8_lossy(&body).trim().to_string();
    match (path.as_str(), &method) {
        ("/", &Method::GET | &Method::HEAD) => index(),
        ("/orders", &Method::GET | &Method::HEAD) => list(&look(&day)),
        ("/orders", &Method::POST) => order(&mut look(&day), text),
        ("/bell", &Method::POST) => ring(&mut look(&day)),
        ("/kettle", &Method::PUT) => switch(&mut look(&day), &text),
        ("/", _) => not_this("GET, HEAD"),
        ("/orders", _) => not_this("GET, HEAD, POST"),
        ("/bell", _) => not_this("POST"),
        ("/kettle", _) => not_this("PUT"),
        _ => (StatusCode::NOT_FOUND, "There is no such page.\n").into_response(),
    }
}

fn look(day: &Mutex<Day>) -> MutexGuard<'_, Day> {
    day.lock().unwrap_or_else(PoisonError::into_inner)
}

fn index() -> Response {
    let text = "A tea house. Orders at /orders, a bell at /bell.\n";
    ([(CACHE_CONTROL, "max-age=60")], text).into_response()
}

fn list(day: &Day) -> Response {
    let orders = day.orders.iter().zip(1..);
    let lines = orders.map(|(tea, number)| format!("{number} {tea}\n"));
    lines.collect::<String>().into_response()
}

fn order(day: &mut Day, tea: String) -> Response {
    if day.kettle_is_off {
        return (StatusCode::SERVICE_UNAVAILABLE, "The kettle is off.\n").into_response();
    }
    if tea.is_empty() {
        return (StatusCode::UNPROCESSABLE_ENTITY, "Which tea?\n").into_response();
    }
    day.orders.push(tea);
    let taken = format!("Order {} is taken.\n", day.orders.len());
    (StatusCode::CREATED, taken).into_response()
}

fn ring(day: &mut Day) -> Response {
    day.rings += 1;
    format!("Ring {}.\n", day.rings).into_response()
}

fn switch(day: &mut Day, text: &str) -> Response {
    match text {
        "on" | "off" => {
            day.kettle_is_off = text == "off";
            StatusCode::NO_CONTENT.into_response()
        }
        _ => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "The kettle is on or off.\n",
        )
            .into_response(),
    }
}

fn not_this(allowed: &'static str) -> Response {
    let reason = format!("This page answers {allowed} only.\n");
    (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, allowed)], reason).into_response()
}
