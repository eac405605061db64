//! What all requests share. It is made once, in `commands::runserver` or in a test.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use minijinja::Environment;

use crate::admin::Site;
use crate::auth::password::Passwords;
use crate::db::Db;
use crate::settings::Settings;
use crate::signals::Signals;
use crate::views::board::Board;
use crate::{admin, signals, templates};

/// A handle on the one application. A copy is another handle.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The application's parts.
pub struct Parts {
    pub settings: Settings,
    pub db: Db,
    pub templates: Environment<'static>,
    pub signals: Signals,
    pub passwords: Passwords,
    pub admin: Site,
    /// The notes in memory: of this process only.
    pub board: Board,
    pub clock: Clock,
}

impl App {
    pub fn new(settings: Settings, db: Db) -> App {
        App::with_admin(settings, db, admin::site())
    }

    /// The same with other models in the admin: a test brings its own.
    pub fn with_admin(settings: Settings, db: Db, admin: Site) -> App {
        App(Arc::new(Parts {
            templates: templates::environment(),
            signals: signals::connected(),
            passwords: Passwords::default(),
            admin,
            board: Board::default(),
            clock: Clock::default(),
            settings,
            db,
        }))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What time it is. A test can set it forward.
#[derive(Debug, Default)]
pub struct Clock {
    ahead: AtomicI64,
}

impl Clock {
    /// Seconds since 1970, UTC.
    pub fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let seconds = since.map_or(0, |since| since.as_secs());
        i64::try_from(seconds).unwrap_or(i64::MAX) + self.ahead.load(Ordering::Relaxed)
    }

    /// Lets this application believe that so many seconds have passed.
    pub fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }
}
