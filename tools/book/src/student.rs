//! The student's desk, beside the page of an exercise: its tasks, and what the judge says of each save.
//!
//! | route | |
//! |---|---|
//! | `GET /desk/{number}` | what the desk shows now, as JSON |
//! | `POST /desk/{number}/judge` | judge it, without a save |
//! | `POST /desk/{number}/hint/{task}` | the next hint of a task |
//! | `GET /desk` | how much is done, and the exercise to go on with |
//!
//! One exercise is judged at a time. What is saved meanwhile is judged once, afterwards.

use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use axum::{
    Json, Router,
    extract::{self, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use desk::{
    live::Lessons,
    serve::{Stop, Token},
};
use minijinja::{Environment, context, value::Serde};
use press::repository::Repository;
use serde::Serialize;
use tokio::sync::{broadcast, watch};

use crate::{
    course::{self, Lesson},
    exercises::{self, Exercise},
    judge::{self, Judged, Progress, Verdict},
    mark,
    serve::Happened,
};

/// The desks of all exercises.
pub(crate) struct Desk {
    repository: Repository,
    /// By number: `05`.
    exercises: BTreeMap<String, Lesson>,
    seats: Mutex<BTreeMap<String, Seat>>,
    /// Whether something is judged, or is to be.
    busy: watch::Sender<bool>,
    lessons: Arc<Lessons>,
    token: Token,
    tell: broadcast::Sender<Happened>,
    pages: Environment<'static>,
}

/// What is going on at an exercise.
#[derive(Default)]
struct Seat {
    /// It is to be judged.
    wanted: bool,
    /// Since when it is being judged.
    since: Option<Instant>,
    /// The student's files as they were judged last.
    files: u64,
    verdict: Option<Result<Verdict, String>>,
}

/// What a page is told.
#[derive(Serialize)]
struct Shown {
    /// What is going on, in a sentence.
    status: String,
    /// How many seconds it has been going on.
    seconds: Option<u64>,
    /// Whether the exercise was judged, or is about to be.
    begun: bool,
    html: String,
}

#[derive(Serialize)]
struct ShownTask {
    id: String,
    title: String,
    anchor: String,
    /// `passed`, `failed`, or `open`.
    state: &'static str,
    /// As HTML.
    hints: Vec<String>,
    all_hints: usize,
    tests: Vec<ShownTest>,
    failure: Option<Failure>,
}

#[derive(Serialize)]
struct ShownTest {
    name: String,
    passed: bool,
}

#[derive(Serialize)]
struct Failure {
    asked: String,
    /// Whether `asked` is a request that can be sent as it is.
    can_be_sent: bool,
    /// The lines of what came, and whether they are the one that matters.
    came: Vec<(String, bool)>,
    expected: String,
    line: String,
}

impl Desk {
    pub(crate) fn new(
        repository: &Repository,
        lessons: Arc<Lessons>,
        token: Token,
        tell: broadcast::Sender<Happened>,
    ) -> Result<Self, String> {
        let exercises = course::lessons(repository)?
            .into_iter()
            .filter(|lesson| lesson.has_exercise)
            .map(|lesson| (lesson.number().to_owned(), lesson));
        let mut pages = Environment::new();
        pages
            .add_template("student.html", include_str!("assets/student.html"))
            .expect("the page of the desk is a template");
        Ok(Self {
            repository: Repository::open(repository.root()).map_err(|error| error.to_string())?,
            exercises: exercises.collect(),
            seats: Mutex::default(),
            busy: watch::Sender::new(false),
            lessons,
            token,
            tell,
            pages,
        })
    }

    fn seats(&self) -> MutexGuard<'_, BTreeMap<String, Seat>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Files were saved: an exercise whose desk somebody has opened is judged, if what it is judged by has changed.
    pub(crate) fn saved(&self, paths: &[PathBuf]) {
        let root = self.repository.root();
        if paths.contains(&root.join(Progress::FILE)) {
            for number in self.seats().keys() {
                self.told(number);
            }
        }
        for (number, lesson) in &self.exercises {
            let folder = root.join("exercises").join(&lesson.topic);
            let is_of_it = paths.iter().any(|path| path.starts_with(&folder));
            if let (true, Some(seat)) = (is_of_it, self.seats().get_mut(number))
                && files(&folder) != seat.files
            {
                seat.wanted = true;
                self.busy.send_replace(true);
            }
        }
    }

    fn told(&self, number: &str) {
        // It is no matter when nobody listens.
        let _ = self.tell.send(Happened::AtDesk(number.to_owned()));
    }

    /// Judges what is to be judged, until the end.
    pub(crate) async fn work(self: Arc<Self>, mut stop: Stop) {
        let mut busy = self.busy.subscribe();
        loop {
            let Some((number, folder)) = self.next() else {
                tokio::select! {
                    _ = busy.wait_for(|busy| *busy) => continue,
                    () = stop.stopped() => return,
                }
            };
            self.told(&number);
            // On Windows, a program that runs cannot be built anew.
            let server = format!("exercise-{number}");
            self.lessons.stop(&server).await;
            let verdict = tokio::select! {
                verdict = judge::judge(self.repository.root(), &number) => verdict,
                () = stop.stopped() => return,
            };
            if let Some(seat) = self.seats().get_mut(&number) {
                seat.since = None;
                seat.verdict = Some(verdict);
                // Somebody has saved since it was built.
                seat.wanted |= files(&folder) != seat.files;
            }
            self.told(&number);
            if self.lessons.was_asked(&server) {
                tokio::spawn(Arc::clone(&self.lessons).warm(server));
            }
        }
    }

    /// Waits until nothing is judged.
    pub(crate) async fn at_rest(&self) {
        // An error means that there is no desk any more.
        let _ = self.busy.subscribe().wait_for(|busy| !busy).await;
    }

    fn next(&self) -> Option<(String, PathBuf)> {
        let mut seats = self.seats();
        let wanted = seats.iter_mut().find(|(_, seat)| seat.wanted);
        self.busy.send_replace(wanted.is_some());
        let (number, seat) = wanted?;
        seat.wanted = false;
        seat.since = Some(Instant::now());
        let folder = self.repository.root().join("exercises");
        let folder = folder.join(&self.exercises[number].topic);
        seat.files = files(&folder);
        Some((number.clone(), folder))
    }

    fn shown(&self, lesson: &Lesson) -> Result<Shown, String> {
        let exercise = exercises::read(&self.repository, lesson)?;
        let progress = Progress::read(self.repository.root())?;
        let mut seats = self.seats();
        let seat = seats.entry(lesson.number().to_owned()).or_default();
        let (verdict, problem) = match &seat.verdict {
            Some(Ok(verdict)) => (Some(verdict), None),
            Some(Err(problem)) => (None, Some(problem)),
            None => (None, None),
        };
        let tasks: Vec<ShownTask> = tasks(lesson, &exercise, &progress, verdict);
        let passed = tasks.iter().filter(|task| task.state == "passed").count();
        let of = format!("{passed} of {} tasks", tasks.len());
        let compiles = verdict.is_none_or(|verdict| verdict.compiles);
        let status = match (seat.since, seat.wanted) {
            (Some(_), _) if seat.verdict.is_none() => {
                "Building your server and the judge. That can take minutes the first time, and seconds after that …".to_owned()
            }
            (Some(_), _) => "Building and judging …".to_owned(),
            (None, true) => "Another exercise is being judged; yours is next …".to_owned(),
            _ if problem.is_some() => "It could not be judged.".to_owned(),
            _ if !compiles => "It does not compile yet.".to_owned(),
            _ if passed == tasks.len() => "Passed: all tasks of this exercise.".to_owned(),
            _ if verdict.is_some() => format!("{of} passed. Save a file, and it is judged again."),
            _ => format!("{of} passed so far."),
        };
        let page = self.pages.get_template("student.html");
        let html = page.and_then(|page| {
            page.render(context! {
                tasks => Serde(&tasks),
                problem => problem.map(String::as_str),
                compiler => verdict.filter(|_| !compiles).map(|verdict| verdict.compiler.as_str()),
                all => passed == tasks.len(),
                topic => lesson.topic.as_str(),
                number => lesson.number(),
            })
        });
        Ok(Shown {
            status,
            seconds: seat.since.map(|since| since.elapsed().as_secs()),
            begun: seat.wanted || seat.since.is_some() || seat.verdict.is_some(),
            html: html.map_err(|error| format!("{error:#}"))?,
        })
    }
}

/// A number for what the files that a student may change hold.
fn files(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    for file in house::files::below(folder) {
        let kind = file.extension().and_then(|kind| kind.to_str());
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        // Not those that an editor keeps beside them.
        if matches!(kind, Some("rs" | "html")) && !name.starts_with(['.', '#']) {
            (&file, std::fs::read(&file).ok()).hash(&mut hasher);
        }
    }
    hasher.finish()
}

fn tasks(
    lesson: &Lesson,
    exercise: &Exercise,
    progress: &Progress,
    verdict: Option<&Verdict>,
) -> Vec<ShownTask> {
    let mut slugs = house::headings::Slugs::default();
    // The page's own heading comes first.
    slugs.next(&exercises::title(lesson));
    let tasks = exercise.task.iter().map(|task| {
        let name = format!("{}.{}", lesson.number(), task.id);
        let known = progress.of(&name);
        let judged = verdict.filter(|verdict| verdict.compiles);
        let judged = judged.and_then(|verdict| verdict.tasks.iter().find(|task| task.name == name));
        let passed = judged.map_or(known.passed, |judged| judged.passed);
        ShownTask {
            id: task.id.clone(),
            title: task.title.clone(),
            anchor: slugs.next(&task.title),
            state: match (passed, judged) {
                (true, _) => "passed",
                (false, Some(_)) => "failed",
                (false, None) => "open",
            },
            hints: task
                .hints
                .iter()
                .take(known.hints)
                .map(|hint| exercises::as_html(hint))
                .collect(),
            all_hints: task.hints.len(),
            tests: judged.map(tests).unwrap_or_default(),
            failure: judged.and_then(failure),
        }
    });
    tasks.collect()
}

fn tests(judged: &Judged) -> Vec<ShownTest> {
    let tests = judged.tests.iter().map(|test| ShownTest {
        name: test.name.replace('_', " "),
        passed: test.passed,
    });
    tests.collect()
}

/// What the first test that fails says. What comes behind it can wait.
fn failure(judged: &Judged) -> Option<Failure> {
    let said = judged
        .tests
        .iter()
        .find(|test| !test.passed)?
        .said
        .as_ref()?;
    let marked = mark::line(&said.came, &said.expected, &said.line);
    let lines = said.came.trim_end().lines().enumerate();
    Some(Failure {
        asked: said.asked.trim_end().to_owned(),
        can_be_sent: can_be_sent(&said.asked),
        came: lines
            .map(|(number, line)| (line.to_owned(), Some(number) == marked))
            .collect(),
        expected: said.expected.trim_end().to_owned(),
        line: said.line.clone(),
    })
}

/// Whether a text is one whole request: its body is as long as it says.
fn can_be_sent(asked: &str) -> bool {
    let (head, body) = asked.split_once("\n\n").unwrap_or((asked, ""));
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    });
    head.lines()
        .next()
        .is_some_and(|line| line.ends_with(" HTTP/1.1"))
        && length.unwrap_or(0) == body.trim_end_matches('\n').len()
}

