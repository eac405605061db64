//! Which names this server answers to.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::response::{IntoResponse, Response};

use crate::service::{Service, at_once};

// ANCHOR: host_check
const OURS: [&str; 2] = ["127.0.0.1", "localhost"];

/// Before: refuse a request that is meant for somebody else. No page sees it.
// ANCHOR: refuse
pub fn host_check(next: Service) -> Service {
    Arc::new(move |request| {
        if is_ours(&request) {
            next(request)
        } else {
            at_once(bad_host())
        }
    })
}
// ANCHOR_END: refuse

/// Exactly one Host, and it is on the list; a target such as `http://localhost/` names one too.
pub fn is_ours(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let target = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    host.to_str().is_ok_and(is_on_the_list) && target.is_none_or(is_on_the_list)
}

fn is_on_the_list(host: &str) -> bool {
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    is_port && OURS.iter().any(|ours| ours.eq_ignore_ascii_case(name))
}
// ANCHOR_END: host_check

pub fn bad_host() -> Response {
    (StatusCode::BAD_REQUEST, "Bad Host\n").into_response()
}
