//! The servers of the lessons: built, started, and built again when their files have changed.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{keep, words::Words};
use serde_json::Value;
use tests::{exercise::contain::Contained, server::Folder};
use tokio::{
    sync::{Mutex as AsyncMutex, broadcast, oneshot},
    time::timeout,
};

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(20);
/// Of what a compiler says, so much is shown.
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

#[derive(Debug)]
struct Server {
    process: Contained,
    place: Place,
    /// The files that it was built from.
    files: u64,
    /// What it runs in: gone with its files when the server ends.
    _folder: Folder,
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
        let entries = fs::read_dir(root.join("lessons")).into_iter().flatten();
        let lessons = entries.flatten().filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let number = name.split('-').next()?;
            let is_number = number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit());
            let folder = entry.path();
            (is_number && folder.join("Cargo.toml").is_file()).then(|| {
                let lesson = Lesson {
                    folder,
                    asked: AtomicBool::new(false),
                    server: AsyncMutex::new(None),
                };
                (format!("lesson-{number}"), lesson)
            })
        });
        Self {
            root: root.to_owned(),
            lessons: lessons.collect(),
            states: broadcast::Sender::new(64),
        }
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
    let mut folders = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.metadata() {
                Ok(data) if data.is_dir() && entry.file_name() != "target" => folders.push(path),
                Ok(data) => found.push((path, data.len(), data.modified().ok())),
                Err(_) => {}
            }
        }
    }
    found.sort();
    found.hash(&mut hasher);
    hasher.finish()
}

/// Builds the binary of a lesson, and tells where it is.
async fn build(root: &Path, package: &str) -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = tokio::process::Command::new(cargo)
        .args(["build", "--package", package, "--bin", package])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| format!("cargo cannot be run: {error}."))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let is_progress = |line: &&str| {
            let word = line.trim_start().split(' ').next().unwrap_or_default();
            ["Compiling", "Blocking", "Downloading", "Downloaded"].contains(&word)
        };
        let words: Vec<&str> = said.lines().filter(|line| !is_progress(line)).collect();
        return Err(shortened(&words.join("\n")));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let program = messages.lines().find_map(|message| {
        let message: Value = serde_json::from_str(message).ok()?;
        let is_it = message["target"]["name"] == package;
        let program = message["executable"].as_str().filter(|_| is_it)?;
        Some(PathBuf::from(program))
    });
    program.ok_or_else(|| format!("cargo does not say where {package} is."))
}

/// Starts a server in an empty folder, on a free port.
async fn start(program: &Path, lesson: &Path, files: u64) -> Result<Server, String> {
    let folder = Folder::empty();
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
        .env("PORT", "0")
        .current_dir(&folder.0)
        // It is closed when this process ends: see `keep`.
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // Lesson 10 serves a folder.
    let site = lesson.join("site");
    if site.is_dir() {
        command.env("SITE", site);
    }
    let mut process = Contained::spawn(command)
        .map_err(|error| format!("The server cannot be started: {error}."))?;
    let (stdout, stderr) = process.streams();
    let words = Words::default();
    let (tell, told) = oneshot::channel();
    let mut tell = Some(tell);
    words.read(stdout, move |line| {
        let port = line.strip_prefix("Listening on http://127.0.0.1:");
        let Some(port) = port.and_then(|port| port.parse::<u16>().ok()) else {
            return false;
        };
        if let Some(tell) = tell.take() {
            let _ = tell.send(port);
        }
        true
    });
    words.read(stderr, |_| false);
    match timeout(START, told).await {
        Ok(Ok(port)) => Ok(Server {
            process,
            place: Place { port, words },
            files,
            _folder: folder,
        }),
        // Its output has ended.
        Ok(Err(_)) => Err(after("The server has ended.", &words).await),
        Err(_) => Err(after("The server does not say that it listens.", &words).await),
    }
}

/// A sentence, and the last that the server has said.
async fn after(sentence: &str, words: &Words) -> String {
    let (_, said) = words.since(0).await;
    format!("{sentence}\n{said}").trim_end().to_owned()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}\n\u{2026}", &text[..end]),
        None => text.trim_end().to_owned(),
    }
}
