//! For tests: a site with a database of its own, and a client that asks it as a browser would.
//! Django: `django.test`.
//!
//! ```no_run
//! # async fn test() {
//! let site = lesson_12::testing::TestSite::new().await;
//! let mut client = site.client();
//! let page = client.get("/").await;
//! assert_eq!(page.status, 200);
//! # }
//! ```

mod client;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, fs, process};

use axum::Router;
use sea_orm::{ConnectionTrait, Database};

use crate::app::App;
use crate::commands::migrate;
use crate::db::Db;
use crate::settings::Settings;
use crate::urls;

pub use client::{Answer, Client};

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
        let name = format!("lesson_12_test_{}_{number}", process::id());
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
