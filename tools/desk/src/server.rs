//! `cargo slides`: decks in a browser.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use arborium::Highlighter;
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{
        Html, IntoResponse, Redirect, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{get, post},
};
use minijinja::{Environment, context};
use tokio::sync::{broadcast, mpsc};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

use press::{
    report::Report,
    repository::Repository,
    slides::{check, deck::Deck},
};

use crate::{
    live::{self, LessonState, Lessons},
    own, picture,
    rehearsal::{self, Rehearsal},
    render::Place,
    serve::{Stop, Token},
    share::{self, Share},
    shown::{self, Shown, pages},
    watch::{self, Change},
};

const OLD_PAGE: &str = "This page is of an earlier run of the server: load it again.\n";
/// The port when nobody names one.
const PORT: u16 = 8000;
/// The largest rehearsal, in bytes.
const LARGEST: usize = 64 * 1024;

/// What the pages are made of, by the last part of their address.
const ASSETS: [(&str, &str, &str); 8] = [
    ("icon.svg", "image/svg+xml", include_str!("assets/icon.svg")),
    ("deck.css", "text/css", include_str!("assets/deck.css")),
    ("deck.js", "text/javascript", include_str!("assets/deck.js")),
    ("ink.js", "text/javascript", include_str!("assets/ink.js")),
    ("look.js", "text/javascript", include_str!("assets/look.js")),
    (
        "presenter.js",
        "text/javascript",
        include_str!("assets/presenter.js"),
    ),
    (
        "shared.js",
        "text/javascript",
        include_str!("assets/shared.js"),
    ),
    (
        "slides.js",
        "text/javascript",
        include_str!("assets/slides.js"),
    ),
];

/// Serves the decks until Ctrl-C. With a deck, `/` leads there. If it is to be shared, browsers in the room's network
/// follow the slides.
///
/// # Errors
///
/// A sentence: there is no such deck, or the port cannot be used.
pub fn run(
    repository: Repository,
    deck: Option<&str>,
    open: bool,
    share: bool,
) -> Result<(), String> {
    let first = deck
        .map(|deck| check::find(&repository, deck))
        .transpose()?;
    let (listener, remark) = crate::serve::bind(PORT)?;
    let share = share.then(Share::open).transpose()?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| format!("Threads cannot be started: {error}."))?;
    runtime.block_on(async {
        let stop = Stop::on_signals()?;
        let lessons = Arc::new(Lessons::of(repository.root()));
        let (changes, _) = broadcast::channel(64);
        let watcher = watch::start(repository.root(), changes.clone())?;
        let room = Arc::new(Room {
            pages: pages(),
            highlighter: Mutex::new(Highlighter::new()),
            token: Token::new()?,
            changes,
            stop: stop.clone(),
            lessons: Arc::clone(&lessons),
            first,
            repository,
            share,
        });
        tokio::spawn(follow(Arc::clone(&room)));
        if let Some(path) = &room.first {
            room.report(path);
            room.warm(path);
        }
        if open && let Err(error) = open::that_detached(format!("http://{address}/")) {
            let _ = writeln!(io::stderr(), "No browser could be opened: {error}.");
        }
        let shared = tokio::spawn(share::run(Arc::clone(&room), stop.clone()));
        let router = router(room);
        let served = crate::serve::run(listener, &remark, router, stop).await;
        drop(watcher);
        lessons.end().await;
        // It was told to end, too; who is slow is not waited for.
        shared.abort();
        served.map_err(|error| format!("The server has failed: {error}."))
    })
}

/// What the handlers share.
pub(super) struct Room {
    repository: Repository,
    pages: Environment<'static>,
    highlighter: Mutex<Highlighter>,
    token: Token,
    changes: broadcast::Sender<Change>,
    pub(super) stop: Stop,
    lessons: Arc<Lessons>,
    /// What the room's own browsers see, if they may.
    pub(super) share: Option<Share>,
    /// The deck that was named on the command line.
    first: Option<String>,
}

fn router(room: Arc<Room>) -> Router {
    let live = live::router(
        Arc::clone(&room.lessons),
        room.token.clone(),
        room.stop.clone(),
    );
    Router::new()
        .route("/", get(home))
        .route("/decks", get(list))
        .route("/events", get(events))
        .route("/assets/{name}", get(asset))
        .route("/pictures/{room}/{name}", get(picture_of))
        .route("/own/style.css", get(own_style))
        .route("/own/logo", get(own_logo))
        .route("/{deck}", get(with_slash))
        .route("/{deck}/", get(deck))
        .route("/{deck}/presenter", get(presenter))
        .route("/{deck}/rehearsals", post(rehearse))
        .route("/{deck}/wall", post(on_wall))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(room)
        .merge(live)
}

