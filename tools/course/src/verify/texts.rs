//! What can be said of an exercise without running it.

use std::collections::HashSet;
use std::path::Path;

use judge::format::{Kind, Task, WrongSubmissions};

use super::{Audit, text_of};
use crate::course::Room;

/// A text fits on a screen.
const LINES: usize = 24;
const WIDTH: usize = 90;
const WRONG_AT_LEAST: usize = 5;
/// Letters that say why a task is solved as it is.
const WHY_AT_LEAST: usize = 200;

pub fn check(audit: &Audit, room: &Room, wrong: &WrongSubmissions) {
    let root = &audit.course.root;
    let everywhere = |problem: String| audit.everywhere(room, &problem);
    if room
        .folder
        .file_name()
        .is_none_or(|name| name != room.exercise.topic.as_str())
    {
        everywhere(format!(
            "`topic` is {:?}, and the folder is not",
            room.exercise.topic
        ));
    }
    let kinds: Vec<Kind> = room.exercise.tasks.iter().map(|task| task.kind).collect();
    let all = [Kind::WarmUp, Kind::Core, Kind::Stretch];
    if !kinds.is_sorted() || !all.iter().all(|kind| kinds.contains(kind)) {
        everywhere("there must be a warm-up, a core task and a stretch, in this order".into());
    }
    let why = text_of(root.join(room.solution()).join("WHY.md"));
    for target in broken_links(&why, &root.join(room.solution())) {
        everywhere(format!("WHY.md: there is no {target}"));
    }
    let fresh = new_code(root, room);
    for task in &room.exercise.tasks {
        for problem in problems(root, task, &why, &fresh) {
            audit.problem(&room.name(task), problem);
        }
        let of_task: Vec<_> = wrong
            .wrong
            .iter()
            .filter(|wrong| wrong.task == task.id)
            .collect();
        if of_task.len() < WRONG_AT_LEAST {
            audit.problem(
                &room.name(task),
                format!(
                    "{} wrong submissions, of {WRONG_AT_LEAST} at least",
                    of_task.len()
                ),
            );
        }
    }
    let mut names = HashSet::new();
    for wrong in &wrong.wrong {
        let named = format!("wrong submission {}", wrong.name);
        let Some(task) = room.exercise.task(&wrong.task) else {
            everywhere(format!("{named}: there is no task {}", wrong.task));
            continue;
        };
        let problem =
            |problem: &str| audit.problem(&room.name(task), format!("{named}: {problem}"));
        if !task.tests.contains(&wrong.caught_by) {
            problem(&format!("{} is not a test of this task", wrong.caught_by));
        }
        if !names.insert((&wrong.task, &wrong.name)) {
            problem("another one has this name");
        }
        if wrong.edits.is_empty() || wrong.thought.trim().is_empty() || wrong.says.len() < 12 {
            problem("it has no edits, no thought, or hardly a sentence to say");
        }
        if !wrong.edits.iter().all(|edit| task.may_change(&edit.file)) {
            problem("it edits a file that a student may not change");
        }
    }
}

fn problems(root: &Path, task: &Task, why: &str, fresh: &NewCode) -> Vec<String> {
    let mut problems = Vec::new();
    let text = task.text.trim();
    if text.is_empty()
        || text.lines().count() > LINES
        || text.lines().any(|line| line.chars().count() > WIDTH)
    {
        problems.push(format!("the text is empty, or has more than {LINES} lines, or one of more than {WIDTH} characters"));
    }
    let distinct: HashSet<&str> = task
        .hints
        .iter()
        .map(|hint| hint.trim())
        .filter(|hint| !hint.is_empty())
        .collect();
    if distinct.len() != 3 {
        problems.push("there must be three hints".into());
    }
    for hint in task.hints.iter().chain([&task.text]) {
        if let Some(leaked) = fresh.leaked_by(hint) {
            problems.push(format!("a hint gives the solution away: {leaked}"));
        }
    }
    if task.points == 0 || task.files.is_empty() || task.tests.is_empty() {
        problems.push("points, files or tests are missing".into());
    }
    if task.falls_short.is_empty()
        || !task
            .falls_short
            .keys()
            .all(|test| task.tests.contains(test))
    {
        problems.push("`falls_short` names no test, or one that is not the task's".into());
    }
    if task.falls_short.values().any(|sentence| sentence.len() < 6) {
        problems.push("`falls_short` must say a part of what the test says".into());
    }
    let (page, heading) = task.page.split_once('#').unwrap_or((&task.page, ""));
    if !headings(&text_of(root.join(page)))
        .iter()
        .any(|found| found == heading)
    {
        problems.push(format!("there is no page {}", task.page));
    }
    let part = why
        .split(&format!("\n## {}\n", task.title))
        .nth(1)
        .unwrap_or_default();
    let part = part.split("\n## ").next().unwrap_or_default();
    if part.trim().len() < WHY_AT_LEAST {
        problems.push(format!(
            "WHY.md has {} letters under \"## {}\", of {WHY_AT_LEAST} at least",
            part.trim().len(),
            task.title
        ));
    }
    problems
}

/// The lines that the solution has and the starter has not, without regard to white space.
struct NewCode {
    lines: HashSet<String>,
}

fn new_code(root: &Path, room: &Room) -> NewCode {
    let lines = |folder: &Path| -> HashSet<String> {
        let sources = house::files::of_kind(&root.join(folder).join("src"), "rs");
        let texts: Vec<String> = sources.into_iter().map(text_of).collect();
        texts
            .iter()
            .flat_map(|text| text.lines())
            .map(squeezed)
            .collect()
    };
    let starter = lines(&room.folder);
    let mut fresh = lines(&room.solution());
    fresh.retain(|line| !starter.contains(line) && !line.starts_with("//"));
    NewCode { lines: fresh }
}

impl NewCode {
    /// A line of the solution in a hint, or a piece of one between backticks.
    fn leaked_by(&self, hint: &str) -> Option<&str> {
        let whole = squeezed(hint);
        let spans: Vec<&str> = hint.split('`').skip(1).step_by(2).collect();
        self.lines.iter().map(String::as_str).find(|line| {
            let is_whole = line.len() >= 12 && whole.contains(*line);
            is_whole
                || spans
                    .iter()
                    .any(|span| span.len() >= 20 && line.contains(&squeezed(span)))
        })
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The anchors of a page's headings, as a code host makes them.
fn headings(page: &str) -> Vec<String> {
    let mut in_block = false;
    let mut found = Vec::new();
    for line in page.lines() {
        in_block ^= line.trim_start().starts_with("```");
        let heading = line.trim_start_matches('#');
        if !in_block && heading.len() < line.len() && heading.starts_with(' ') {
            let kept = heading.trim().to_lowercase();
            let kept = kept
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            found.push(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
        }
    }
    found
}

/// Links of a page to files that are not there. Links elsewhere are not followed.
fn broken_links(page: &str, folder: &Path) -> Vec<String> {
    let targets = page
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let local = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    let broken = local.filter(|target| {
        let (file, heading) = target.split_once('#').unwrap_or((target, ""));
        let path = folder.join(file);
        !path.exists()
            || (!heading.is_empty()
                && !headings(&text_of(path))
                    .iter()
                    .any(|found| found == heading))
    });
    broken.map(str::to_string).collect()
}
