//! The judge of the exercises, against servers that misbehave: each gets its verdict, in words, and
//! nothing is left running. That it comes within 10 seconds, `tools/judge/src/lib.rs` adds up from what
//! the judge waits for: here, where other tests hold the processors, a clock would say nothing.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use judge::report::Report;
use judge::run;
use wire::server::PATIENCE;

fn judge() -> Command {
    let mut judge = Command::new(env!("CARGO_BIN_EXE_sample-judge"));
    judge
        .env("EXERCISE_SERVER", env!("CARGO_BIN_EXE_misbehaving-server"))
        .env_remove("NEXTEST_RUN_ID")
        .stdin(Stdio::null());
    judge
}

/// Has the server judged that misbehaves in this way. An error says that there is no verdict.
fn tried(way: &str) -> Result<Report, String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let token = format!("judged-{}-{number}", std::process::id());
    let mut judge = judge();
    judge.env("MISBEHAVIOUR", way).env("TOKEN", &token);
    let report = run::report(judge, PATIENCE);
    let left = left_running(&token);
    assert!(left.is_empty(), "{way}: still running: {left:?}");
    report
}

fn judged(way: &str) -> Report {
    tried(way).unwrap_or_else(|problem| panic!("{way}: {problem}"))
}

/// The processes that were started with this token, in their arguments or their environment.
fn left_running(token: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let commands = entries.filter_map(|entry| {
        let read = |file: &str| fs::read(entry.path().join(file)).unwrap_or_default();
        let command = String::from_utf8_lossy(&read("cmdline")).replace('\0', " ");
        let environment = String::from_utf8_lossy(&read("environ")).into_owned();
        (command.contains(token) || environment.contains(token)).then_some(command)
    });
    commands.collect()
}

/// Both tests fail, and what they say holds each of these pieces.
fn must_say(way: &str, pieces: &[&str]) {
    let report = judged(way);
    assert_eq!(report.tests.len(), 2, "{way}");
    for test in &report.tests {
        assert!(!test.passed, "{way}: {} holds", test.name);
        let text = test.text();
        for piece in pieces {
            assert!(text.contains(piece), "{way}: no {piece:?} in\n{text}");
        }
        assert!(
            !text.contains('\u{1b}') && !text.contains("RUST_BACKTRACE"),
            "{way}: {text}"
        );
    }
}

#[test]
fn a_server_that_never_listens_is_told_so() {
    must_say("never listens", &["The server never said that it listens."]);
}

#[test]
fn a_server_that_panics_at_its_start_is_told_so_with_its_last_words() {
    must_say(
        "panics at the start",
        &[
            "The server ended before it listened.",
            "panicked (exit status 101)",
            "the tea is out",
        ],
    );
}

#[test]
fn a_flood_of_output_is_named_before_and_after_listening() {
    for way in ["floods before it listens", "floods"] {
        must_say(way, &["The server floods standard output"]);
    }
}

#[test]
fn a_server_that_is_silent_is_told_so() {
    for way in ["is silent", "loops at a request"] {
        must_say(way, &["No whole answer came in 5 seconds.", "GET /"]);
    }
}

#[test]
fn a_panic_at_a_request_is_shown_and_its_escapes_are_not() {
    must_say(
        "panics at a request",
        &["Each request gets an answer", "no tea for you \\x1b[31m"],
    );
}

#[test]
fn a_server_that_ends_with_status_0_has_not_passed() {
    must_say(
        "exits at a request",
        &["The server ended with exit status 0."],
    );
    let report = judged("answers and exits");
    assert!(report.tests.iter().all(|test| !test.passed));
}

#[test]
fn answers_without_end_are_cut_off() {
    must_say("answers without end", &["The answer does not end"]);
    must_say("has chunks without end", &["The answer does not end"]);
    must_say("has a head without end", &["The answer does not end"]);
    must_say("trickles", &["No whole answer came in 5 seconds."]);
}

#[test]
fn what_is_no_http_is_quoted() {
    must_say("speaks no HTTP", &["This one begins with \"tea\""]);
}

#[test]
fn a_stream_is_read_event_by_event_and_need_not_end() {
    let report = judged("streams as it should");
    assert!(report.tests.iter().all(|test| test.passed), "{report:?}");
}

#[test]
fn a_stream_that_ends_or_breaks_off_is_told_so() {
    must_say(
        "streams one event and ends",
        &["The answer has ended.", "data: one"],
    );
    must_say(
        "streams one event and breaks off",
        &["The connection ended before the last chunk.", "data: one"],
    );
    must_say(
        "streams one event and panics",
        &["The server ended in the middle", "the tea is cold"],
    );
}

