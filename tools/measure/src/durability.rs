//! What the suite of lesson 12 counts while it kills processes: it prints a line for each, and this
//! runs it and keeps the lines.

use std::process::Stdio;

use house::build::cargo;

use crate::{machine, report};

/// How often the server is killed while clients write. It also lets the suite kill migrations at
/// every place, and not at some.
const KILLS: &str = "100";

/// Runs the tests, one after another.
///
/// # Errors
/// When one of them fails, or prints no line although it could run here.
pub fn measure() -> Result<(), String> {
    let output = cargo(&house::root())
        .args(["test", "-p", "checks", "--test", "production", "--"])
        .args(["--nocapture", "--test-threads", "1"])
        .args(["d01_", "d06_", "d07_"])
        .env("KILLS", KILLS)
        .env("LESSONS", "12")
        .env("LESSON_FEATURES", "lesson-12/postgres")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!("A test failed:\n{said}"));
    }
    let machine = machine::description();
    let text = format!("{}\nA debug build. {machine}\n", table(&said)?);
    println!("{text}");
    report::write("12-durability.md", &text)
}

/// A row for each line that the tests print. Those that need strace or a PostgreSQL server print none
/// where that is missing.
fn table(said: &str) -> Result<String, String> {
    let between = |before: &str, after: &str| {
        let line = said.lines().find(|line| line.contains(before))?;
        let (_, rest) = line.split_once(before)?;
        Some(rest.split_once(after)?.0.trim().to_string())
    };
    let kept = between(" kills, ", " notes acknowledged, none lost");
    let start = said
        .lines()
        .find_map(|line| line.split_once("longest start "));
    let late = said
        .lines()
        .find_map(|line| line.split_once("99 of 100 within "));
    let (Some(kept), Some((_, start)), Some((_, late))) = (kept, start, late) else {
        return Err(format!("The tests did not say what was expected:\n{said}"));
    };
    let kept = kept.parse().map_or(kept, report::thousands);
    let mut rows = vec![
        [
            "`kill -9` while eight clients write".to_string(),
            format!("{KILLS} times"),
            format!("{kept} notes acknowledged, none lost"),
        ],
        [
            "a start after one of them".into(),
            format!("{KILLS} times"),
            format!("{} at most", spaced(start)),
        ],
        [
            "32 clients write at the same time".into(),
            "320 notes".into(),
            format!("no error; 99 of 100 within {}", spaced(late)),
        ],
    ];
    for (call, what) in [
        ("pwrite64", "`migrate`, killed at a write to the file"),
        (
            "sendto",
            "the same on PostgreSQL, at a message to the server",
        ),
    ] {
        if let Some(places) = between(&format!("{call}: migrate was killed at "), " places") {
            rows.push([
                what.into(),
                format!("{places} places"),
                "each time the next run succeeded".into(),
            ]);
        }
    }
    let mut table =
        String::from("| what was done | how often | what happened |\n| --- | --- | --- |\n");
    for row in rows {
        table.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    Ok(table)
}

/// `64 ms` of `64ms`.
fn spaced(time: &str) -> String {
    let time = time.trim();
    let end = time.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = time.split_at(end.unwrap_or(time.len()));
    format!("{number} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_the_tests_is_a_row() {
        let said = "test data::d01_x ... 100 kills, 1234 notes acknowledged, none lost; longest start 41ms\nok\n\
                    test data::d06_x ... 320 notes by 32 writers: 99 of 100 within 68ms\nok\n\
                    test migrations::d07_x ... pwrite64: migrate was killed at 93 places\nok\n";
        let table = table(said).expect("the lines are there");
        assert!(
            table.contains("| 1,234 notes acknowledged, none lost |"),
            "{table}"
        );
        assert!(table.contains("| 41 ms at most |"), "{table}");
        assert!(table.contains("| 93 places |"), "{table}");
        assert!(!table.contains("PostgreSQL"), "{table}");
        assert!(super::table("nothing").is_err());
    }
}
