//! Is the request for this site? Django: `CommonMiddleware`.

use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::error::AppError;

/// In: refuses a request for another host. The name that a client writes there could end in a
/// page of ours, or in a cache: as a link to a site that is not ours. Nobody may choose it.
/// `X-Forwarded-Host` is not looked at.
pub async fn common(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, AppError> {
    let allowed = &app.settings.allowed_hosts;
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    };
    // `GET http://host/path` names a host too (absolute form, RFC 9112, 3.2.2).
    let named = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let all = [host.unwrap_or_default(), named.or(host).unwrap_or_default()];
    if !all.iter().all(|host| is_allowed(host, allowed)) {
        return Err(AppError::new(
            StatusCode::BAD_REQUEST,
            "This site is not the host that was asked for.",
        ));
    }
    Ok(next.run(request).await)
}

/// Whether a host, with or without a port, is one of these.
fn is_allowed(host: &str, allowed: &[String]) -> bool {
    // The part of a URL between `//` and the path has a grammar of its own. Who writes a user's
    // name before the host (`our.example@evil.example`) means another host than it seems.
    let Ok(uri) = format!("http://{host}/").parse::<Uri>() else {
        return false;
    };
    let Some(authority) = uri.authority().filter(|parsed| parsed.as_str() == host) else {
        return false;
    };
    // What is left is a port, or nothing: no user, and nothing that only looks like a port.
    let rest = host.strip_prefix(authority.host());
    let is_plain = rest.is_some_and(|rest| {
        let port = rest.strip_prefix(':').unwrap_or_default();
        rest.len() == port.len() + usize::from(!rest.is_empty())
            && port.bytes().all(|byte| byte.is_ascii_digit())
    });
    // A name in full ends in a dot: `localhost.` is `localhost`.
    let name = authority.host().to_ascii_lowercase();
    let name = name.strip_suffix('.').unwrap_or(&name);
    let is_this = |allowed: &String| match allowed.strip_prefix('.') {
        Some(domain) => name == domain || name.ends_with(allowed),
        None => name == *allowed,
    };
    is_plain && allowed.iter().any(is_this)
}
