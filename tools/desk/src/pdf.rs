//! A page as a PDF, printed by Chromium.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use house::{files::temporary_in, start::wait_or_kill};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What Chromium is called on the PATH.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
/// How long it may take for a deck.
const PATIENCE: Duration = Duration::from_secs(120);

/// Chromium.
#[derive(Debug)]
pub struct Browser {
    program: PathBuf,
}

impl Browser {
    /// The program that `CHROMIUM` names, or that is on the PATH.
    ///
    /// # Errors
    ///
    /// A sentence that says what to install.
    pub fn find() -> Result<Self, String> {
        if let Some(named) = env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
            let named = PathBuf::from(named);
            // A name alone is one of the PATH.
            let program = if named.components().count() > 1 {
                Some(named.clone()).filter(|file| file.is_file())
            } else {
                on_path(&named)
            };
            return program.map(|program| Self { program }).ok_or_else(|| {
                let named = named.display();
                format!("CHROMIUM names {named}, but there is no such program.")
            });
        }
        let mut names = NAMES.iter().map(Path::new);
        let program = names.find_map(on_path).ok_or(
            "A PDF is printed by Chromium, which is not on the PATH: install it (on Debian: \
             apt-get install chromium), or set CHROMIUM to the program of Chromium or Chrome.",
        )?;
        Ok(Self { program })
    }

    /// Prints a page that needs nothing from elsewhere.
    ///
    /// # Errors
    ///
    /// A sentence: Chromium cannot be started or prints nothing, or the file cannot be written.
    pub fn print(&self, html: &str, target: &Path) -> Result<(), String> {
        // Beside the target: a Chromium that is confined may not see the system's temporary folder.
        let beside = std::path::absolute(target).map_err(|error| unwritten(target, &error))?;
        let beside = beside.parent().unwrap_or(&beside);
        let scratch =
            temporary_in(beside, "printing-").map_err(|error| unwritten(beside, &error))?;
        let folder = scratch.path();
        let failed = |error| unwritten(folder, &error);
        let (page, pdf, log) = (
            folder.join("deck.html"),
            folder.join("deck.pdf"),
            folder.join("log"),
        );
        fs::write(&page, html).map_err(failed)?;
        let stderr = fs::File::create(&log).map_err(failed)?;
        let program = self.program.display();
        let child = self
            .command(folder, &page, &pdf)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .map_err(|error| format!("{program} cannot be started: {error}."))?;
        let status = wait_or_kill(child, PATIENCE).ok_or_else(|| {
            let seconds = PATIENCE.as_secs();
            format!("{program} has not finished within {seconds} seconds.")
        })?;
        if !status.success() || !pdf.is_file() {
            let log = fs::read_to_string(&log).unwrap_or_default();
            let last = log.lines().rfind(|line| !line.trim().is_empty());
            let last = last.unwrap_or("it does not say why");
            return Err(format!("{program} has printed nothing ({status}): {last}"));
        }
        fs::rename(&pdf, target).map_err(|error| unwritten(target, &error))?;
        Ok(())
    }

    fn command(&self, folder: &Path, page: &Path, pdf: &Path) -> Command {
        let mut command = Command::new(&self.program);
        let option = |name: &str, path: &Path| {
            let mut option = std::ffi::OsString::from(name);
            option.push(path);
            option
        };
        command.args([
            "--headless",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--no-first-run",
            "--no-pdf-header-footer",
            "--export-tagged-pdf",
            "--generate-pdf-document-outline",
        ]);
        if is_root() {
            // Chromium's sandbox does not start for root. What it prints here is the course's own.
            command.arg("--no-sandbox");
        }
        command
            .arg(option("--user-data-dir=", &folder.join("profile")))
            .arg(option("--print-to-pdf=", pdf))
            .arg(address(page));
        command
    }
}

/// That a file cannot be written.
pub fn unwritten(file: &Path, error: &io::Error) -> String {
    format!("{} cannot be written: {error}.", file.display())
}

fn on_path(name: &Path) -> Option<PathBuf> {
    let file = format!("{}{}", name.display(), env::consts::EXE_SUFFIX);
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(&file))
        .find(|file| file.is_file())
}

#[cfg(target_os = "linux")]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(target_os = "linux"))]
fn is_root() -> bool {
    false
}

/// `file:///…`
fn address(file: &Path) -> String {
    const KEPT: AsciiSet = NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b':')
        .remove(b'-')
        .remove(b'_')
        .remove(b'.');
    let path = file.to_string_lossy();
    let path = if cfg!(windows) {
        format!("/{}", path.replace('\\', "/"))
    } else {
        path.into_owned()
    };
    format!("file://{}", utf8_percent_encode(&path, &KEPT))
}
