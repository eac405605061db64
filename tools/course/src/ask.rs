//! Hints, the server itself, a task left for later, a fresh start, the solution.

use std::fs;
use std::io::{BufRead, IsTerminal, Write};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Outcome;
use crate::course::{Chosen, Course, Room, write};
use crate::diff;
use crate::progress::{self, Progress};
use crate::screen::{NEW, QUIET, STRONG, say, styled};
use crate::{judging, show};

/// `cargo course hint [NN[.task]]`
pub fn hint(course: &Course, name: Option<&str>) -> Outcome {
    let Some(chosen) = Progress::find_or_next(course, name)? else {
        say!("All tasks are done: there is nothing to hint at.");
        return Ok(true);
    };
    // Of an exercise, the first task that is open.
    let open = Progress::read(course)?.next_in(chosen.room);
    let Some(task) = chosen.task.or(open) else {
        say!(
            "All of exercise {} is done. Name a task: cargo course hint {}.",
            chosen.name(),
            chosen.room.name(&chosen.room.exercise.tasks[0])
        );
        return Ok(true);
    };
    let name = chosen.room.name(task);
    let number = Progress::change(course, |progress| {
        let state = progress.of(&name);
        let number = state.hints.min(task.hints.len() - 1);
        state.hints = number + 1;
        number
    })?;
    say!(
        "{} {}",
        styled(NEW, &name),
        styled(
            STRONG,
            format!("hint {} of {}", number + 1, task.hints.len())
        )
    );
    say!("  {}", task.hints[number].trim());
    if number + 1 == task.hints.len() {
        say!(
            "{}",
            styled(
                QUIET,
                format!("  That was the last one. Still stuck? cargo course solution {name}")
            )
        );
    }
    Ok(true)
}

/// `cargo course run [NN]`
pub fn run(course: &Course, name: Option<&str>) -> Outcome {
    let last = course.exercises.last();
    let chosen = Progress::find_or_next(course, name)?;
    let room = chosen
        .map(|chosen| chosen.room)
        .or(last)
        .ok_or("There is no exercise.")?;
    judging::date_what_has_changed(course, room);
    let Some(program) = judging::server(course, room)? else {
        return Ok(false);
    };
    if let Some(name) = proxy(|name| std::env::var(name).ok()) {
        anstream::eprintln!(
            "{name} is set, so curl asks that proxy for this machine too. Tell it not to: curl --noproxy '*' …"
        );
    }
    let mut server = Command::new(program);
    server.current_dir(&course.root);
    let ended = house::start::instead(server);
    let status = ended.map_err(|error| format!("The server cannot be started: {error}."))?;
    Ok(status.success())
}

/// The variable that sends a client of this machine's own servers to a proxy, if there is one.
fn proxy(variable: impl Fn(&str) -> Option<String>) -> Option<&'static str> {
    let value = |name: &&str| variable(name).filter(|value| !value.is_empty());
    let excepted = ["no_proxy", "NO_PROXY"].iter().find_map(value);
    let is_excepted = excepted.is_some_and(|excepted| {
        let mut hosts = excepted.split([',', ' ']);
        hosts.any(|host| ["*", "127.0.0.1"].contains(&host))
    });
    // curl, and what follows it, takes the first of them for http only in small letters.
    let mut names = ["http_proxy", "all_proxy", "ALL_PROXY"].into_iter();
    names.find(|name| !is_excepted && value(name).is_some())
}

/// `cargo course skip [NN[.task]]`
pub fn skip(course: &Course, name: Option<&str>) -> Outcome {
    let Some(chosen) = Progress::find_or_next(course, name)? else {
        say!("All tasks are done: there is nothing to skip.");
        return Ok(true);
    };
    let next = Progress::change(course, |progress| {
        for task in chosen.tasks() {
            let name = chosen.room.name(task);
            let passed = progress.has_passed(&name);
            progress.of(&name).skipped = !passed;
        }
        progress.next(course)
    })?;
    say!(
        "{} is left for later. To come back to it, name it: cargo course show {}",
        chosen.name(),
        chosen.name()
    );
    if let Some(next) = next {
        show::next(next);
    }
    Ok(true)
}

/// `cargo course reset NN`
pub fn reset(course: &Course, name: &str, yes: bool) -> Outcome {
    let room = course.find(name)?.room;
    let starter = progress::folder(course).join("starter");
    let changed = changed_files(course, room);
    if changed.is_empty() {
        say!("Exercise {} is as it was at the beginning.", room.number);
        return Ok(true);
    }
    let question = format!("Put back {}? Your work is kept aside.", changed.join(", "));
    if !yes && !agrees(&question)? {
        say!("Nothing was changed.");
        return Ok(false);
    }
    let kept = kept_folder(course, room)?;
    progress::copy(&course.root, &kept, room)?;
    for file in changed {
        let path = course.root.join(&room.folder).join(&file);
        match fs::read(starter.join(&room.folder).join(&file)) {
            Ok(bytes) => write(&path, &bytes)?,
            // The student has added it.
            Err(_) => {
                fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?
            }
        }
    }
    Progress::change(course, |progress| {
        for task in &room.exercise.tasks {
            progress.of(&room.name(task)).passed = false;
        }
    })?;
    let kept = kept
        .strip_prefix(&course.root)
        .unwrap_or(&kept)
        .display()
        .to_string();
    say!(
        "Exercise {} is as it was at the beginning. Your work is in {kept}.",
        room.number
    );
    Ok(true)
}

