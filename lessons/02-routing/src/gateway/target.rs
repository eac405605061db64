//! What is asked for: the target in the request line, and the Host header.

use std::net::Ipv6Addr;

use super::head::values;
use super::incoming::refuse;
use crate::application::{Request, Response};

/// Path and query. A client that takes us for a proxy writes a whole URL; its path counts.
pub fn check_target(method: &str, target: &str) -> Result<String, Response> {
    if !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return refuse(
            400,
            "The target must be ASCII: other bytes are written as %XX.",
        );
    }
    if target.starts_with('/') || (method, target) == ("OPTIONS", "*") {
        return Ok(target.to_string());
    }
    let Some(rest) = target.strip_prefix("http://") else {
        return refuse(400, "The target must begin with a slash.");
    };
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if !is_host(host) {
        return refuse(400, "The target names no proper host.");
    }
    let slash = if path.starts_with('/') { "" } else { "/" };
    Ok(format!("{slash}{path}"))
}

/// Which site is meant: one address can be the home of many.
pub fn check_host(request: &Request, is_http_11: bool) -> Result<(), Response> {
    match values(request, "host")[..] {
        [host] if is_host(host) => Ok(()),
        [_] => refuse(400, "The Host header is not a host name."),
        [] if is_http_11 => refuse(400, "The Host header is missing."),
        [] => Ok(()),
        _ => refuse(400, "There is more than one Host header."),
    }
}

/// `example.org`, `127.0.0.1:8000`, `[::1]:8000`.
fn is_host(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port),
        _ => (host, ""),
    };
    if port.len() > 5 || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    match name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
    {
        Some(name) => name.parse::<Ipv6Addr>().is_ok(),
        None => !name.is_empty() && name.bytes().all(is_plain),
    }
}
