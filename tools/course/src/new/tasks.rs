//! What judges exercise @NN@: `cargo test -p exercise-@NN@`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use judge::standing::{
    a_bad_or_a_taken_port_is_said_in_one_line, ctrl_c_ends_the_server_with_status_0,
};
use judge::{Judge, Verdict, judge};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "hello": [
            the_name_in_the_path_is_greeted,
            the_page_is_what_it_was,
            a_bad_or_a_taken_port_is_said_in_one_line,
            ctrl_c_ends_the_server_with_status_0,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
        tests,
    )
}

fn the_name_in_the_path_is_greeted(judge: &mut Judge) -> Verdict {
    let name = judge.draw.name();
    let answer = judge.get(&format!("/hello/{name}"))?;
    answer.must_be(200, "A name in the path is not a mistake.")?;
    let greeting = format!("Hello, {name}!");
    answer.must_say(&greeting, "It greets the name that the path gives.")
}

fn the_page_is_what_it_was(judge: &mut Judge) -> Verdict {
    let answer = judge.get("/")?;
    answer.must_be(200, "The task does not touch this page.")
}