/// The student's files that are not as the starter has them, and those that the starter has and are gone.
pub fn changed_files(course: &Course, room: &Room) -> Vec<String> {
    let starter = progress::folder(course).join("starter");
    let mut files = room.files(&course.root);
    files.extend(room.files(&starter));
    files.sort();
    files.dedup();
    let read =
        |base: &std::path::Path, file: &String| fs::read(base.join(&room.folder).join(file)).ok();
    files.retain(|file| read(&course.root, file) != read(&starter, file));
    files
}

/// A folder that no earlier reset has used.
fn kept_folder(course: &Course, room: &Room) -> Result<std::path::PathBuf, String> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|error| error.to_string())?;
    let kept = progress::folder(course).join("kept");
    Ok(kept.join(format!("{}-{}", room.number, since.as_millis())))
}

fn agrees(question: &str) -> Result<bool, String> {
    if !std::io::stdin().is_terminal() {
        return Err("There is no one to ask: say `--yes`.".into());
    }
    let mut out = anstream::stdout();
    let _ = write!(out, "{question} [y/N] ").and_then(|()| out.flush());
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    Ok(read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// `cargo course solution [NN[.task]]`
pub fn solution(course: &Course, name: Option<&str>) -> Outcome {
    let Some(chosen) = Progress::find_or_next(course, name)? else {
        return Err("All tasks are done. Name one: cargo course solution 00".into());
    };
    if !Progress::change(course, |progress| may_see(chosen, progress))? {
        say!(
            "You have not passed {} yet, and the way there is worth more than the end of it.",
            chosen.name()
        );
        say!(
            "`cargo course hint {}` helps. To see the solution all the same, ask again.",
            chosen.name()
        );
        return Ok(false);
    }
    let folder = chosen.room.solution();
    let why = course.root.join(&folder).join("WHY.md");
    let why = fs::read_to_string(&why).map_err(|error| format!("{}: {error}", why.display()))?;
    say!(
        "{}",
        styled(QUIET, "What the solution has, seen from your files:")
    );
    for file in chosen.room.files(&course.root) {
        let mine = course.root.join(&chosen.room.folder).join(&file);
        let ours = course.root.join(&folder).join(&file);
        diff::files(
            &mine,
            &ours,
            &format!("yours/{file}"),
            &format!("ours/{file}"),
        )?;
    }
    say!(
        "{}",
        part(&why, chosen.task.map(|task| task.title.as_str()))
    );
    say!(
        "{} {}/src",
        styled(QUIET, "The whole of it:"),
        folder.display().to_string().replace('\\', "/")
    );
    Ok(true)
}

/// Whoever has passed may see it, and whoever asks a second time.
fn may_see(chosen: Chosen, progress: &mut Progress) -> bool {
    let mut may = true;
    for task in chosen.tasks() {
        let state = progress.of(&chosen.room.name(task));
        may &= state.passed || state.asked_for_solution;
        state.asked_for_solution = true;
    }
    may
}

/// The part of a page under a heading, or all of it.
fn part(page: &str, heading: Option<&str>) -> String {
    let Some(heading) = heading else {
        return page.trim().to_string();
    };
    let mut lines = page
        .lines()
        .skip_while(|line| *line != format!("## {heading}"));
    let first: Vec<&str> = lines.by_ref().take(1).collect();
    let rest: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
    [first, rest].concat().join("\n").trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::proxy;

    #[test]
    fn a_proxy_is_named_when_curl_would_take_it() {
        let named = |set: &[(&str, &str)]| {
            let find = |name: &str| set.iter().find(|(other, _)| *other == name);
            proxy(|name| find(name).map(|(_, value)| (*value).to_string()))
        };
        let proxy = ("http_proxy", "http://127.0.0.1:9");
        assert_eq!(named(&[proxy]), Some("http_proxy"));
        assert_eq!(named(&[("ALL_PROXY", "socks5://a:1")]), Some("ALL_PROXY"));
        assert_eq!(
            named(&[proxy, ("no_proxy", ".example")]),
            Some("http_proxy")
        );
        assert_eq!(named(&[proxy, ("no_proxy", "localhost,127.0.0.1")]), None);
        assert_eq!(named(&[proxy, ("NO_PROXY", "*")]), None);
        assert_eq!(
            named(&[("HTTP_PROXY", "http://127.0.0.1:9")]),
            None,
            "curl does not read it"
        );
        assert_eq!(named(&[("http_proxy", "")]), None);
    }
}
