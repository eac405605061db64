//! The servers of the lessons: built, started, and built again when their files have changed.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{keep, words::Words};
use house::{
    build::{Artifacts, Diagnostic, DiagnosticLevel, diagnostics},
    files::{TempDir, temporary},
    start::Started,
};
use tokio::{
    sync::{Mutex as AsyncMutex, broadcast},
    task::spawn_blocking,
};

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(20);
/// How long a server that has closed its output may take to end.
const A_MOMENT: Duration = Duration::from_secs(1);
/// Of what a compiler says, so much is shown, and of each stream of a server so much is kept.
const WORDS: usize = 16 * 1024;

/// All lessons of the repository. Their servers end with this value.
#[derive(Debug)]
pub struct Lessons {
    root: PathBuf,
    /// By package: `lesson-05`.
    lessons: BTreeMap<String, Lesson>,
    states: broadcast::Sender<(String, State)>,
}

/// What is told of a lesson's server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is being built.
    Building,
    /// It listens.
    Ready,
    /// It could not be built, or has ended.
    Failed,
}

#[derive(Debug)]
struct Lesson {
    folder: PathBuf,
    /// Whether anybody has asked for its server.
    asked: AtomicBool,
    server: AsyncMutex<Option<Server>>,
}

impl Lesson {
    fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            asked: AtomicBool::new(false),
            server: AsyncMutex::new(None),
        }
    }
}

#[derive(Debug)]
struct Server {
    process: Started,
    place: Place,
    /// The files that it was built from.
    files: u64,
    /// What it runs in: gone with its files when the server ends.
    _folder: TempDir,
}

/// Where a server listens, and what it says meanwhile.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) port: u16,
    pub(super) words: Words,
}

impl Lessons {
    /// The lessons in `lessons/` of the repository at `root`. Nothing else can be run. The program calls
    /// [`kept`](super::kept) first of all.
    pub fn of(root: &Path) -> Self {
        let lessons = house::lessons::in_course(root).into_iter().map(|lesson| {
            let name = lesson.package();
            (name, Lesson::new(lesson.folder))
        });
        Self {
            root: root.to_owned(),
            lessons: lessons.collect(),
            states: broadcast::Sender::new(64),
        }
    }

    /// The same with another package, whose server may be asked, too: an exercise's.
    #[must_use]
    pub fn with(mut self, package: String, folder: PathBuf) -> Self {
        self.lessons.insert(package, Lesson::new(folder));
        self
    }

    /// Whether there is such a lesson.
    pub fn has(&self, lesson: &str) -> bool {
        self.lessons.contains_key(lesson)
    }

    /// The lesson that a file belongs to.
    pub fn of_file(&self, file: &Path) -> Option<&str> {
        let mut lessons = self.lessons.iter();
        let found = lessons.find(|(_, lesson)| file.starts_with(&lesson.folder));
        found.map(|(name, _)| name.as_str())
    }

    /// What becomes of the servers from now on.
    pub fn states(&self) -> broadcast::Receiver<(String, State)> {
        self.states.subscribe()
    }

    /// Where the lesson's server listens, which is built and started first if it does not run or if
    /// its files have changed. `building` is called before that.
    ///
    /// # Errors
    ///
    /// What the compiler said, or the server.
    pub(super) async fn ready(
        &self,
        name: &str,
        building: &(dyn Fn() + Sync),
    ) -> Result<Place, String> {
        let lesson = self.lessons.get(name).ok_or("There is no such lesson.")?;
        lesson.asked.store(true, Ordering::Relaxed);
        let mut told = false;
        let mut server = match lesson.server.try_lock() {
            Ok(server) => server,
            // Somebody else has it built just now.
            Err(_) => {
                building();
                told = true;
                lesson.server.lock().await
            }
        };
        let files = files(&lesson.folder);
        if let Some(running) = server.as_mut()
            && running.files == files
            && running.process.ended().is_none()
        {
            return Ok(running.place.clone());
        }
        if !told {
            building();
        }
        self.tell(name, State::Building);
        // Before the build: on Windows, a program that runs cannot be replaced.
        *server = None;
        let started = async {
            let program = build(&self.root, name).await?;
            start(&program, &lesson.folder, files).await
        };
        match started.await {
            Ok(started) => {
                let place = started.place.clone();
                *server = Some(started);
                self.tell(name, State::Ready);
                Ok(place)
            }
            Err(problem) => {
                self.tell(name, State::Failed);
                Err(problem)
            }
        }
    }

