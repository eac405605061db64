//! Messages are shown once. Django: `MessageMiddleware`.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::auth::session::Session;
use crate::messages::{self, Shown};

/// Out: forgets the messages that this page has shown. A page that failed has shown none.
pub async fn messages(request: Request, next: Next) -> Response {
    let session: Session = request.extensions().get().cloned().unwrap_or_default();
    let response = next.run(request).await;
    if response.extensions().get::<Shown>().is_some() {
        messages::forget(&session);
    }
    response
}
