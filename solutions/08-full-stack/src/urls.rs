//! Which path leads to which view.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};

use crate::admin::views as admin;
use crate::app::App;
use crate::error::AppError;
use crate::{auth, middleware, views};

type Url = (&'static str, MethodRouter<App>);

#[rustfmt::skip]
fn urls() -> Vec<Url> {
    vec![
        ("/", get(views::index)),
        ("/orders/", get(views::orders)),
        ("/orders/add/", form(views::add_order)),
        ("/api/teas", get(views::api_teas)),
        ("/api/orders", post(views::api_add_order)),
        ("/admin/", get(admin::index)),
        ("/admin/login/", form(auth::login)),
        ("/admin/core/{model}/", get(admin::list)),
        ("/admin/core/{model}/add/", form(admin::add)),
        ("/admin/core/{model}/{id}/change/", form(admin::change)),
        ("/admin/core/{model}/{id}/delete/", form(admin::delete)),
    ]
}

/// A view that shows a form and takes it: it looks at `page.posted`.
fn form<H: Handler<T, App>, T: 'static>(view: H) -> MethodRouter<App> {
    get(view.clone()).post(view)
}

/// The whole site.
pub fn site(app: App) -> Router {
    let mut routes = Router::new();
    for (path, view) in urls() {
        routes = routes.route(path, view);
    }
    let routes = routes
        .fallback(AppError::not_found)
        .method_not_allowed_fallback(AppError::method_not_allowed);
    middleware::around(routes).with_state(app)
}
