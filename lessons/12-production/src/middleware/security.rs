//! Headers that tell a browser to be careful. Django: `SecurityMiddleware`.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;

const HEADERS: &[(&str, &str)] = &[
    // Scripts, styles and pictures come from this site's files, and from nowhere else. A script
    // that somebody smuggled into a page is not run.
    (
        "content-security-policy",
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    // A window of another site that opened ours, or that ours opened, cannot reach into it.
    ("cross-origin-opener-policy", "same-origin"),
    // Other sites do not learn from which of our pages somebody came.
    ("referrer-policy", "same-origin"),
    // A file is what its Content-Type says, whatever it looks like.
    ("x-content-type-options", "nosniff"),
];

/// For a year, a browser asks this site by https only.
const HTTPS_ONLY: &str = "max-age=31536000; includeSubDomains";

/// Out: on every answer. This is the outermost middleware, so that errors have the headers too.
pub async fn security(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(*name, HeaderValue::from_static(value));
    }
    if app.settings.tls {
        headers.insert(
            "strict-transport-security",
            HeaderValue::from_static(HTTPS_ONLY),
        );
    }
    response
}