    /// Builds and starts a lesson's server so that the first request need not wait.
    pub async fn warm(self: Arc<Self>, name: String) {
        let _ = self.ready(&name, &|| {}).await;
    }

    /// Whether the lesson's server was asked for before: it runs, or is on its way.
    pub fn was_asked(&self, name: &str) -> bool {
        let lesson = self.lessons.get(name);
        lesson.is_some_and(|lesson| lesson.asked.load(Ordering::Relaxed))
    }

    /// Ends a server, if it runs: on Windows, a program that runs cannot be built anew.
    pub async fn stop(&self, name: &str) {
        if let Some(lesson) = self.lessons.get(name) {
            *lesson.server.lock().await = None;
        }
    }

    /// Ends all servers.
    pub async fn end(&self) {
        for lesson in self.lessons.values() {
            *lesson.server.lock().await = None;
        }
    }

    fn tell(&self, name: &str, state: State) {
        // It is no matter when nobody listens.
        let _ = self.states.send((name.to_owned(), state));
    }
}

/// A number for the files of a folder as they are now. Their times tell, as they do for cargo.
fn files(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    for file in house::files::below(folder) {
        if let Ok(data) = fs::metadata(&file) {
            (file, data.len(), data.modified().ok()).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// Builds the binary of a lesson, and tells where it is.
async fn build(root: &Path, package: &str) -> Result<PathBuf, String> {
    let output = tokio::process::Command::from(house::build::cargo(root))
        .args(["build", "--package", package, "--bin", package])
        .arg("--message-format=json")
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| format!("cargo cannot be run: {error}."))?;
    if !output.status.success() {
        return Err(shortened(&errors(&output)));
    }
    let built = Artifacts::read(&output.stdout);
    let program = built.program(package, package).map(Path::to_path_buf);
    program.ok_or_else(|| format!("cargo does not say where {package} is."))
}

/// What keeps a lesson from being built: the errors of the compiler, without its warnings, or else the words of cargo.
fn errors(output: &Output) -> String {
    let is_error =
        |said: &Diagnostic| said.level == DiagnosticLevel::Error && !said.spans.is_empty();
    let said = diagnostics(&output.stdout).into_iter().filter(is_error);
    let errors: Vec<String> = said.filter_map(|error| error.rendered).collect();
    if !errors.is_empty() {
        return errors.concat();
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let is_progress = |line: &&str| {
        let word = line.trim_start().split(' ').next().unwrap_or_default();
        ["Compiling", "Blocking", "Downloading", "Downloaded"].contains(&word)
    };
    let words: Vec<&str> = said.lines().filter(|line| !is_progress(line)).collect();
    words.join("\n")
}

/// Starts a server in an empty folder, on a free port.
async fn start(program: &Path, lesson: &Path, files: u64) -> Result<Server, String> {
    let folder = temporary("live-")?;
    let press = match cfg!(target_os = "linux") {
        // It is this very program, even if cargo has put another in its place meanwhile.
        true => PathBuf::from("/proc/self/exe"),
        false => {
            std::env::current_exe().map_err(|error| format!("This program is gone: {error}."))?
        }
    };
    let mut command = Command::new(press);
    command
        .arg(keep::WORD)
        .arg(program)
        .current_dir(folder.path())
        // It is closed when this process ends: see `keep`.
        .stdin(Stdio::piped());
    // Lesson 10 serves a folder.
    let site = lesson.join("site");
    if site.is_dir() {
        command.env("SITE", site);
    }
    let mut started = Started::contained(command, WORDS)
        .map_err(|error| format!("The server cannot be started: {error}."))?;
    let words = Words::of(&started);
    let wait = move || {
        let port = started.port(START);
        if port.is_none() {
            // Who ends closes its output a moment before: it is given that moment.
            started.wait(A_MOMENT);
        }
        (port, started)
    };
    let waited = spawn_blocking(wait).await;
    let (port, mut process) = waited.map_err(|error| error.to_string())?;
    match port {
        Some(port) => Ok(Server {
            process,
            place: Place { port, words },
            files,
            _folder: folder,
        }),
        None if process.ended().is_some() => Err(after("The server has ended.", &words).await),
        None => Err(after("The server does not say that it listens.", &words).await),
    }
}

/// A sentence, and the last that the server has said.
async fn after(sentence: &str, words: &Words) -> String {
    let (_, said) = words.since((0, 0)).await;
    format!("{sentence}\n{said}").trim_end().to_owned()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}\n\u{2026}", &text[..end]),
        None => text.trim_end().to_owned(),
    }
}
