//! Which path leads to which view. Each has a name, so that templates and redirects need not know
//! the path. Django: `urls.py`.

mod decode;
mod reverse;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::map_request;
use axum::routing::{MethodRouter, any, get, post};

use crate::app::App;
use crate::views::accounts::{self, login, password, register};
use crate::views::{api, notes};
use crate::{middleware, views};

pub use reverse::{resolves, reverse};

/// The names of the paths. `{…}` is a part that varies.
pub const URLS: &[(&str, &str)] = &[
    ("index", "/"),
    ("board", "/board/"),
    ("api_notes", "/api/notes"),
    ("api_notes_persist", "/api/notes/persist"),
    // ANCHOR: of_notes
    ("note_list", "/notes/"),
    ("note_add", "/notes/add/"),
    ("note_export", "/notes/export.csv"),
    ("note_detail", "/notes/{id}/"),
    ("note_edit", "/notes/{id}/edit/"),
    ("note_delete", "/notes/{id}/delete/"),
    // ANCHOR_END: of_notes
    ("attachment_add", "/notes/{id}/attachments/"),
    ("attachment", "/attachments/{name}"),
    ("api_my_notes", "/api/my/notes"),
    ("api_my_note", "/api/my/notes/{id}"),
    ("register", "/accounts/register/"),
    ("login", "/accounts/login/"),
    ("logout", "/accounts/logout/"),
    ("profile", "/accounts/profile/"),
    ("password_change", "/accounts/password/change/"),
    ("password_reset", "/accounts/password/reset/"),
    (
        "password_reset_confirm",
        "/accounts/password/reset/{user}/{token}/",
    ),
    ("static", "/static/{*path}"),
    ("admin_index", "/admin/"),
    ("admin_login", "/admin/login/"),
    ("admin_logout", "/admin/logout/"),
    ("admin_list", "/admin/{model}/"),
    ("admin_add", "/admin/{model}/add/"),
    ("admin_change", "/admin/{model}/{id}/change/"),
    ("admin_delete", "/admin/{model}/{id}/delete/"),
    ("admin_history", "/admin/{model}/{id}/history/"),
    ("admin_password", "/admin/{model}/{id}/password/"),
];

/// The whole site: its views inside its middlewares.
pub fn site(app: App) -> Router {
    let routes = Router::new()
        .route(pattern("index"), get(views::board::index))
        .route(
            pattern("board"),
            get(views::board::page).post(views::board::add_by_form),
        )
        .route(
            pattern("api_notes"),
            get(views::board::list).post(views::board::add),
        )
        .route(
            pattern("api_notes_persist"),
            get(views::board::list_stored).post(views::board::add_stored),
        )
        .route(pattern("note_list"), get(notes::list::list))
        .route(pattern("note_add"), get(notes::add).post(notes::add_posted))
        .route(pattern("note_export"), get(views::export::csv))
        .route(pattern("note_detail"), get(notes::detail))
        .route(
            pattern("note_edit"),
            get(notes::edit).post(notes::edit_posted),
        )
        .route(
            pattern("note_delete"),
            get(notes::delete).post(notes::delete_posted),
        )
        .route(pattern("attachment_add"), post(views::attachments::add))
        .route(pattern("attachment"), get(views::attachments::file))
        .route(pattern("api_my_notes"), get(api::list).post(api::add))
        .route(
            pattern("api_my_note"),
            get(api::detail).patch(api::change).delete(api::delete),
        )
        .route(pattern("register"), get_and_post(register::register))
        .route(pattern("login"), get_and_post(login::login))
        .route(pattern("logout"), post(accounts::logout))
        .route(pattern("profile"), get_and_post(accounts::profile))
        .route(pattern("password_change"), get_and_post(password::change))
        .route(pattern("password_reset"), get_and_post(password::reset))
        .route(
            pattern("password_reset_confirm"),
            get_and_post(password::reset_confirm),
        )
        .route(pattern("static"), get(views::static_files::file))
        .merge(admin_pages())
        .fallback(views::not_found)
        .method_not_allowed_fallback(views::method_not_allowed);
    let site = middleware::around(routes, &app).with_state(app);
    // A layer of a router runs when the route is chosen, and `decode` must come before that. So the
    // site is the fallback of a router that has no routes.
    Router::new()
        .fallback_service(site)
        .layer(map_request(decode::decode))
}

/// A number as it stands in an address: digits and nothing else. Rust would also take `+1`, and one
/// page would have two addresses.
pub fn number(text: &str) -> Option<i64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

/// For a form: the same view shows it, and takes what was sent.
fn get_and_post<H, T>(view: H) -> MethodRouter<App>
where
    H: Handler<T, App>,
    T: 'static,
{
    get(view.clone()).post(view)
}

fn admin_pages() -> Router<App> {
    use crate::admin::{bulk, delete, edit, history, list, login, users, visit};
    Router::new()
        .route(pattern("admin_index"), get(history::index))
        .route(pattern("admin_login"), get(login::login).post(login::login))
        .route(pattern("admin_logout"), post(login::logout))
        .route(pattern("admin_list"), get(list::list).post(bulk::bulk))
        .route(pattern("admin_add"), get(edit::add_page).post(edit::add))
        .route(
            pattern("admin_change"),
            get(edit::change_page).post(edit::change),
        )
        .route(
            pattern("admin_delete"),
            get(delete::ask).post(delete::delete),
        )
        .route(pattern("admin_history"), get(history::history))
        .route(
            pattern("admin_password"),
            get(users::password_page).post(users::password),
        )
        // What else begins with `/admin/`: only the staff learns that nothing is there.
        .route("/admin/{model}/{id}/", any(visit::not_found))
        .route("/admin/{model}/{id}/{page}/", any(visit::not_found))
        .route("/admin/{model}/{id}/{page}/{rest}/", any(visit::not_found))
}

fn pattern(name: &str) -> &'static str {
    let found = URLS.iter().find(|(known, _)| *known == name);
    found.map_or_else(
        || panic!("there is no URL named {name}"),
        |(_, pattern)| pattern,
    )
}
