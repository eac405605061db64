//! For tests: a site with a database of its own, and a client that asks it as a browser would.
//! Django: `django.test`.
//!
//! ```no_run
//! # async fn test() {
//! let site = lesson_08::testing::TestSite::new().await;
//! let mut client = site.client();
//! let page = client.get("/").await;
//! assert_eq!(page.status, 200);
//! # }
//! ```

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, fs, process};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request};
use sea_orm::{ConnectionTrait, Database};
use tower::ServiceExt;

use crate::app::App;
use crate::commands::migrate;
use crate::db::Db;
use crate::serve::Peer;
use crate::settings::Settings;
use crate::urls;

/// A site whose database is made for one test, and is gone after it.
///
/// The database is an SQLite file, or, when `TEST_DATABASE_URL` names a PostgreSQL server, a
/// database on it.
pub struct TestSite {
    /// The application, for a test that looks behind the pages.
    pub app: App,
    router: Router,
    database: Throwaway,
    statements: Statements,
}

type Statements = Arc<Mutex<Vec<String>>>;

/// A database of a test.
struct Throwaway {
    name: String,
    /// The server that it is on; none for a file.
    server: Option<String>,
}

impl Throwaway {
    async fn new() -> Throwaway {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("lesson_08_test_{}_{number}", process::id());
        let server = env::var("TEST_DATABASE_URL").ok();
        if let Some(server) = &server {
            let connection = Database::connect(server)
                .await
                .expect("TEST_DATABASE_URL can be reached");
            let create = format!("CREATE DATABASE {name}");
            connection
                .execute_unprepared(&create)
                .await
                .expect("a database can be made");
        }
        Throwaway { name, server }
    }

    fn url(&self) -> String {
        match &self.server {
            Some(server) => {
                let (before, _) = server.rsplit_once('/').expect("the URL ends in a database");
                format!("{before}/{}", self.name)
            }
            None => format!("sqlite:{}", env::temp_dir().join(&self.name).display()),
        }
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        if self.server.is_none() {
            for end in ["", "-wal", "-shm"] {
                let _ = fs::remove_file(env::temp_dir().join(format!("{}{end}", self.name)));
            }
        }
        // Databases on a server go with the server that was started for the tests.
    }
}

impl TestSite {
    /// A site with the settings of a development server.
    pub async fn new() -> TestSite {
        TestSite::with(|_| {}).await
    }

    /// A site with some settings changed.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> TestSite {
        let database = Throwaway::new().await;
        let mut settings = Settings::for_tests();
        settings.database_url = database.url();
        change(&mut settings);
        let mut db = Db::connect(&settings.database_url)
            .await
            .expect("the test's database opens");
        migrate::up(&db).await.expect("the migrations run");
        let statements: Statements = Arc::default();
        let heard = statements.clone();
        db.listen(move |statement| {
            let mut all = heard.lock().unwrap_or_else(PoisonError::into_inner);
            all.push(statement.sql.clone());
        });
        let app = App::new(settings, db);
        TestSite {
            router: urls::site(app.clone()),
            app,
            database,
            statements,
        }
    }

    /// What the database was asked since the last call of this.
    pub fn statements(&self) -> Vec<String> {
        let mut all = self
            .statements
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *all)
    }

    /// The URL of its database, to look into it from outside.
    pub fn database_url(&self) -> String {
        self.database.url()
    }

    /// A new visitor.
    pub fn client(&self) -> Client {
        Client {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            address: Ipv4Addr::LOCALHOST.into(),
        }
    }
}

/// A visitor with a jar of cookies. It follows no redirects.
#[derive(Clone)]
pub struct Client {
    /// What answers. A test may put a layer around it.
    pub router: Router,
    /// What the site has set, by name. A test may change them.
    pub cookies: BTreeMap<String, String>,
    /// Where the requests seem to come from.
    pub address: IpAddr,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// The body as text; bytes that are no text are replaced.
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// A header as text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// The value of the first form field of that name, as the page holds it.
    pub fn field(&self, name: &str) -> String {
        let (_, rest) = self
            .text
            .split_once(&format!("name=\"{name}\""))
            .unwrap_or_default();
        let (tag, _) = rest.split_once('>').unwrap_or_default();
        let (_, value) = tag.split_once("value=\"").unwrap_or_default();
        value.split('"').next().unwrap_or_default().to_string()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl Client {
    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    /// Opens the page at `path`, takes its token, and sends `fields` to it as its form would.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let mut body = format!("csrfmiddlewaretoken={token}");
        for (name, value) in fields {
            body.push_str(&format!("&{}={}", encoded(name), encoded(value)));
        }
        let form = [("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &form, body).await
    }

    /// Sends JSON, as a script of our own pages would.
    pub async fn json(&mut self, method: Method, path: &str, body: &str) -> Answer {
        let token = self.token().await;
        let headers = [
            ("content-type", "application/json"),
            ("x-csrftoken", token.as_str()),
        ];
        self.send(method, path, &headers, body.to_string()).await
    }

    /// The token that the first page holds for this visitor.
    pub async fn token(&mut self) -> String {
        self.get("/").await.field("csrfmiddlewaretoken")
    }

    /// Sends any request, with this visitor's cookies.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .extension(Peer(self.address));
        if !headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            request = request.header("host", "localhost");
        }
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(body.into())
            .expect("the test's request can be sent");
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap_or_else(|never| match never {});
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX)
            .await
            .expect("the body comes as a whole")
            .to_vec();
        for cookie in head.headers.get_all("set-cookie") {
            self.keep(cookie.to_str().expect("a cookie is text"));
        }
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').expect("a cookie has a name");
        if attributes.to_ascii_lowercase().contains("max-age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_string(), value.to_string());
        }
    }
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
