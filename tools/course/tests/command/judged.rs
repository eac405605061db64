//! Servers that are built, judged and run.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use house::output::Output;
use house::start::Started;
use tempfile::TempDir;

use crate::FILE;
use crate::copy::Copy;

const WRONG: &str = "response.text.chars().count()";
const RIGHT: &str = "response.text.len()";
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn a_pass_is_not_taken_away_without_a_word() {
    let copy = Copy::that_builds();
    let failed = copy.run(&["check", "0.bytes"]);
    let said = String::from_utf8_lossy(&failed.stdout).into_owned();
    assert_eq!(
        failed.status.code(),
        Some(1),
        "{said}{}",
        String::from_utf8_lossy(&failed.stderr)
    );
    assert!(
        said.contains("not yet  00.bytes") && !said.contains("held before"),
        "{said}"
    );
    copy.edit(FILE, WRONG, RIGHT);
    // Several at once: a line for each task, and all of them are judged.
    let some = copy.run(&["check", "00.bytes", "00.1"]);
    let said = String::from_utf8_lossy(&some.stdout).into_owned();
    assert!(some.status.success(), "{said}");
    assert_eq!(said.matches("passed  00.bytes").count(), 2, "{said}");
    let json = copy.run(&["check", "00.bytes", "00.1", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("it is JSON");
    assert_eq!(json[1]["tasks"][0]["passed"], true, "{json}");
    // On another machine, from the files alone. No other exercise can be built here: that is no reason to stop.
    std::fs::remove_file(copy.path(".course/progress.json")).expect("it is there");
    let all = copy.run(&["check", "--all"]);
    let said = String::from_utf8_lossy(&all.stderr).into_owned();
    assert_eq!(all.status.code(), Some(2));
    assert!(said.contains("Not judged: 01, 02, 03, "), "{said}");
    assert!(copy.says(&["list"]).contains("done  00.bytes"));
    copy.edit(FILE, RIGHT, WRONG);
    let failed = copy.run(&["check", "00.bytes"]);
    let said = String::from_utf8_lossy(&failed.stdout).into_owned();
    assert!(said.contains("! 00.bytes held before"), "{said}");
    let json = copy.run(&["check", "00", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("it is JSON");
    assert_eq!(json["schema"], "course-check/1");
    assert_eq!(json["tasks"][0]["lost"], false, "that was said already");
    // What does not compile is told from what cargo cannot build, which is no verdict.
    copy.write(FILE, "fn main() { nothing_of_the_kind }");
    let broken = copy.run(&["check", "00"]);
    assert_eq!(broken.status.code(), Some(1));
    let said = String::from_utf8_lossy(&broken.stderr).into_owned();
    let (first, last) = (
        said.find("error[E0425]"),
        said.find("error: could not compile"),
    );
    assert!(
        first.is_some() && first < last,
        "the compiler's words come first: {said}"
    );
    copy.write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"no-such-folder\"]\n",
    );
    let unbuilt = copy.run(&["check", "00"]);
    assert_eq!(unbuilt.status.code(), Some(2));
    let said = String::from_utf8_lossy(&unbuilt.stderr).into_owned();
    assert!(
        said.contains("for the reason that cargo gives above. It was not judged."),
        "{said}"
    );
}

#[test]
fn two_checkouts_that_share_a_target_folder_get_their_own_servers() {
    let (mine, other) = (Copy::that_builds(), Copy::that_builds());
    let shared = TempDir::new().expect("a folder can be made");
    let variables = [("CARGO_TARGET_DIR", shared.path())];
    other.edit(FILE, "One order of", "From another checkout:");
    for (copy, words) in [(&other, "From another checkout:"), (&mine, "One order of")] {
        let server = copy.start(&["run", "00"], &variables);
        assert!(ordered(&server).contains(words), "{words}");
    }
}

fn ordered(server: &Started) -> String {
    let Some(port) = server.port(PATIENCE) else {
        panic!("{}", server.stderr.whole(PATIENCE));
    };
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    let order =
        "POST /order HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntea";
    stream
        .write_all(order.as_bytes())
        .expect("it can be written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

#[cfg(unix)]
#[test]
fn a_server_ends_with_the_command_that_runs_it() {
    let copy = Copy::that_builds();
    let mut server = copy.start(&["run", "00"], &[]);
    let port = server.port(PATIENCE).expect("it listens");
    // As another terminal would, or a supervisor.
    server.signal("KILL");
    assert!(server.wait(PATIENCE).is_some());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn a_burst_of_saves_is_judged_once() {
    let copy = Copy::that_builds();
    copy.write(FILE, "fn main() { at_first }");
    let mut watch = copy.start(&["watch", "00"], &[]);
    let waits = |times| {
        let said = watch.stdout.wait(PATIENCE, |text| {
            String::from_utf8_lossy(text.last())
                .matches("Waiting for you")
                .count()
                >= times
                || text.is_over()
        });
        assert!(!said.is_over(), "{}", watch.stderr.whole(PATIENCE));
    };
    waits(1);
    for save in 0..20 {
        copy.write(FILE, &format!("fn main() {{ save_{save} }}"));
    }
    waits(2);
    // As it is.
    copy.write(FILE, &copy.read(FILE));
    // What cargo cannot read is no verdict, and ends it.
    copy.write("exercises/00-http-by-hand/Cargo.toml", "[");
    assert!(watch.wait(PATIENCE).is_some(), "it ends");
    let said = watch.stdout.whole(PATIENCE);
    assert_eq!(said.matches("It does not compile yet").count(), 2, "{said}");
    let errors = watch.stderr.whole(PATIENCE);
    assert!(
        errors.contains("save_19") && !errors.contains("save_1`"),
        "{errors}"
    );
}

/// A terminal is what the program `script` makes; Linux has it.
#[cfg(target_os = "linux")]
#[test]
fn keys_are_answered_while_it_judges() {
    let copy = Copy::that_builds();
    let watch = copy.command();
    let mut terminal = Command::new("script");
    terminal
        .args(["--quiet", "--return", "--command"])
        .arg(format!(
            "{} --repository {} watch 00",
            watch.get_program().display(),
            copy.folder.path().display()
        ))
        .arg("/dev/null")
        .env("CARGO_NET_OFFLINE", "true")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let Ok(mut terminal) = terminal.spawn() else {
        assert!(std::env::var_os("CI").is_none(), "there is no `script`");
        eprintln!("skipped: there is no `script`");
        return;
    };
    let (mut keys, shown) = (terminal.stdin.take(), terminal.stdout.take());
    let (mut keys, shown) = (keys.take().expect("piped"), shown.expect("piped"));
    let shown = Output::of(shown, 1 << 20);
    let mut press = |key: &[u8], until: &str| {
        keys.write_all(key).expect("it can be typed");
        let wait = shown.wait(PATIENCE, |text| {
            text.is_over() || String::from_utf8_lossy(text.last()).contains(until)
        });
        String::from_utf8_lossy(wait.last()).into_owned()
    };
    press(b"", "exercises/00-http-by-hand/");
    // The judge is built meanwhile, with its crates.
    let said = press(b"h", "hint 1 of 3");
    let said = said + &press(b"h", "hint 2 of 3");
    assert!(
        said.contains("hint 2 of 3") && !said.contains("not yet"),
        "{said}"
    );
    press(b"q", "it has ended");
    assert!(terminal.wait().is_ok());
}
