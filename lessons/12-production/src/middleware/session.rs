//! Who is this visitor? Django: `SessionMiddleware`.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::auth::session::Session;
use crate::auth::{cookies, store};
use crate::error::AppError;

/// In: opens the session that the cookie names. A visitor without one costs no query. Out: keeps
/// what has changed.
pub async fn session(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, AppError> {
    let tls = app.settings.tls;
    let session = match cookies::SESSION.of(request.headers(), tls) {
        Some(id) => store::load(&app, id).await?,
        None => Session::default(),
    };
    request.extensions_mut().insert(session.clone());
    let mut response = next.run(request).await;
    // When something broke, what was done in the session may be half done.
    if !response.status().is_server_error()
        && let Some(cookie) = store::save(&app, &session).await?
    {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    if session.was_read() {
        super::vary_on_cookie(&mut response);
    }
    // What was made for one user is kept by nobody: not by a cache on the way, and not by the
    // browser, whose Back button would show it after the logout. Files that are the same for all
    // say themselves how long they may be kept.
    if session.named_user().is_some() {
        let headers = response.headers_mut();
        headers
            .entry(CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
    Ok(response)
}
