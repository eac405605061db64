//! The judge of an exercise that any server passes which answers at all. `tests/tests/judge.rs`
//! runs it against one that misbehaves.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use tests::exercise::{Judge, Verdict, judge};

const EXERCISE: &str = r#"
topic = "99-sample"
[[task]]
id = "sample"
title = "A sample"
kind = "warm-up"
points = 1
page = "notes/00-http-by-hand.md#on-the-wire"
files = ["src/**/*.rs"]
text = "Answer."
hints = ["One.", "Two.", "Three."]
tests = ["it_answers", "it_answers_twice"]
[task.falls_short]
"#;

fn main() -> ExitCode {
    let tests = tests::tests_of! { "sample": [it_answers, it_answers_twice] };
    judge(EXERCISE, "no-such-server", tests)
}

fn it_answers(judge: &mut Judge) -> Verdict {
    judge
        .get("/")?
        .must_be(200, "Any answer with status 200 will do.")
}

fn it_answers_twice(judge: &mut Judge) -> Verdict {
    let word = judge.draw.word();
    judge.get(&format!("/{word}"))?;
    judge
        .get("/")?
        .must_be(200, "Any answer with status 200 will do.")
}
