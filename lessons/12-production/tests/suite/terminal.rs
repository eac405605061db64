//! What `createsuperuser` asks, at a terminal. The program `script` makes one; Linux has it.
#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use std::{env, thread};

use lesson_12::models::user;
use lesson_12::testing::TestSite;
use sea_orm::EntityTrait;

/// No answer takes as long: whoever waits longer waits for nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal in which the program runs, and what was shown there.
struct Terminal {
    child: Child,
    output: Receiver<Vec<u8>>,
    shown: String,
    /// How much of it was there when something was typed last.
    seen: usize,
}

impl Terminal {
    /// Runs a line of shell, in which `$PROGRAM` is ours. None: there is no `script`.
    fn run(site: &TestSite, line: &str) -> Option<Terminal> {
        let child = Command::new("script")
            .args(["--quiet", "--return", "--command", line, "/dev/null"])
            .env("PROGRAM", env!("CARGO_BIN_EXE_lesson-12"))
            .env("DATABASE_URL", site.database_url())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else {
            assert!(env::var_os("CI").is_none(), "there is no `script`");
            eprintln!("skipped: there is no `script`");
            return None;
        };
        let mut stdout = child.stdout.take().expect("it is piped");
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut chunk = [0; 1024];
            while let Ok(length @ 1..) = stdout.read(&mut chunk) {
                let _ = sender.send(chunk[..length].to_vec());
            }
        });
        let shown = String::new();
        Some(Terminal {
            child,
            output,
            shown,
            seen: 0,
        })
    }

    /// Waits for a question, and types an answer.
    fn answer(&mut self, question: &str, answer: &str) {
        while !self.shown[self.seen..].ends_with(question) {
            let more = self.output.recv_timeout(PATIENCE);
            let more = more.unwrap_or_else(|_| panic!("{question:?} in {}", self.shown));
            self.shown.push_str(&String::from_utf8_lossy(&more));
        }
        let stdin = self.child.stdin.as_mut().expect("it is piped");
        stdin.write_all(answer.as_bytes()).expect("it is typed");
        self.seen = self.shown.len();
    }

    /// Waits until what is typed is no longer shown, and types. The first line shown is the
    /// terminal's name.
    fn answer_hidden(&mut self, question: &str, answer: &str) {
        let seen = self.seen;
        self.answer(question, "");
        self.seen = seen;
        let name = self.shown.lines().next().unwrap_or_default().trim();
        loop {
            let settings = Command::new("stty").args(["-a", "-F", name]).output();
            let settings = settings.expect("Linux has stty").stdout;
            if String::from_utf8_lossy(&settings).contains("-echo ") {
                break;
            }
        }
        self.answer(question, answer);
    }

    /// Waits for the end: what was shown, and the exit status.
    fn ends(mut self) -> (String, Option<i32>) {
        while let Ok(more) = self.output.recv_timeout(PATIENCE) {
            self.shown.push_str(&String::from_utf8_lossy(&more));
        }
        let status = self.child.wait().expect("it ends");
        (self.shown, status.code())
    }
}

async fn users(site: &TestSite) -> Vec<user::Model> {
    let users = user::Entity::find().all(site.app.db.read()).await;
    users.expect("the users are read")
}

#[tokio::test]
async fn a_superuser_is_asked_for_until_the_answers_are_good() {
    let site = TestSite::new().await;
    let Some(mut terminal) = Terminal::run(&site, "tty; \"$PROGRAM\" createsuperuser") else {
        return;
    };
    terminal.answer("Username: ", "two words\n");
    terminal.answer("Username: ", "ada\n");
    terminal.answer("(may be empty): ", "\n");
    terminal.answer_hidden("Password: ", "hunter2hunter2\n");
    terminal.answer_hidden("(again): ", "hunter2hunter3\n");
    terminal.answer_hidden("Password: ", "password\n");
    terminal.answer_hidden("(again): ", "password\n");
    terminal.answer_hidden("Password: ", "correct horse battery\n");
    terminal.answer_hidden("(again): ", "correct horse battery\n");
    let (shown, status) = terminal.ends();
    assert_eq!(status, Some(0), "{shown}");
    for said in [
        "letters, digits and @ . + - _ only",
        "The two passwords are not the same.",
        "one of the first that somebody would try",
        "Made the superuser ada.",
    ] {
        assert!(shown.contains(said), "{said} in {shown}");
    }
    for hidden in ["hunter2", "horse"] {
        assert!(!shown.contains(hidden), "a password is shown: {shown}");
    }
    let users = users(&site).await;
    assert!(users.len() == 1 && users[0].is_superuser);
}

#[tokio::test]
async fn who_breaks_off_makes_nobody_and_keeps_a_terminal_that_shows_what_is_typed() {
    let site = TestSite::new().await;
    let line =
        "tty; \"$PROGRAM\" createsuperuser --username ada --email ''; echo status $?; stty -a";
    let (ctrl_c, ctrl_d) = ("\x03", "\x04");
    for key in [ctrl_c, ctrl_d] {
        let Some(mut terminal) = Terminal::run(&site, line) else {
            return;
        };
        terminal.answer_hidden("Password: ", key);
        let (shown, _) = terminal.ends();
        assert!(shown.contains("Nobody was made."), "{shown}");
        assert!(shown.contains("status 2"), "{shown}");
        let settings: Vec<&str> = shown.split_whitespace().collect();
        assert!(
            settings.contains(&"echo") && settings.contains(&"isig"),
            "{shown}"
        );
    }
    let line = "\"$PROGRAM\" createsuperuser";
    let Some(mut terminal) = Terminal::run(&site, line) else {
        return;
    };
    terminal.answer("Username: ", ctrl_d);
    let (shown, status) = terminal.ends();
    assert!(shown.contains("Nobody was made."), "{shown}");
    assert_eq!(status, Some(2), "{shown}");
    assert!(users(&site).await.is_empty());
}
