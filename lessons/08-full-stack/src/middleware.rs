//! What is done for every request. Django: `MIDDLEWARE`.

use axum::extract::{Request, State};
use axum::http::header::{
    CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state as with_app};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, Router, body};
use minijinja::context;
use serde_json::json;
use tower::ServiceBuilder;
use tower_cookies::CookieManagerLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::service::SignedCookie;
use tower_sessions::{Expiry, Session, SessionManagerLayer};

use crate::app::App;
use crate::auth::{csrf, store::Store, user};
use crate::error::AppError;
use crate::messages::Messages;

const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Scripts and styles come from our own files, so text that slips into a page does nothing.
const POLICY: &str = "default-src 'self'; img-src 'self' data:";

/// A request meets them from the first line to the last, its answer from the last to the first.
/// The numbers are those of the seven in a new project of Django.
pub fn around(views: Router<App>, app: &App) -> Router<App> {
    let middleware = ServiceBuilder::new()
        .layer(set(X_FRAME_OPTIONS, "DENY")) // 7, clickjacking: out here, refusals have it too
        .layer(set(X_CONTENT_TYPE_OPTIONS, "nosniff")) // 1, security
        .layer(set(REFERRER_POLICY, "same-origin"))
        .layer(set(OPENER, "same-origin"))
        .layer(set(CONTENT_SECURITY_POLICY, POLICY))
        .layer(with_app(app.clone(), problems))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(readable_cookies))
        .layer(sessions(app)) // 2
        .layer(with_app(app.clone(), common)) // 3
        .layer(CookieManagerLayer::new())
        .layer(CsrfLayer::new().with_rejection_response(from_elsewhere)) // 4: what a browser says,
        .layer(from_fn(csrf::csrf)) // and the token of a form
        .layer(with_app(app.clone(), user::authentication)) // 5
        .layer(from_fn(messages)); // 6
    views.layer(middleware)
}

fn set(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// `Origin` and `Sec-Fetch-Site` name another site than this.
fn from_elsewhere(_: ProtectionError) -> Response {
    AppError::forbidden("This came from a page of another site.").into_response()
}

fn sessions(app: &App) -> SessionManagerLayer<Store, SignedCookie> {
    let key = cookie::Key::derive_from(app.settings.secret_key.as_bytes());
    SessionManagerLayer::new(Store(app.db.clone()))
        .with_name("sessionid")
        .with_same_site(SameSite::Lax)
        .with_secure(app.settings.tls)
        .with_expiry(Expiry::OnInactivity(Duration::days(14)))
        .with_signed(key)
}

/// Answers under our own names alone: another site's name may be made to lead to this address.
async fn common(State(app): State<App>, request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let is_port = |port: &str| port.parse::<u16>().is_ok();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) => name,
        _ => host,
    };
    let name = name.to_ascii_lowercase();
    let is_ours = |ours: &String| name == *ours || ours.starts_with('.') && name.ends_with(ours);
    if !app.settings.allowed_hosts.iter().any(is_ours) {
        let reason = "This site has another name (ALLOWED_HOSTS).";
        return AppError(StatusCode::BAD_REQUEST, reason.into()).into_response();
    }
    next.run(request).await
}

async fn messages(session: Session, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Messages(session));
    next.run(request).await
}

/// Programs on other ports of this host share its cookies. What one of them set in bytes that are
/// not UTF-8 must not make ours unreadable.
async fn readable_cookies(mut request: Request, next: Next) -> Response {
    for (name, value) in request.headers_mut() {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        if let Ok(text) = text.try_into()
            && *name == COOKIE
        {
            *value = text;
        }
    }
    next.run(request).await
}

/// A refusal in plain words becomes a page, or JSON below `/api/`. So axum's own words do.
async fn problems(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, AppError> {
    let is_api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    let is_plain = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !status.is_client_error() && !status.is_server_error() || !is_plain {
        return Ok(response);
    }
    let (mut head, body) = response.into_parts();
    let words = body::to_bytes(body, 10_000).await.unwrap_or_default();
    let reason = match String::from_utf8_lossy(&words).into_owned() {
        none if none.is_empty() => status.canonical_reason().unwrap_or_default().into(),
        words => words,
    };
    head.headers.remove(CONTENT_TYPE);
    head.headers.remove(CONTENT_LENGTH);
    let answer = if is_api {
        Json(json!({ "error": reason })).into_response()
    } else {
        let page = app.templates.get_template("problem.html")?;
        let page = page.render(context! { status => status.as_u16(), reason })?;
        Html(page).into_response()
    };
    Ok((status, head.headers, answer).into_response())
}
