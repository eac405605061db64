//! Calls a view once more when the database has told it to begin again. Django leaves that to the
//! view.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::sleep;

use crate::error::Problem;

/// How often a view is called for one request.
const TRIES: u32 = 10;

/// The body, once a view has read it: it comes from the network only once. (A form has been read
/// before, by `posted`.)
#[derive(Clone, Debug, Default)]
pub struct Read(pub Arc<OnceLock<Bytes>>);

// ANCHOR: again
/// Two transactions of PostgreSQL that wait for each other's rows would wait for ever, so it ends
/// one of them. Nothing of that one was kept: the view can be called again, and then finds the
/// rows as the other has left them. A view that changes more than the database (the session, a
/// letter) does so after its commit.
pub async fn again(mut request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let read = Read::default();
    request.extensions_mut().insert(read.clone());
    let (head, body) = request.into_parts();
    let same = |body| Request::from_parts(head.clone(), body);
    let mut response = next.clone().run(same(body)).await;
    for tried in 1..TRIES {
        if !response
            .extensions()
            .get::<Problem>()
            .is_some_and(|problem| problem.again)
        {
            break;
        }
        // A while that is not the same for both, or they would meet again.
        sleep(Duration::from_millis(fastrand::u64(..10 << tried.min(6)))).await;
        let body = Body::from(read.0.get().cloned().unwrap_or_default());
        response = next.clone().run(same(body)).await;
    }
    response
}
// ANCHOR_END: again
