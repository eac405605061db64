//! May another site show this page inside its own? Django: `XFrameOptionsMiddleware`.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::X_FRAME_OPTIONS;
use axum::middleware::Next;
use axum::response::Response;

/// Out: no. In a frame that nobody sees, below a picture that people like to click, a page could
/// make them press our buttons. A view that must be framed says so itself.
pub async fn clickjacking(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers
        .entry(X_FRAME_OPTIONS)
        .or_insert(HeaderValue::from_static("DENY"));
    response
}
