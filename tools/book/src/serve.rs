//! `cargo book serve`: the site on this machine, made anew when something has changed.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{
        IntoResponse, Redirect, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use desk::{
    live::{self, Lessons},
    serve::{Stop, Token, bind},
};
use notify::{EventKind, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, new_debouncer};
use percent_encoding::percent_decode_str;
use press::repository::Repository;
use tokio::sync::{RwLock, broadcast, mpsc};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

use crate::site::{self, Made, Options};

/// An editor writes a file in several steps: so long we wait for the last of them.
const SETTLED: Duration = Duration::from_millis(100);

/// What the site is made of.
const WATCHED: [&str; 6] = [
    "README.md",
    "CONTRIBUTING.md",
    "notes",
    "slides",
    "exercises",
    "lessons",
];

/// Serves the site until Ctrl-C.
///
/// # Errors
///
/// A sentence: the site cannot be made, or the port cannot be used.
pub fn run(repository: Repository, out: &Path, options: Options) -> Result<(), String> {
    let (listener, remark) = bind()?;
    let token = Token::new()?;
    let options = Options {
        token: Some(token.as_str().to_owned()),
        ..options
    };
    tell(&site::build(&repository, out, &options)?);
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| format!("Threads cannot be started: {error}."))?;
    runtime.block_on(async {
        let stop = Stop::on_signals()?;
        let lessons = Arc::new(Lessons::of(repository.root()));
        let (changes, mut changed) = mpsc::channel(1);
        let watcher = watch(repository.root(), changes)?;
        let shelf = Arc::new(Shelf {
            site: RwLock::new(out.to_owned()),
            made: broadcast::Sender::new(8),
            stop: stop.clone(),
        });
        let own = Arc::clone(&shelf);
        let remaking = tokio::spawn(async move {
            while changed.recv().await.is_some() {
                // Nobody reads a page while its site is replaced.
                let out = own.site.write().await;
                match tokio::task::block_in_place(|| site::build(&repository, &out, &options)) {
                    Ok(made) => tell(&made),
                    Err(problem) => {
                        let _ = writeln!(io::stderr(), "{problem}");
                        continue;
                    }
                }
                drop(out);
                // It is no matter when nobody listens.
                let _ = own.made.send(());
            }
        });
        let router = Router::new()
            .route("/events", get(events))
            .fallback(page)
            .with_state(shelf)
            .merge(live::router(Arc::clone(&lessons), token, stop.clone()));
        let served = desk::serve::run(listener, remark, router, stop).await;
        drop(watcher);
        // A site that is being made is made to its end.
        let _ = remaking.await;
        lessons.end().await;
        served.map_err(|error| format!("The server has failed: {error}."))
    })
}

fn tell(made: &Made) {
    for problem in &made.problems {
        let _ = writeln!(io::stderr(), "{problem}");
    }
}

struct Shelf {
    site: RwLock<PathBuf>,
    made: broadcast::Sender<()>,
    stop: Stop,
}

/// Tells of changes until the value is dropped.
fn watch(root: &Path, changes: mpsc::Sender<()>) -> Result<impl Sized + use<>, String> {
    let told = move |events: DebounceEventResult| {
        let is_change = |kind: EventKind| !matches!(kind, EventKind::Access(_));
        let is_ours = |path: &PathBuf| !path.components().any(|part| part.as_os_str() == "target");
        let any = events.is_ok_and(|events| {
            let mut changes = events.iter().filter(|event| is_change(event.kind));
            changes.any(|event| event.paths.iter().any(is_ours))
        });
        if any {
            // One that waits to be looked at is enough.
            let _ = changes.try_send(());
        }
    };
    let failed = |error: notify::Error| format!("Files cannot be watched: {error}.");
    let mut watcher = new_debouncer(SETTLED, None, told).map_err(failed)?;
    for name in WATCHED {
        let path = root.join(name);
        if path.exists() {
            watcher
                .watch(&path, RecursiveMode::Recursive)
                .map_err(failed)?;
        }
    }
    Ok(watcher)
}

/// A file of the site. `/a/` is `/a/index.html`.
async fn page(State(shelf): State<Arc<Shelf>>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allow = [(header::ALLOW, "GET, HEAD")];
        return (
            StatusCode::METHOD_NOT_ALLOWED,
            allow,
            "Pages can only be read.\n",
        )
            .into_response();
    }
    let path = request.uri().path();
    let Some(inside) = inside(path) else {
        return (StatusCode::NOT_FOUND, "There is no such page.\n").into_response();
    };
    let site = shelf.site.read().await;
    let mut file = site.join(&inside);
    if file.is_dir() {
        if !path.ends_with('/') {
            return Redirect::to(&format!("{path}/")).into_response();
        }
        file.push("index.html");
    }
    match std::fs::read(&file) {
        Ok(bytes) => ([(header::CONTENT_TYPE, kind(&file))], bytes).into_response(),
        Err(_) => (StatusCode::NOT_FOUND, "There is no such page.\n").into_response(),
    }
}

/// The path below the site, if it is one of plain names: our addresses need no others. A file of a lesson has a
/// space in its name, which comes as `%20`.
fn inside(path: &str) -> Option<String> {
    let path = percent_decode_str(path.strip_prefix('/')?);
    let path = path.decode_utf8().ok()?;
    let is_plain = |name: &str| {
        !name.starts_with('.')
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._- ".contains(c))
    };
    path.split('/').all(is_plain).then(|| path.into_owned())
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Tells a page when the site was made anew.
async fn events(State(shelf): State<Arc<Shelf>>) -> Response {
    let (tell, told) = mpsc::channel::<()>(1);
    let mut made = shelf.made.subscribe();
    let mut stop = shelf.stop.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                made = made.recv() => match made {
                    Ok(()) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                () = tell.closed() => return,
                () = stop.stopped() => return,
            }
            if tell.send(()).await.is_err() {
                return;
            }
        }
    });
    let events = ReceiverStream::new(told).map(|()| {
        Ok::<_, std::convert::Infallible>(Event::default().event("changed").data("files"))
    });
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_site() {
        let own = |path: &str| inside(path);
        assert_eq!(own("/").as_deref(), Some(""));
        assert_eq!(own("/a/b-c.html").as_deref(), Some("a/b-c.html"));
        assert_eq!(own("/a%20b.html").as_deref(), Some("a b.html"));
        for path in [
            "/../a",
            "/a/../b",
            "/.a",
            "/a/%2e%2e/b",
            "/a%2f..%2fb",
            "/a/%00",
            "/a/%ff",
            "/a%5cb",
            "/a\\b",
            "a",
            "/C:/a",
        ] {
            assert_eq!(own(path), None, "{path}");
        }
    }
}
