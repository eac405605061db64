//! Chromium without a window, led by its driver. What speaks to it, fantoccini for one, is for the
//! test to choose.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value, json};

/// A running chromedriver, and an empty folder for the browser that it starts.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    /// The port that it listens on, on 127.0.0.1.
    pub port: u16,
    profile: PathBuf,
    /// Kept open, or the driver's next line would meet a closed pipe.
    _stdout: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts it, with a folder for the browser in `folder`. `None` where Chromium is not installed and
    /// nobody insists on it: then `what` is skipped, in print.
    ///
    /// # Panics
    /// When Chromium is missing in CI, or the driver does not start.
    pub fn start(folder: &Path, what: &str) -> Option<Driver> {
        for (command, package) in [
            ("chromium", "chromium"),
            ("chromedriver", "chromium-driver"),
        ] {
            if !is_there(command, package, what) {
                return None;
            }
        }
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("browser-{}-{number}", std::process::id());
        let profile = folder.join(name);
        fs::create_dir_all(&profile).expect("a folder for the browser");
        let (child, stdout, port) = (0..10)
            .find_map(|_| listening())
            .expect("chromedriver says where it listens");
        Some(Driver {
            child,
            port,
            profile,
            _stdout: stdout,
        })
    }

    /// What to ask the driver for when a session begins, with more options for Chromium.
    pub fn capabilities(&self, more: &Value) -> Map<String, Value> {
        let profile = format!("--user-data-dir={}", self.profile.display());
        let mut options = json!({ "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-quic", "--window-size=900,500", profile,
        ] });
        for (name, value) in more.as_object().into_iter().flatten() {
            options[name] = value.clone();
        }
        let mut capabilities = Map::new();
        capabilities.insert("browserName".into(), "chrome".into());
        capabilities.insert("goog:chromeOptions".into(), options);
        capabilities
    }
}

/// Whether `command` can be started; `package` is what Debian calls it. Where it cannot, and nobody insists on
/// it, `what` is said to be skipped, in print.
///
/// # Panics
/// When it is missing in CI.
pub fn is_there(command: &str, package: &str, what: &str) -> bool {
    let asked = Command::new(command).arg("--version").output();
    if asked.is_ok_and(|answer| answer.status.success()) {
        return true;
    }
    let missing = format!(
        "{command} is not installed (on Debian: apt-get install {package}; elsewhere: Chromium, and the chromedriver of its version, on the PATH)"
    );
    house::skip(what, &missing);
    false
}

/// Starts chromedriver, and tells on which port. It ends without a word of that when another program takes the
/// port between its two binds: it asks for a free one on IPv4 first, then for the same number on IPv6.
fn listening() -> Option<(Child, BufReader<ChildStdout>, u16)> {
    let mut child = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("chromedriver starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    // "ChromeDriver was started successfully on port 40123."
    let port = (&mut stdout)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            let (_, port) = line.split_once("successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
    if port.is_none() {
        let _ = child.kill();
        let _ = child.wait();
    }
    Some((child, stdout, port?))
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}
