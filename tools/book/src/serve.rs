//! `cargo book serve`: the site on this machine, made anew when something has changed, and the students' desks.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use ::watch::Watcher;
use axum::{
    Router,
    extract::{Request, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use desk::{
    live::{self, Lessons},
    serve::{Stop, Token, bind},
};
use press::repository::Repository;
use tokio::sync::{RwLock, broadcast, mpsc};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};

use crate::{
    course,
    site::{self, Made, Options},
    student::{self, Desk},
};

/// The port when nobody names one. That of the lessons and exercises, 8000, stays free for them.
const PORT: u16 = 3000;

/// What the site is made of, and what is known of a student.
const WATCHED: [&str; 7] = [
    ".course",
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
pub fn run(repository: Repository, out: Option<PathBuf>, options: Options) -> Result<(), String> {
    let (listener, remark) = bind(PORT)?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    // A folder that no other server has, and of its own: its pages only work while they are served.
    let name = format!("target/book-served-{}", address.port());
    let temporary = out.is_none().then(|| repository.root().join(name));
    let out = temporary.clone().or(out).unwrap_or_default();
    let token = Token::new()?;
    let options = Options {
        token: Some(token.as_str().to_owned()),
        ..options
    };
    let _ = writeln!(io::stderr(), "Making the book \u{2026}");
    tell(&site::build(&repository, &out, &options)?);
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| format!("Threads cannot be started: {error}."))?;
    runtime.block_on(async {
        let stop = Stop::on_signals()?;
        let lessons = Arc::new(servers(&repository)?);
        let happened = broadcast::Sender::new(64);
        let desk = Arc::new(Desk::new(
            &repository,
            Arc::clone(&lessons),
            token.clone(),
            happened.clone(),
        )?);
        let (changes, mut changed) = mpsc::channel(1);
        let watcher = watch(repository.root(), Arc::clone(&desk), changes)?;
        let judging = tokio::spawn(Arc::clone(&desk).work(stop.clone()));
        let shelf = Arc::new(Shelf {
            site: RwLock::new(out),
            happened,
            stop: stop.clone(),
        });
        let own = Arc::clone(&shelf);
        let judge = Arc::clone(&desk);
        let mut ended = stop.clone();
        let remaking = tokio::spawn(async move {
            while changed.recv().await.is_some() {
                // Who has saved waits for the verdict first.
                tokio::select! {
                    () = judge.at_rest() => {}
                    () = ended.stopped() => return,
                }
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
                let _ = own.happened.send(Happened::Made);
            }
        });
        let router = Router::new()
            .route("/events", get(events))
            .fallback(page)
            .with_state(shelf)
            .merge(student::router(desk))
            .merge(live::router(Arc::clone(&lessons), token, stop.clone()));
        let served = desk::serve::run(listener, &remark, router, stop).await;
        drop(watcher);
        // A site that is being made is made to its end.
        let _ = remaking.await;
        let _ = judging.await;
        lessons.end().await;
        if let Some(own) = temporary {
            let _ = std::fs::remove_dir_all(own);
        }
        served.map_err(|error| format!("The server has failed: {error}."))
    })
}

fn tell(made: &Made) {
    for problem in &made.problems {
        let _ = writeln!(io::stderr(), "{problem}");
    }
}

/// What can be asked: the servers of the lessons, and those that students work on.
fn servers(repository: &Repository) -> Result<Lessons, String> {
    let mut servers = Lessons::of(repository.root());
    for lesson in course::lessons(repository)? {
        let folder = repository.root().join("exercises").join(&lesson.topic);
        if lesson.has_exercise && folder.join("Cargo.toml").is_file() {
            servers = servers.with(format!("exercise-{}", lesson.number()), folder);
        }
    }
    Ok(servers)
}

struct Shelf {
    site: RwLock<PathBuf>,
    happened: broadcast::Sender<Happened>,
    stop: Stop,
}

/// What the pages are told of.
#[derive(Clone, Debug)]
pub(crate) enum Happened {
    /// The site was made anew.
    Made,
    /// Something has changed at the desk of this exercise.
    AtDesk(String),
}

/// Tells of changes until the value is dropped.
fn watch(root: &Path, desk: Arc<Desk>, changes: mpsc::Sender<()>) -> Result<Watcher, String> {
    // What is known of a student is no page.
    let known = root.join(".course");
    let _ = std::fs::create_dir_all(&known);
    let told = move |mut files: Vec<PathBuf>| {
        // The copies of a student's work lie deeper than their progress.
        files.retain(|file| !file.starts_with(&known) || file.parent() == Some(&known));
        desk.saved(&files);
        if files.iter().any(|file| !file.starts_with(&known)) {
            // One that waits to be looked at is enough.
            let _ = changes.try_send(());
        }
    };
    ::watch::start(root, WATCHED, told)
}

/// A file of the site.
async fn page(State(shelf): State<Arc<Shelf>>, request: Request) -> Response {
    // Nobody reads a page while its site is replaced.
    let site = shelf.site.read().await;
    let missing = ServeFile::new(site.join(site::MISSING));
    let files = ServeDir::new(&*site).not_found_service(missing);
    match files.oneshot(request).await {
        Ok(answer) => answer.into_response(),
        Err(never) => match never {},
    }
}

/// Tells a page when the site was made anew, and what happens at a desk.
async fn events(State(shelf): State<Arc<Shelf>>) -> Response {
    let (tell, told) = mpsc::channel::<Happened>(1);
    let mut happened = shelf.happened.subscribe();
    let mut stop = shelf.stop.clone();
    tokio::spawn(async move {
        loop {
            let news = tokio::select! {
                news = happened.recv() => match news {
                    Ok(news) => news,
                    Err(broadcast::error::RecvError::Lagged(_)) => continue,
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                () = tell.closed() => return,
                () = stop.stopped() => return,
            };
            if tell.send(news).await.is_err() {
                return;
            }
        }
    });
    let events = ReceiverStream::new(told).map(|news| {
        let event = match news {
            Happened::Made => Event::default().event("changed").data("files"),
            Happened::AtDesk(number) => Event::default().event("desk").data(number),
        };
        Ok::<_, std::convert::Infallible>(event)
    });
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}