#[test]
fn a_stream_without_events_is_told_so() {
    must_say("streams comments only", &["no event in it", ": no"]);
    must_say(
        "streams a sign of life now and then",
        &[
            "The second event is `two`.",
            "nothing more within 5 seconds",
        ],
    );
    must_say(
        "streams an event without its end",
        &["An event ends with an empty line.", "data: two"],
    );
}

#[test]
fn a_stream_of_another_kind_or_framing_is_told_so() {
    must_say("streams text", &["takes an answer for events by its"]);
    must_say("streams no chunks", &["The size of a chunk is \"data: two"]);
}

#[test]
fn a_summary_on_standard_output_changes_nothing() {
    must_say("forges a summary", &["Any answer with status 200 will do."]);
}

#[test]
fn a_good_server_passes_and_its_children_do_not_outlive_the_judge() {
    // Without /proc, what is left running cannot be seen from here.
    let report = judged("leaves children");
    assert!(report.tests.iter().all(|test| test.passed), "{report:?}");
}

#[test]
fn a_server_that_attacks_its_judge_has_no_points_for_it() {
    // A judge that was killed gives no verdict at all. Where it cannot be reached, the server is judged.
    for way in [
        "kills its judge",
        "writes its own report",
        "looks for its report",
    ] {
        match tried(way) {
            Err(problem) => assert!(problem.contains("did not finish"), "{way}: {problem}"),
            Ok(report) => assert!(report.tests.iter().all(|test| !test.passed), "{way}"),
        }
    }
}

#[test]
fn a_server_that_lets_another_program_listen_is_told_so() {
    #[cfg(target_os = "linux")]
    must_say(
        "lets another listen",
        &["does not listen on the port that it names"],
    );
}

#[test]
fn a_server_that_is_right_for_its_judge_alone_is_found_out() {
    for way in ["is right without a client's name", "is right for PORT=0"] {
        // It is right now and then, as the draw has it.
        let judged = (0..4).map(|_| judged(way));
        let held = |report: &Report| report.tests.iter().all(|test| test.passed);
        assert!(!judged.collect::<Vec<_>>().iter().all(held), "{way}");
    }
}

#[test]
fn a_server_that_logs_much_and_speaks_before_its_time_is_not_blamed_for_it() {
    let report = judged("logs much");
    assert!(report.tests.iter().all(|test| test.passed), "{report:?}");
}

#[test]
fn all_tests_wait_at_once_and_ctrl_c_ends_their_servers_too() {
    // Without /proc, it cannot be seen who runs.
    #[cfg(target_os = "linux")]
    {
        // Tests that wait one after another would keep a student waiting for each.
        const TESTS: usize = 25;
        let token = format!("interrupted-{}", std::process::id());
        let mut child = judge()
            .env("MISBEHAVIOUR", "is silent")
            .env("TESTS", TESTS.to_string())
            .env("TOKEN", &token)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the judge starts");
        let begun = std::time::Instant::now();
        // The judge and its servers.
        while left_running(&token).len() < 1 + TESTS {
            assert!(
                begun.elapsed() < wire::server::PATIENCE,
                "they are not all there at once"
            );
            std::thread::yield_now();
        }
        let kill = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(kill.is_ok_and(|status| status.success()));
        let status = child.wait().expect("it ends");
        assert!(!status.success());
        assert_eq!(left_running(&token), Vec::<String>::new());
    }
}

#[test]
fn the_same_seed_asks_the_same() {
    let asked = |seed: &str| {
        let output = judge()
            .env("MISBEHAVIOUR", "speaks no HTTP")
            .env("EXERCISE_SEED", seed)
            .output()
            .expect("the judge starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut asked: Vec<String> = text
            .lines()
            .filter(|line| line.contains("GET /"))
            .map(str::to_string)
            .collect();
        asked.sort();
        (asked, text.contains(&format!("EXERCISE_SEED={seed}")))
    };
    assert_eq!(asked("7"), asked("7"));
    assert!(asked("7").1);
    assert_ne!(asked("7").0, asked("8").0);
}

#[test]
fn a_bad_seed_is_one_clear_line_and_status_2() {
    let output = judge()
        .env("EXERCISE_SEED", "seven")
        .output()
        .expect("the judge starts");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        said,
        "EXERCISE_SEED must be a number from 0 to 4294967295.\n"
    );
}
