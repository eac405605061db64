//! Which user is this, and may they still come in? Django: `AuthenticationMiddleware`.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::auth::session::Session;
use crate::auth::user::CurrentUser;

/// In: the session's user becomes the request's, unless they were shut out since the login, or
/// have a new password.
pub async fn authentication(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let session: Session = request.extensions().get().cloned().unwrap_or_default();
    let user = session
        .named_user()
        .filter(|user| user.is_active && session.has_password_of(user, &app.settings.secret_key));
    if user.is_none() && session.named_user().is_some() {
        session.end();
    }
    request.extensions_mut().insert(CurrentUser(user));
    next.run(request).await
}
