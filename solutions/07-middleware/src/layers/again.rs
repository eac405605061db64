//! A POST that is sent again gets its first answer again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tokio::sync::OnceCell;

use crate::service::{Answer, Service};

/// The largest answer that is kept, in bytes.
const LARGEST: usize = 64 * 1024;

/// An answer that can be given more than once.
type Kept = (StatusCode, HeaderMap, Bytes);

/// Before: has this been asked? After: keep the answer.
pub fn again(next: Service) -> Service {
    let places: Mutex<HashMap<String, Arc<OnceCell<Kept>>>> = Mutex::default();
    Arc::new(move |request| {
        let Some(key) = key(&request) else {
            return next(request);
        };
        let mut places = places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = Arc::clone(places.entry(key).or_default());
        let next = Arc::clone(&next);
        async move {
            // The first goes on to the house. Anyone else waits here for its answer.
            let kept = place.get_or_try_init(|| keep(next(request))).await;
            match kept {
                Ok((status, headers, body)) => {
                    (*status, headers.clone(), Body::from(body.clone())).into_response()
                }
                Err(response) => *response,
            }
        }
        .boxed()
    })
}

/// What two requests must share to be the same: the page is a part of it.
fn key(request: &Request) -> Option<String> {
    let key = request.headers().get("idempotency-key")?.to_str().ok()?;
    let is_post = request.method() == Method::POST;
    is_post.then(|| format!("{} {key}", request.uri().path()))
}

/// The answer, to be kept; or as it is, if the house has failed and may do better next time.
async fn keep(answer: Answer) -> Result<Kept, Box<Response>> {
    let response = answer.await;
    if response.status().is_server_error() {
        return Err(Box::new(response));
    }
    let (head, body) = response.into_parts();
    match to_bytes(body, LARGEST).await {
        Ok(body) => Ok((head.status, head.headers, body)),
        Err(_) => Err(Box::new(StatusCode::INTERNAL_SERVER_ERROR.into_response())),
    }
}
