//! The rungs of the ladder: what is asked of each lesson, and what it is held against.

use std::path::PathBuf;

use house::lessons::Lesson;

/// A lesson.
pub struct Rung {
    lesson: Lesson,
    /// Its simplest page. Lesson 03 has none: its answer never ends.
    pub page: Option<&'static str>,
    pub greeting: Option<&'static str>,
    pub env: &'static [(&'static str, &'static str)],
    /// Whether its database has to be made first, by `migrate`.
    pub has_database: bool,
    pub original: Option<Original>,
}

impl Rung {
    /// `05`
    pub fn number(&self) -> &str {
        self.lesson.number()
    }

    /// `mini framework`, `typed API`
    pub fn name(&self) -> String {
        let words = self.lesson.topic.split('-').skip(1);
        let words = words.map(|word| match word {
            "api" | "http" => word.to_uppercase(),
            _ => word.to_string(),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    pub fn package(&self) -> String {
        self.lesson.package()
    }

    pub fn folder(&self) -> PathBuf {
        self.lesson.folder.clone()
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
fn plain(files: &'static [&'static str], application: &'static str) -> Option<Original> {
    Some(Original {
        name: "plain WSGI",
        folder: "",
        files,
        packages: &["gunicorn"],
        served: Served::Gunicorn(application),
    })
}

/// The rungs, from the bottom up: the lessons that there are, but for lesson 12, which `cargo measure production`
/// measures. A lesson that is not named here is asked for `/`, and has no original.
pub fn rungs() -> Vec<Rung> {
    let lessons = house::lessons().into_iter();
    let lessons = lessons.filter(|lesson| lesson.number() != "12");
    lessons.map(rung).collect()
}

fn rung(lesson: Lesson) -> Rung {
    let number = lesson.number().to_string();
    let plainly = Rung {
        lesson,
        page: Some("/"),
        greeting: None,
        env: &[],
        has_database: false,
        original: None,
    };
    match number.as_str() {
        "01" => Rung {
            original: plain(&["01_wsgi.py"], "01_wsgi:application"),
            ..plainly
        },
        "02" => Rung {
            greeting: HELLO,
            original: plain(&["02_routing.py"], "02_routing:application"),
            ..plainly
        },
        "03" => Rung {
            page: None,
            original: plain(&["03_streaming.py"], "03_streaming:app"),
            ..plainly
        },
        "04" => Rung {
            greeting: HELLO,
            original: Some(Original {
                name: "Flask",
                folder: "",
                files: &["04_flask.py"],
                packages: &["flask", "gunicorn"],
                served: Served::Gunicorn("04_flask:app"),
            }),
            ..plainly
        },
        "05" => Rung {
            greeting: HELLO,
            original: plain(&["05_miniflask.py"], "05_miniflask:app"),
            ..plainly
        },
        "06" => Rung {
            original: Some(Original {
                name: "Flask",
                folder: "06_notes",
                files: &["app.py"],
                packages: &["flask", "gunicorn"],
                served: Served::Gunicorn("app:app"),
            }),
            ..plainly
        },
        "07" => Rung {
            greeting: HELLO,
            original: Some(Original {
                name: "WSGI and Flask",
                folder: "07_middleware",
                files: &["serve.py", "site_app.py", "stack.py", "visits.py"],
                packages: &["flask", "gunicorn"],
                served: Served::Gunicorn("serve:application"),
            }),
            ..plainly
        },
        "08" => Rung {
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
            ..plainly
        },
        "09" => Rung {
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
            ..plainly
        },
        "10" => Rung {
            page: Some("/hello.txt"),
            env: &[("LOG", "off"), ("SITE", "lessons/10-serving/site")],
            original: Some(Original {
                name: "http.server",
                folder: "10_httpserver",
                files: &[],
                packages: &[],
                served: Served::HttpServer,
            }),
            ..plainly
        },
        _ => plainly,
    }
}