/// The routes.
pub(crate) fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/desk", get(sum))
        .route("/desk/{number}", get(show))
        .route("/desk/{number}/judge", post(judge_now))
        .route("/desk/{number}/hint/{task}", post(hint))
        .with_state(desk)
}

/// Why something is not done.
type Refused = (StatusCode, String);

fn refused(status: StatusCode, sentence: &str) -> Refused {
    (status, format!("{sentence}\n"))
}

fn failed(problem: String) -> Refused {
    refused(StatusCode::INTERNAL_SERVER_ERROR, &problem)
}

async fn show(
    State(desk): State<Arc<Desk>>,
    extract::Path(number): extract::Path<String>,
) -> Result<Json<Shown>, Refused> {
    let shown = desk.shown(desk.exercise(&number)?);
    shown.map(Json).map_err(failed)
}

async fn judge_now(
    State(desk): State<Arc<Desk>>,
    extract::Path(number): extract::Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    desk.admit(&headers)?;
    desk.exercise(&number)?;
    desk.seats().entry(number).or_default().wanted = true;
    desk.busy.send_replace(true);
    Ok(StatusCode::ACCEPTED)
}

async fn hint(
    State(desk): State<Arc<Desk>>,
    extract::Path((number, task)): extract::Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    desk.admit(&headers)?;
    let exercise = exercises::read(&desk.repository, desk.exercise(&number)?).map_err(failed)?;
    if !exercise.task.iter().any(|own| own.id == task) {
        return Err(refused(StatusCode::NOT_FOUND, "There is no such task."));
    }
    let taken = judge::hint(desk.repository.root(), &format!("{number}.{task}")).await;
    taken.map_err(failed)?;
    desk.told(&number);
    Ok(StatusCode::NO_CONTENT)
}

