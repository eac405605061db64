//! Was this sent by a page of ours? Django: `CsrfViewMiddleware`.

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN, REFERER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::auth::cookies;
use crate::auth::csrf::Csrf;
use crate::auth::session::Session;
use crate::error::AppError;
use crate::forms::body::Posted;

/// In: refuses what would change something and does not come from a page of ours. Out: gives the
/// cookie that belongs to the tokens in the page.
pub async fn csrf(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, AppError> {
    let (tls, key) = (app.settings.tls, &app.settings.secret_key);
    let session: Session = request.extensions().get().cloned().unwrap_or_default();
    let cookie = cookies::CSRF.of(request.headers(), tls);
    let csrf = Csrf::open(cookie, &session, key);
    if !is_safe(request.method()) {
        is_from_here(request.headers(), tls)?;
        let token = sent_token(&request).unwrap_or_default();
        if !csrf.accepts(token) {
            return Err(refused(
                "the token of the form is missing, or is not yours. Open the form again.",
            ));
        }
    }
    request.extensions_mut().insert(csrf.clone());
    let mut response = next.run(request).await;
    if let Some(cookie) = csrf.cookie(key, tls) {
        response.headers_mut().append(SET_COOKIE, cookie);
        super::vary_on_cookie(&mut response);
    }
    Ok(response)
}

/// The methods that only ask (RFC 9110, 9.2.1). No view of ours changes anything for these.
fn is_safe(method: &Method) -> bool {
    matches!(
        *method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
    )
}

/// The token in the form, or else in the header. Never in the query: addresses are kept in logs
/// and histories, and are passed on.
fn sent_token(request: &Request) -> Option<&str> {
    let posted = request.extensions().get::<Posted>();
    let in_form = posted.and_then(|posted| posted.get("csrfmiddlewaretoken"));
    let header = request.headers().get("x-csrftoken");
    in_form.or_else(|| header.and_then(|header| header.to_str().ok()))
}

/// A browser says which site's page has sent a form: in `Origin`, or, if it leaves that out, in
/// `Referer`. Over https one of them must be there; plain http has no way to be sure of either.
fn is_from_here(headers: &HeaderMap, tls: bool) -> Result<(), AppError> {
    let scheme = if tls { "https" } else { "http" };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
    let host = headers.get(HOST).map(text).unwrap_or_default();
    let here = format!("{scheme}://{host}");
    let is_here = |origin: &str| without_port(origin) == without_port(&here);
    if headers.contains_key(ORIGIN) {
        // `null` is an origin too: that of a page that hides where it comes from.
        let mut origins = headers.get_all(ORIGIN).iter().map(text);
        return if origins.all(|origin| is_here(&origin)) {
            Ok(())
        } else {
            Err(refused("the Origin is another site."))
        };
    }
    if !tls {
        return Ok(());
    }
    // Its origin is all before the path: `https://our.example.evil.example` begins like ours.
    let referer = headers.get(REFERER).map(text).unwrap_or_default();
    let origin = match referer.match_indices('/').nth(2) {
        Some((end, _)) => &referer[..end],
        None => &referer,
    };
    if is_here(origin) {
        Ok(())
    } else {
        Err(refused("the Referer is missing, or is another site."))
    }
}

/// An origin without the port that its scheme means anyway: `http://localhost:80` and
/// `http://localhost` are one, and a browser writes the second.
fn without_port(origin: &str) -> &str {
    let port = match origin.split_once(':') {
        Some(("http", _)) => ":80",
        Some(("https", _)) => ":443",
        _ => "",
    };
    let short = origin.strip_suffix(port).unwrap_or(origin);
    short.strip_suffix(':').unwrap_or(short)
}

fn refused(why: &str) -> AppError {
    AppError::new(StatusCode::FORBIDDEN, format!("This was not done: {why}"))
}
