//! The transcripts: commands in a terminal, run and shown with their output.
//!
//! `tests/transcripts/NN-topic/NAME.console` holds commands, one a line, each behind `$ `. The recorded
//! output is `tests/snapshots/NN-topic/NAME.console.snap`. Lines that begin with `# @server`, `# @env` and `# @redact` mean what
//! they mean in [request files](crate::requests): the server runs while the commands do. Each works as printed, typed at the repository's root. Three are known: `curl …` (skipped, in print, where curl is not installed),
//! `cargo run -p PACKAGE [--example NAME | --bin NAME] [-- ARGUMENTS]` with `NAME=VALUE` before it (run up to the `Listening on` line, or to its end), and
//! `cargo check -p PACKAGE --example NAME --features broken`. Port 8000 in a command is replaced by the port the server has. The commands of a
//! file share an empty folder.
//!
//! `cargo check` shows what the compiler says of a program that must not compile. Such a program is a file in `examples/broken/` of its lesson; the lesson's `Cargo.toml` names it in an `[[example]]`
//! with `required-features = ["broken"]`, so that nothing else builds it. Recorded are the error messages alone, each with its place and the notes that the library's author wrote, since the rest differs between
//! versions of the compiler; the transcript is skipped, in print, with another compiler than the oldest that the course promises to build with.

use std::fs;
use std::path::Path;
use std::process::Command;

use house::build::{Diagnostic, DiagnosticLevel, ServerName, artifacts, refused};
use house::files::{TempDir, temporary};

use crate::redaction::Redaction;
use wire::server::{Program, Server, from_root, run_to_end};

/// A transcript file.
#[derive(Clone, Debug)]
pub struct Transcript {
    server: Option<ServerName>,
    env: Vec<(String, String)>,
    redact: Vec<(String, String)>,
    commands: Vec<String>,
}

/// How a transcript went.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The commands with their output, as the snapshot keeps them.
    Ran(String),
    /// Why it was not run.
    Skipped(String),
}

impl Transcript {
    /// Reads a file.
    ///
    /// # Errors
    /// A sentence with the file and the line when it is not of the format.
    pub fn read(path: &Path) -> Result<Transcript, String> {
        let text =
            fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut transcript = Transcript {
            server: None,
            env: Vec::new(),
            redact: Vec::new(),
            commands: Vec::new(),
        };
        for (number, line) in text.lines().enumerate() {
            let at = |problem: &str| format!("{}:{}: {problem}", path.display(), number + 1);
            if let Some(command) = line.strip_prefix("$ ") {
                transcript.commands.push(command.to_string());
            } else if let Some(server) = line.strip_prefix("# @server ") {
                transcript.server =
                    Some(ServerName::parse(server).map_err(|problem| at(&problem))?);
            } else if let Some(env) = line.strip_prefix("# @env ") {
                let pair = env
                    .split_once('=')
                    .ok_or_else(|| at("@env needs NAME=VALUE"))?;
                transcript
                    .env
                    .push((pair.0.to_string(), pair.1.to_string()));
            } else if let Some(redact) = line.strip_prefix("# @redact ") {
                let pair = redact
                    .split_once(' ')
                    .ok_or_else(|| at("@redact needs a name and an expression"))?;
                transcript
                    .redact
                    .push((pair.0.to_string(), pair.1.to_string()));
            } else if !line.is_empty() && !line.starts_with('#') {
                return Err(at("a command begins with `$ `"));
            }
        }
        Ok(transcript)
    }

    /// The packages whose programs the commands need.
    pub fn packages(&self) -> Vec<String> {
        let commands = self.commands.iter().filter_map(|command| {
            let mut words = command.split_whitespace();
            words.find(|word| *word == "-p")?;
            words.next().map(str::to_string)
        });
        let server = self.server.iter().map(|server| server.package.clone());
        server.chain(commands).collect()
    }

    /// Runs the commands, with the server if one is named.
    ///
    /// # Errors
    /// When the server does not start or a command cannot be run.
    pub fn run(&self) -> Result<Outcome, String> {
        if let Some(why) = self.commands.iter().find_map(|command| missing(command)) {
            return Ok(Outcome::Skipped(why));
        }
        let server = match &self.server {
            Some(name) => Some(Server::start(name, &self.env)?),
            None => None,
        };
        let port = server.as_ref().map_or(0, |server| server.port);
        let mut shown = String::new();
        let folder = temporary("black-box-")?;
        for command in &self.commands {
            let output = run(command, port, &folder)?;
            shown.push_str(&format!("$ {command}\n{output}"));
            if !shown.ends_with('\n') {
                shown.push('\n');
            }
        }
        Ok(Outcome::Ran(
            Redaction::new(port, &self.redact)?.apply(&shown),
        ))
    }
}

/// Why a command cannot be run here, or would not say what was recorded.
fn missing(command: &str) -> Option<String> {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    if command.starts_with("curl ") && version("curl").is_none() {
        return Some("curl is not installed".into());
    }
    // What the compiler says is recorded with the oldest Rust that the course promises to build
    // with. Newer ones may put it differently.
    let recorded = concat!("rustc ", env!("CARGO_PKG_RUST_VERSION"), ".");
    let found = version("rustc").unwrap_or_default();
    let other = command.starts_with("cargo check ") && !found.starts_with(recorded);
    other.then(|| format!("recorded with {recorded}x, and this is {}", found.trim()))
}

