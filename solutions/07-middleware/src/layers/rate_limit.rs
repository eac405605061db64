//! A limit to how often a client may ask.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::IntoResponse;
use futures_util::FutureExt;

use crate::service::Service;
use crate::settings::Settings;

/// Before: a client that asks too often is sent away, and told when to come again.
pub fn rate_limit(settings: &Settings, next: Service) -> Service {
    let whole = Duration::from_secs(settings.seconds.into());
    let each = whole / settings.burst;
    // When each client will have its whole allowance again.
    let clients: Mutex<HashMap<String, Instant>> = Mutex::default();
    Arc::new(move |request| {
        let now = Instant::now();
        let mut clients = clients.lock().unwrap_or_else(PoisonError::into_inner);
        // A client that has it already is like one that was never here.
        clients.retain(|_, full| now < *full);
        let full = clients.entry(client(&request)).or_insert(now);
        let then = *full + each;
        if then > now + whole {
            let seconds = (then - now - whole).as_secs_f64().ceil();
            let wait = [(RETRY_AFTER, seconds.to_string())];
            let reason = "You ask too often.\n";
            let refused = (StatusCode::TOO_MANY_REQUESTS, wait, reason).into_response();
            return std::future::ready(refused).boxed();
        }
        *full = then;
        drop(clients);
        next(request)
    })
}

/// The address that our own proxy added, at the end. What comes before it, the client claims.
fn client(request: &Request) -> String {
    let mut lines = request.headers().get_all("x-forwarded-for").iter();
    let last = lines.next_back().and_then(|line| line.to_str().ok());
    let address = last.and_then(|line| line.rsplit(',').next());
    address.unwrap_or_default().trim().to_string()
}
