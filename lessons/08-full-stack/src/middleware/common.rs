//! Is the request for this site, and how large may it be? Django: `CommonMiddleware`.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::error::AppError;

pub async fn common(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, AppError> {
    let host = request
        .headers()
        .get("host")
        .and_then(|host| host.to_str().ok());
    if !host.is_some_and(|host| is_allowed(host, &app.settings.allowed_hosts)) {
        return Err(AppError::new(
            StatusCode::BAD_REQUEST,
            "This site is not the host that was asked for.",
        ));
    }
    Ok(next.run(request).await)
}

fn is_allowed(host: &str, allowed: &[String]) -> bool {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name).to_ascii_lowercase();
    allowed
        .iter()
        .any(|allowed| match allowed.strip_prefix('.') {
            Some(domain) => name == domain || name.ends_with(allowed),
            None => name == *allowed,
        })
}