/// Runs one command: what it writes to standard error, then what it writes to standard output.
/// Programs run in `folder`, which the commands of a transcript share.
fn run(command: &str, port: u16, folder: &TempDir) -> Result<String, String> {
    let here = command.replace("127.0.0.1:8000", &format!("127.0.0.1:{port}"));
    let words = shell_words::split(&here).map_err(|error| format!("{command}: {error}"))?;
    let variables = words.iter().take_while(|word| word.contains('=')).count();
    let env: Vec<(String, String)> = words[..variables]
        .iter()
        .filter_map(|word| word.split_once('='))
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    let words: Vec<&str> = words[variables..].iter().map(String::as_str).collect();
    match words.as_slice() {
        ["curl", arguments @ ..] => curl(arguments),
        ["cargo", "run", "-p", package, rest @ ..] => cargo_run(package, rest, &env, folder),
        [
            "cargo",
            "check",
            "-p",
            package,
            "--example",
            example,
            "--features",
            feature,
        ] => {
            let said = refused(package, example, feature)?;
            Ok(said.iter().filter_map(shown).collect())
        }
        _ => Err(format!(
            "{command}: a transcript knows curl, `cargo run -p PACKAGE`, and \
             `cargo check -p PACKAGE --example NAME --features FEATURE`"
        )),
    }
}

/// curl's words, without its progress meter and its version.
fn curl(arguments: &[&str]) -> Result<String, String> {
    let (_, stdout, stderr) = run_to_end(
        Command::new("curl")
            .arg("--silent")
            .arg("--show-error")
            .args(arguments),
    )?;
    // `*` lines are curl's own remarks: they differ from version to version and show nothing
    // of the exchange. So does the version in User-Agent.
    let stderr: String = stderr
        .lines()
        .filter(|line| {
            !line.starts_with('*') && !line.starts_with("{ [") && !line.starts_with("} [")
        })
        .map(|line| match line.strip_prefix("> User-Agent: curl/") {
            Some(_) => "> User-Agent: curl/[version]\n".to_string(),
            None => format!("{line}\n"),
        })
        .collect();
    Ok(stderr.replace('\r', "") + &stdout.replace("\r\n", "\n"))
}

/// What a server says up to its `Listening on` line, or all that a program says until it ends.
fn cargo_run(
    package: &str,
    rest: &[&str],
    env: &[(String, String)],
    folder: &TempDir,
) -> Result<String, String> {
    let (name, rest) = match rest {
        ["--example" | "--bin", name, rest @ ..] => (Some(*name), rest),
        rest => (None, rest),
    };
    let arguments = match rest {
        [] => &[],
        ["--", arguments @ ..] => arguments,
        _ => {
            return Err(format!(
                "cargo run knows --example, --bin and --, not {rest:?}"
            ));
        }
    };
    let mut command = Command::new(artifacts().executable(package, name));
    command
        .args(arguments.iter().map(|argument| from_root(argument)))
        // Where no port is named, a server gets a free one.
        .env("PORT", "0")
        // Of this machine, and not of the lesson.
        .env_remove("USER")
        .env_remove("RUST_BACKTRACE")
        .envs(env.iter().map(|(name, value)| (name, from_root(value))))
        .current_dir(folder.path());
    let (said, status) = match Program::start(&mut command)? {
        Program::Listens(mut server) => {
            let said = server.last_words() + &server.stdout();
            return Ok(Redaction::new(server.port, &[])?.apply(&said));
        }
        Program::Ended(status, stdout, stderr) => (stderr + &stdout, status),
    };
    // A program names itself by its file, and there, on Windows, stands an ending that nobody types.
    let said = said.replace(&format!("{package}.exe"), package);
    Ok(match status.code() {
        Some(0) => said,
        code => format!("{said}(exit status {})\n", code.unwrap_or(-1)),
    })
}

/// An error in the compiler's manner: its sentence, the place, the line, the label, the notes
/// that the library's author wrote, without what differs between versions of the compiler. None for what is not an
/// error, or has no place.
fn shown(error: &Diagnostic) -> Option<String> {
    if error.level != DiagnosticLevel::Error || error.spans.is_empty() {
        return None;
    }
    let code = error.code.as_ref().map_or("", |code| code.code.as_str());
    let mut shown = format!("error[{code}]: {}\n", error.message);
    for span in error.spans.iter().filter(|span| span.is_primary) {
        let file = span.file_name.replace('\\', "/");
        let source = span.text.first().map_or("", |line| line.text.as_str());
        let (start, end) = (span.column_start, span.column_end);
        let marks = "^".repeat(end.saturating_sub(start).max(1));
        let number = span.line_start.to_string();
        let margin = " ".repeat(number.len());
        shown.push_str(&format!(
            "{margin}--> {file}:{number}:{start}\n{margin} |\n{number} | {source}\n{margin} | {}{marks} {}\n",
            " ".repeat(start - 1),
            span.label.as_deref().unwrap_or_default(),
        ));
    }
    for child in &error.children {
        // The compiler's own lists of other types and of where a bound stands change with its
        // version; the author's note does not.
        if child.level == DiagnosticLevel::Note && child.spans.is_empty() {
            shown.push_str(&format!("  = note: {}\n", child.message));
        }
    }
    Some(shown)
}