impl Desk {
    /// Lets in what a page of this run asks for.
    fn admit(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let sentence = "This page is of an earlier run of the server: load it again.";
        match self.token.is_in(headers) {
            true => Ok(()),
            false => Err(refused(StatusCode::FORBIDDEN, sentence)),
        }
    }

    fn exercise(&self, number: &str) -> Result<&Lesson, Refused> {
        let missing = || refused(StatusCode::NOT_FOUND, "There is no such exercise.");
        self.exercises.get(number).ok_or_else(missing)
    }
}

/// How much is done, and what is next.
#[derive(Serialize)]
struct Sum {
    passed: usize,
    all: usize,
    /// The page, and the words for it.
    next: Option<(String, String)>,
}

async fn sum(State(desk): State<Arc<Desk>>) -> Result<Json<Sum>, Refused> {
    let progress = Progress::read(desk.repository.root()).map_err(failed)?;
    let mut sum = Sum {
        passed: 0,
        all: 0,
        next: None,
    };
    for (number, lesson) in &desk.exercises {
        let exercise = exercises::read(&desk.repository, lesson);
        for task in exercise.into_iter().flat_map(|exercise| exercise.task) {
            sum.all += 1;
            if progress.of(&format!("{number}.{}", task.id)).passed {
                sum.passed += 1;
            } else if sum.next.is_none() {
                let page = format!("exercises/{}.html", lesson.topic);
                sum.next = Some((page, format!("Your next task: {number} · {}", task.title)));
            }
        }
    }
    Ok(Json(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_can_be_sent_when_it_is_whole() {
        let head = "POST /a HTTP/1.1\nContent-Length: 4\n\n";
        assert!(can_be_sent(&format!("{head}th\u{e9}")));
        assert!(can_be_sent("GET / HTTP/1.1\nHost: a\n"));
        assert!(!can_be_sent(&format!("{head}th\\xe9")));
        assert!(!can_be_sent(
            "GET / HTTP/1.1\n\n\nWhat was called out so far:\n1. POST /calls \"a\""
        ));
        assert!(!can_be_sent("GET / HTTP/1.1\n\nGET / HTTP/1.1\n"));
        assert!(!can_be_sent(""));
    }

    #[test]
    fn what_an_editor_keeps_beside_a_file_is_no_save() {
        let folder = tempfile::tempdir().expect("room for a folder");
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("a file");
        };
        write("main.rs", "a");
        let before = files(folder.path());
        for name in [
            ".main.rs.swp",
            "4913",
            "main.rs~",
            ".#main.rs",
            "#main.rs#",
            "main.rs",
        ] {
            write(name, "a");
            assert_eq!(files(folder.path()), before, "{name}");
        }
        write("main.rs", "b");
        assert_ne!(files(folder.path()), before);
    }
}
