//! The judge of an exercise that any server passes which answers at all. `checks/tests/judge.rs`
//! runs it against one that misbehaves. If that one streams, two events are awaited. The variable
//! TESTS says how many tests there are, when it is not two.

use std::env;
use std::process::ExitCode;

use judge::{Judge, NamedTest, Request, Verdict, judge};

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
    if env::var("MISBEHAVIOUR").is_ok_and(|way| way.starts_with("streams")) {
        let exercise = EXERCISE.replace("it_answers", "it_tells");
        let tests = judge::tests_of! { "sample": [it_tells, it_tells_twice] };
        return judge(&exercise, "no-such-server", tests);
    }
    if let Some(count) = env::var("TESTS").ok().and_then(|count| count.parse().ok()) {
        return judge_many(count);
    }
    let tests = judge::tests_of! { "sample": [it_answers, it_answers_twice] };
    judge(EXERCISE, "no-such-server", tests)
}

/// The same test, under many names.
fn judge_many(count: usize) -> ExitCode {
    let name = |number| &*format!("it_answers_{number}").leak();
    let tests: Vec<NamedTest> = (0..count)
        .map(|number| ("sample", name(number), it_answers as _))
        .collect();
    let names: Vec<&str> = tests.iter().map(|(_, name, _)| *name).collect();
    let exercise = EXERCISE.replace("it_answers_twice", &names[1..].join("\", \""));
    let exercise = exercise.replace("\"it_answers\"", &format!("{:?}", names[0]));
    judge(&exercise, "no-such-server", tests.leak())
}

/// A server finds nothing of its judge's environment in its own, but what a test sets.
fn pass_on(judge: &mut Judge) {
    for name in ["MISBEHAVIOUR", "TOKEN"] {
        if let Ok(value) = env::var(name) {
            judge.set(name, &value);
        }
    }
}

fn it_answers(judge: &mut Judge) -> Verdict {
    pass_on(judge);
    judge
        .get("/")?
        .must_be(200, "Any answer with status 200 will do.")
}

fn it_answers_twice(judge: &mut Judge) -> Verdict {
    pass_on(judge);
    let word = judge.draw.word();
    judge.get(&format!("/{word}"))?;
    judge
        .get("/")?
        .must_be(200, "Any answer with status 200 will do.")
}

fn it_tells(judge: &mut Judge) -> Verdict {
    pass_on(judge);
    let word = judge.draw.word();
    let mut stream = judge.listen(&Request::get(&format!("/{word}")))?;
    stream.must_tell("one", "The first event is `one`.")?;
    stream.must_tell("two", "The second event is `two`.")?;
    Ok(())
}

fn it_tells_twice(judge: &mut Judge) -> Verdict {
    it_tells(judge)?;
    it_tells(judge)
}
