//! What is known about a request before its view runs: who asks, and what a form has sent.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use subtle::ConstantTimeEq;

use crate::error::AppError;
use crate::sessions::Session;
use crate::site::Site;

const BODY_LIMIT: usize = 100_000;

/// What a form has sent, by name.
pub type Posted = HashMap<String, String>;

/// The arguments of a view that come from here.
#[derive(Clone)]
pub struct Visit {
    pub session: Option<Session>,
    pub posted: Arc<Posted>,
}

/// For views that are for guests only. Who is not logged in goes to the login page.
pub struct LoggedIn(pub Session);

/// The middleware: every request comes through here, whatever its method and path.
pub async fn visit(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Result<Response, AppError> {
    let (mut parts, body) = request.into_parts();
    let id = cookie(&parts.headers);
    let session = id.and_then(|id| site.sessions.find(id));
    let posted = posted(&parts.headers, body).await?;
    if let Some(session) = &session
        && !parts.method.is_safe()
    {
        let header = parts.headers.get("x-csrftoken");
        let header = header.and_then(|header| header.to_str().ok());
        let field = posted.get("csrfmiddlewaretoken").map(String::as_str);
        let sent = field.or(header).unwrap_or_default();
        if !bool::from(sent.as_bytes().ct_eq(session.token.as_bytes())) {
            let reason =
                "The token of the form is missing, or is not yours. Open the form again.\n";
            return Err(AppError::new(StatusCode::FORBIDDEN, reason));
        }
    }
    let posted = Arc::new(posted);
    parts.extensions.insert(Visit { session, posted });
    let request = Request::from_parts(parts, Body::empty());
    Ok(next.run(request).await)
}

/// The id of the session, as the browser sends it. Each cookie is read by itself: one of another
/// program on this host that is not text must not cost us ours.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(COOKIE).iter();
    let mut pairs = lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| str::from_utf8(pair).ok()?.trim().split_once('='));
    pairs.find(|(name, _)| *name == "session").map(|(_, id)| id)
}

/// Reads the body to its end: it is a form, or there is none.
async fn posted(headers: &HeaderMap, body: Body) -> Result<Posted, AppError> {
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| {
        let reason = format!("A body may have {BODY_LIMIT} bytes, and must come whole.\n");
        AppError::new(StatusCode::PAYLOAD_TOO_LARGE, reason)
    })?;
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.as_bytes().split(|byte| *byte == b';').next());
    let is_form = media_type.is_some_and(|media_type| {
        let media_type = media_type.trim_ascii();
        media_type.eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
    });
    if !body.is_empty() && !is_form {
        let reason = "Send a form: application/x-www-form-urlencoded.\n";
        return Err(AppError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, reason));
    }
    Ok(form_urlencoded::parse(&body).into_owned().collect())
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visit, AppError> {
        let visit = parts.extensions.get::<Visit>().cloned();
        Ok(visit.expect("the middleware is around all views"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for LoggedIn {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<LoggedIn, AppError> {
        let visit = Visit::from_request_parts(parts, state).await?;
        visit.session.map(LoggedIn).ok_or_else(|| {
            let next: String =
                form_urlencoded::byte_serialize(parts.uri.path().as_bytes()).collect();
            AppError::Elsewhere(format!("/login?next={next}"))
        })
    }
}
