//! The rungs of the ladder: what is asked of each, and what it is held against.

use std::path::PathBuf;

/// A lesson.
pub struct Rung {
    pub lesson: &'static str,
    pub name: &'static str,
    /// The folder's name behind the number.
    topic: &'static str,
    /// Its simplest page. Lesson 03 has none: its answer never ends.
    pub page: Option<&'static str>,
    pub greeting: Option<&'static str>,
    pub env: &'static [(&'static str, &'static str)],
    /// Whether its database has to be made first, by `migrate`.
    pub has_database: bool,
    pub original: Option<Original>,
}

impl Rung {
    pub fn package(&self) -> String {
        format!("lesson-{}", self.lesson)
    }

    pub fn folder(&self) -> PathBuf {
        let name = format!("{}-{}", self.lesson, self.topic);
        house::root().join("lessons").join(name)
    }

    pub fn exists(&self) -> bool {
        self.folder().join("Cargo.toml").is_file()
    }
}

/// A program of the Python texts, as the parity kit keeps it.
pub struct Original {
    pub name: &'static str,
    /// In the kit's `originals/`; the server starts there.
    pub folder: &'static str,
    /// Whose lines count: files in that folder, and for a folder all in it.
    pub files: &'static [&'static str],
    /// The packages that it asks for by name.
    pub packages: &'static [&'static str],
    pub served: Served,
}

/// What runs an original.
pub enum Served {
    Gunicorn(&'static str),
    Uvicorn(&'static str),
    /// Python's own server of files, on the folder of lesson 10.
    HttpServer,
}

const HELLO: Option<&str> = Some("/hello?name=Ada");
const HOSTS: &str = "127.0.0.1,localhost";
const NOT_SECRET: &str = "a key for measuring, which protects nothing and nobody at all";

/// A program of one file, without any packages.
const fn plain(files: &'static [&'static str], application: &'static str) -> Option<Original> {
    Some(Original {
        name: "plain WSGI",
        folder: "",
        files,
        packages: &["gunicorn"],
        served: Served::Gunicorn(application),
    })
}

const fn rung(lesson: &'static str, topic: &'static str, name: &'static str) -> Rung {
    Rung {
        lesson,
        topic,
        name,
        page: Some("/"),
        greeting: None,
        env: &[],
        has_database: false,
        original: None,
    }
}

pub static RUNGS: [Rung; 11] = [
    rung("00", "http-by-hand", "HTTP by hand"),
    Rung {
        original: plain(&["01_wsgi.py"], "01_wsgi:application"),
        ..rung("01", "raw-interface", "raw interface")
    },
    Rung {
        greeting: HELLO,
        original: plain(&["02_routing.py"], "02_routing:application"),
        ..rung("02", "routing", "routing")
    },
    Rung {
        page: None,
        original: plain(&["03_streaming.py"], "03_streaming:app"),
        ..rung("03", "streaming", "streaming")
    },
    Rung {
        greeting: HELLO,
        original: Some(Original {
            name: "Flask",
            folder: "",
            files: &["04_flask.py"],
            packages: &["flask", "gunicorn"],
            served: Served::Gunicorn("04_flask:app"),
        }),
        ..rung("04", "framework", "framework")
    },
    Rung {
        greeting: HELLO,
        original: plain(&["05_miniflask.py"], "05_miniflask:app"),
        ..rung("05", "mini-framework", "mini-framework")
    },
    Rung {
        original: Some(Original {
            name: "Flask",
            folder: "06_notes",
            files: &["app.py"],
            packages: &["flask", "gunicorn"],
            served: Served::Gunicorn("app:app"),
        }),
        ..rung("06", "notes-app", "notes app")
    },
    Rung {
        greeting: HELLO,
        original: Some(Original {
            name: "WSGI and Flask",
            folder: "07_middleware",
            files: &["serve.py", "site_app.py", "stack.py", "visits.py"],
            packages: &["flask", "gunicorn"],
            served: Served::Gunicorn("serve:application"),
        }),
        ..rung("07", "middleware", "middleware")
    },
    Rung {
        env: &[
            ("DEBUG", "0"),
            ("ALLOWED_HOSTS", HOSTS),
            ("SECRET_KEY", NOT_SECRET),
        ],
        has_database: true,
        original: Some(Original {
            name: "Django",
            folder: "08_django",
            files: &["manage.py", "notes", "core"],
            packages: &["django", "gunicorn"],
            served: Served::Gunicorn("notes.wsgi:application"),
        }),
        ..rung("08", "full-stack", "full stack")
    },
    Rung {
        original: Some(Original {
            name: "FastAPI",
            folder: "09_fastapi",
            files: &["server.py", "models.py"],
            packages: &[
                "fastapi",
                "python-multipart",
                "mongoengine",
                "mongomock",
                "uvicorn",
                "uvloop",
                "httptools",
            ],
            served: Served::Uvicorn("server:app"),
        }),
        ..rung("09", "typed-api", "typed API")
    },
    Rung {
        page: Some("/hello.txt"),
        env: &[("LOG", "off"), ("SITE", "lessons/10-serving/site")],
        original: Some(Original {
            name: "http.server",
            folder: "10_httpserver",
            files: &[],
            packages: &[],
            served: Served::HttpServer,
        }),
        ..rung("10", "serving", "serving")
    },
];