impl Room {
    fn show(&self, path: &str) -> Shown {
        let mut highlighter = self
            .highlighter
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        shown::show(&self.repository, &mut highlighter, path, Place::Served)
    }

    /// Tells in the terminal what is wrong with a deck.
    fn report(&self, path: &str) {
        let mut report = Report::default();
        check::deck(&self.repository, path, &mut report);
        report.problems.sort();
        let _ = report.print(&mut io::stderr().lock(), false);
    }

    /// Begins to build the server of the deck's lesson.
    fn warm(&self, path: &str) {
        let lesson = format!("lesson-{}", check::name(path));
        if self.lessons.has(&lesson) {
            tokio::spawn(Arc::clone(&self.lessons).warm(lesson));
        }
    }

    pub(super) fn page(&self, name: &str, values: minijinja::Value) -> Response {
        let page = self
            .pages
            .get_template(name)
            .and_then(|page| page.render(values));
        match page {
            Ok(html) => Html(html).into_response(),
            Err(error) => {
                let text = format!("The page cannot be made: {error:#}\n");
                (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
            }
        }
    }

    fn deck_page(&self, template: &str, name: &str) -> Response {
        let path = match check::find(&self.repository, name) {
            Ok(path) => path,
            Err(problem) => return (StatusCode::NOT_FOUND, problem + "\n").into_response(),
        };
        let shown = self.show(&path);
        let deck = &shown.checked.deck;
        let problems = shown.report.problems.iter();
        let problems: Vec<String> = problems.map(ToString::to_string).collect();
        self.page(
            template,
            context! {
                name => check::name(&path),
                path => path.as_str(),
                title => deck.title(),
                count => deck.slides.len(),
                seconds => deck.minutes().seconds(),
                slides => minijinja::Value::from_safe_string(shown.slides),
                problems => problems,
                token => self.token.as_str(),
                share => self.share.as_ref().map(Share::address),
            },
        )
    }
}

/// What changes on disk: the terminal says what is wrong with a deck, and a lesson is built anew.
async fn follow(room: Arc<Room>) {
    let mut changes = room.changes.subscribe();
    loop {
        let files = match changes.recv().await {
            Ok(change) => change.files,
            // After a burst of changes, the next one tells enough.
            Err(broadcast::error::RecvError::Lagged(_)) => continue,
            Err(broadcast::error::RecvError::Closed) => return,
        };
        let mut lessons: Vec<&str> = Vec::new();
        for file in &files {
            if let Some(path) = room
                .repository
                .relative(file)
                .filter(|path| path.ends_with(".md"))
            {
                room.report(&path);
            }
            lessons.extend(room.lessons.of_file(file));
        }
        lessons.sort_unstable();
        lessons.dedup();
        for lesson in lessons {
            // One that nobody has asked yet is built when it is asked.
            if room.lessons.was_asked(lesson) {
                tokio::spawn(Arc::clone(&room.lessons).warm(lesson.to_owned()));
            }
        }
    }
}

async fn home(State(room): State<Arc<Room>>) -> Response {
    let address = match &room.first {
        Some(path) => format!("/{}/", check::name(path)),
        None => "/decks".to_owned(),
    };
    Redirect::to(&address).into_response()
}

async fn list(State(room): State<Arc<Room>>) -> Response {
    let paths = match check::paths(&room.repository) {
        Ok(paths) => paths,
        Err(problem) => return (StatusCode::INTERNAL_SERVER_ERROR, problem).into_response(),
    };
    let decks: Vec<BTreeMap<&str, String>> = paths
        .iter()
        .map(|path| {
            let deck = Deck::parse(&room.repository.read(path).unwrap_or_default());
            BTreeMap::from([
                ("name", check::name(path).to_owned()),
                ("title", deck.title()),
                ("slides", deck.slides.len().to_string()),
                ("minutes", deck.minutes().to_string()),
            ])
        })
        .collect();
    room.page(
        "list.html",
        context! { decks => minijinja::value::Serde(decks) },
    )
}

async fn with_slash(Path(deck): Path<String>) -> Response {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if deck.chars().all(is_name) {
        Redirect::to(&format!("/{deck}/")).into_response()
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

async fn deck(State(room): State<Arc<Room>>, Path(name): Path<String>) -> Response {
    tokio::task::block_in_place(|| room.deck_page("deck.html", &name))
}

async fn presenter(State(room): State<Arc<Room>>, Path(name): Path<String>) -> Response {
    tokio::task::block_in_place(|| room.deck_page("presenter.html", &name))
}

pub(super) async fn asset(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, text)) => (
            [(header::CONTENT_TYPE, format!("{kind}; charset=utf-8"))],
            *text,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A picture of the notes or of the slides, or a plot that was measured, on the ground of `?ground=dark`, as it is at
/// `?step=1`.
pub(super) async fn picture_of(
    State(room): State<Arc<Room>>,
    Path((place, name)): Path<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let folder = match place.as_str() {
        "notes" => "notes/pictures",
        "measured" => "notes/measured",
        "slides" => "slides/pictures",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let path = format!("{folder}/{name}");
    let Some(kind) = picture::kind(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let ground = query.get("ground").map(String::as_str);
    let step = query.get("step").and_then(|step| step.parse().ok());
    let bytes = match picture::bytes(&room.repository, &path, ground, step) {
        Ok(bytes) => bytes,
        Err(problem) => return (StatusCode::NOT_FOUND, problem + "\n").into_response(),
    };
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}

/// Colours of the instructor's own.
pub(super) async fn own_style(State(room): State<Arc<Room>>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, own::style(&room.repository)).into_response()
}

pub(super) async fn own_logo(State(room): State<Arc<Room>>) -> Response {
    let logo = own::logo(&room.repository);
    let bytes = logo.and_then(|logo| room.repository.read_bytes(logo).ok());
    match (logo.and_then(picture::kind), bytes) {
        (Some(kind), Some(bytes)) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Tells a page what has changed, and what becomes of the lessons' servers.
async fn events(State(room): State<Arc<Room>>) -> Response {
    let (tell, told) = mpsc::channel::<(&'static str, String)>(16);
    let mut changes = room.changes.subscribe();
    let mut states = room.lessons.states();
    let mut stop = room.stop.clone();
    tokio::spawn(async move {
        loop {
            // A browser drops an event without data.
            let event = tokio::select! {
                change = changes.recv() => match change {
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => ("changed", "files".to_owned()),
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                state = states.recv() => match state {
                    Ok((lesson, state)) => ("lesson", format!("{lesson} {}", word(state))),
                    Err(broadcast::error::RecvError::Lagged(_)) => continue,
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                () = tell.closed() => return,
                () = stop.stopped() => return,
            };
            if tell.send(event).await.is_err() {
                return;
            }
        }
    });
    let events = ReceiverStream::new(told).map(|(name, data)| {
        Ok::<_, std::convert::Infallible>(Event::default().event(name).data(data))
    });
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}

fn word(state: LessonState) -> &'static str {
    match state {
        LessonState::Building => "building",
        LessonState::Ready => "ready",
        LessonState::Failed => "failed",
    }
}

/// Shares what the room's window shows.
async fn on_wall(
    State(room): State<Arc<Room>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(place): Json<share::Place>,
) -> Response {
    if !room.token.is_in(&headers) {
        return (StatusCode::FORBIDDEN, OLD_PAGE).into_response();
    }
    let Some(share) = &room.share else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let slide = tokio::task::block_in_place(|| {
        let path = check::find(&room.repository, &name).ok()?;
        let mut highlighter = room
            .highlighter
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        shown::slide(&room.repository, &mut highlighter, &path, place.slide)
    });
    match slide {
        Some((title, html)) => {
            share.show(&place, title, html);
            StatusCode::NO_CONTENT.into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Keeps what a rehearsal has measured.
async fn rehearse(
    State(room): State<Arc<Room>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(rehearsal): Json<Rehearsal>,
) -> Response {
    if !room.token.is_in(&headers) {
        return (StatusCode::FORBIDDEN, OLD_PAGE).into_response();
    }
    let path = match check::find(&room.repository, &name) {
        Ok(path) => path,
        Err(problem) => return (StatusCode::NOT_FOUND, problem + "\n").into_response(),
    };
    let deck = Deck::parse(&room.repository.read(&path).unwrap_or_default());
    match rehearsal::keep(room.repository.root(), &path, &deck, &rehearsal) {
        Ok(file) => (StatusCode::CREATED, file + "\n").into_response(),
        Err(problem) => (StatusCode::UNPROCESSABLE_ENTITY, problem + "\n").into_response(),
    }
}
