//! For tests: a site with a database to throw away, and a visitor with cookies. Django: `django.test`.

use std::collections::HashMap;
use std::env;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request};
use sea_orm::{ActiveModelTrait, ConnectionTrait, Database, TransactionTrait};
use tower::ServiceExt;

use crate::app::App;
use crate::auth::{password, user};
use crate::commands;
use crate::models::user::Model as User;
use crate::settings::{INSECURE_KEY, Settings};
use crate::urls;

/// A visitor of a site. They follow no redirects.
pub struct Client {
    /// For a test that looks behind the pages.
    pub app: App,
    site: Router,
    pub cookies: HashMap<String, String>,
}

pub struct Answer {
    pub status: u16,
    pub location: String,
    pub text: String,
}

impl Client {
    /// The first visitor of a new site. Its database is in memory, or, where `TEST_DATABASE_URL`
    /// names a PostgreSQL server, a new one there.
    pub async fn new() -> Client {
        let settings = Settings {
            debug: true,
            secret_key: INSECURE_KEY.into(),
            allowed_hosts: vec!["localhost".into()],
            database_url: database().await,
            tls: false,
        };
        let app = App::open(settings).await.expect("the site opens");
        commands::up(&app.db).await.expect("the tables are made");
        Client::of(app)
    }

    /// A visitor of that site.
    pub fn of(app: App) -> Client {
        let (site, cookies) = (urls::site(app.clone()), HashMap::new());
        Client { app, site, cookies }
    }

    /// Another visitor of the same site.
    pub fn another(&self) -> Client {
        Client::of(self.app.clone())
    }

    /// A user, whose password is "correct horse".
    pub async fn make_user(&self, name: &str, is_superuser: bool) -> User {
        let hash = password::hash("correct horse".into()).await;
        let transaction = self.app.db.begin().await.expect("a transaction begins");
        let user = user::new(name, "", hash, is_superuser)
            .insert(&transaction)
            .await;
        transaction.commit().await.expect("the user is kept");
        user.expect("the name is free")
    }

    pub async fn login(&mut self, name: &str) -> Answer {
        let fields = [("username", name), ("password", "correct horse")];
        self.post("/accounts/login/", &fields).await
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, HeaderMap::new(), String::new())
            .await
    }

    /// Sends a form with the token of this visitor's pages.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrfmiddlewaretoken", &token)
            .extend_pairs(fields);
        let mut headers = HeaderMap::new();
        let kind = "application/x-www-form-urlencoded";
        headers.insert(CONTENT_TYPE, kind.parse().expect("it is text"));
        self.send(Method::POST, path, headers, form.finish()).await
    }

    /// Sends JSON, as the script of our page does.
    pub async fn post_json(&mut self, path: &str, json: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            "application/json".parse().expect("it is text"),
        );
        headers.insert(
            "x-csrftoken",
            self.token().await.parse().expect("it is text"),
        );
        self.send(Method::POST, path, headers, json.into()).await
    }

    async fn token(&mut self) -> String {
        if !self.cookies.contains_key("csrftoken") {
            self.get("/").await;
        }
        self.cookies["csrftoken"].clone()
    }

    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        mut headers: HeaderMap,
        body: String,
    ) -> Answer {
        let cookies = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        headers.insert(HOST, "localhost".parse().expect("it is text"));
        let cookies = cookies.parse().expect("cookies are text");
        headers.entry(COOKIE).or_insert(cookies);
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().expect("the path of a test is one");
        *request.headers_mut() = headers;
        let response = self.site.clone().oneshot(request).await;
        let (head, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        for cookie in head.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap_or_default().split(';').next();
            let (name, value) = cookie
                .and_then(|pair| pair.split_once('='))
                .unwrap_or_default();
            self.cookies.insert(name.into(), value.into());
        }
        let body = to_bytes(body, usize::MAX).await.expect("the body comes");
        let location = head
            .headers
            .get(LOCATION)
            .and_then(|location| location.to_str().ok());
        Answer {
            status: head.status.as_u16(),
            location: location.unwrap_or_default().into(),
            text: String::from_utf8_lossy(&body).into(),
        }
    }
}

async fn database() -> String {
    let Ok(server) = env::var("TEST_DATABASE_URL") else {
        return "sqlite::memory:".into();
    };
    let name = format!("lesson_08_test_{}", fastrand::u64(..));
    let db = Database::connect(&server)
        .await
        .expect("the server answers");
    let made = db
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await;
    made.expect("a database can be made");
    let (server, _) = server.rsplit_once('/').expect("a URL ends with a database");
    format!("{server}/{name}")
}
