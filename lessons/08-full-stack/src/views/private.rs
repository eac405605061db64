//! What a page shows to one user is for nobody else.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::middleware::Next;
use axum::response::Response;

use crate::auth::user::CurrentUser;

/// Lets no cache keep what a user was shown: the next one at this browser could go back to it
/// after the logout. Files that are the same for all say themselves how long they may be kept.
pub async fn private(request: Request, next: Next) -> Response {
    let user = request.extensions().get::<CurrentUser>();
    let is_private = user.is_some_and(|user| user.0.is_some());
    let mut response = next.run(request).await;
    if is_private && !response.headers().contains_key(CACHE_CONTROL) {
        let no_store = HeaderValue::from_static("no-store");
        response.headers_mut().insert(CACHE_CONTROL, no_store);
    }
    response
}
