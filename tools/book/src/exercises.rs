//! The page of an exercise: its tasks, with their hints folded, or the student's desk beside them. Nothing of the
//! solution, which has a page of its own.

use desk::live::Console;
use press::{repository::Repository, target::joined};
use pulldown_cmark::{Event, Parser, html};
use serde::Deserialize;

use crate::{
    course::{self, Lesson},
    decks,
    links::{Wanted, address, relative},
    pages::{Chapters, ways_of},
    sources::frame,
};

#[derive(Deserialize)]
pub(crate) struct Exercise {
    pub(crate) task: Vec<Task>,
}

/// What a student is told of a task. Its tests and its declared answers stay where they are.
#[derive(Deserialize)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) points: u32,
    pub(crate) page: String,
    pub(crate) text: String,
    pub(crate) hints: Vec<String>,
}

/// Reads the tasks of a lesson's exercise.
pub(crate) fn read(repository: &Repository, lesson: &Lesson) -> Result<Exercise, String> {
    let path = format!("exercises/{}/exercise.toml", lesson.topic);
    toml::from_str(&repository.read(&path)?).map_err(|error| format!("{path}: {error}"))
}

/// The heading of the page.
pub(crate) fn title(lesson: &Lesson) -> String {
    format!("{} · Exercise: {}", lesson.number(), lesson.title)
}

/// The page, with the desk where it is served.
pub(crate) fn page(
    repository: &Repository,
    wanted: &mut Wanted,
    lesson: &Lesson,
    exercise: &Exercise,
    is_served: bool,
) -> Result<String, String> {
    let (number, topic) = (lesson.number(), &lesson.topic);
    let tasks = &exercise.task;
    let points: u32 = tasks.iter().map(|task| task.points).sum();
    let mut ways = vec![format!("<a href=\"../notes/{topic}.html\">The note</a>")];
    let starter = format!("exercises/{topic}/src");
    if repository.exists(&starter) {
        ways.push(format!(
            "<a href=\"../source/{starter}/index.html\">The server to fix</a>"
        ));
        wanted.0.insert(starter);
    }
    if lesson.has_deck {
        ways.push(format!("<a href=\"../slides/{topic}.html\">Slides</a>"));
    }
    let mut page = format!(
        "# {title}\n\n{ways}\
         {count} {tasks}, {points} points. You change files below `exercises/{topic}/src/`. ",
        title = title(lesson),
        ways = ways_of("This exercise", &ways),
        count = tasks.len(),
        tasks = if tasks.len() == 1 { "task" } else { "tasks" },
    );
    if is_served {
        page.push_str(&format!(
            "Open them in your editor: each save is judged, and your desk says what came of it. Its console asks your \
             server; for `curl`, start it in a terminal with `cargo course run {number}`.\n\n\
             <div class=\"with-desk\">\n{}\n<div class=\"desk-text\">\n",
            desk(lesson),
        ));
    } else {
        page.push_str(&format!(
            "This says on each save what was asked, what came, and what was expected:\n\n\
             ```sh\ncargo course watch {number}\n```\n"
        ));
    }
    for task in tasks {
        page.push_str(&part(repository, wanted, lesson, task, is_served)?);
    }
    if is_served {
        page.push_str("\n</div>\n</div>\n");
    }
    if repository.exists(&why(lesson)) {
        page.push_str(&format!(
            "\n<details class=\"solved\"><summary>The solution</summary>\n\n\
             [How it is solved, and why](../solutions/{topic}/WHY.html). It gives all tasks away: the way there is worth \
             more than the end of it.\n\n</details>\n"
        ));
    }
    Ok(page)
}

/// Where a student works: `student.js` fills it.
fn desk(lesson: &Lesson) -> String {
    let number = lesson.number();
    let console = Console {
        id: "desk-console".to_owned(),
        lesson: format!("exercise-{number}"),
        request: "GET / HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n\n",
        recorded: None,
    };
    // An empty line would end the HTML.
    let console = console.html().replace('\n', "&#10;");
    format!(
        "<section class=\"desk\" aria-label=\"Your desk\" data-exercise=\"{number}\">\n\
         <p class=\"desk-state\" role=\"status\"></p>\n\
         <p class=\"desk-buttons\"><button type=\"button\" class=\"desk-judge\">Judge it now</button> \
         <span class=\"desk-clock\"></span> <span class=\"desk-keys\">Keys: <kbd>r</kbd> judge, <kbd>h</kbd> next hint</span></p>\n\
         <div class=\"desk-now\"></div>\n\
         <details class=\"try\"><summary>Ask your server</summary>{console}</details>\n\
         </section>"
    )
}

/// `solutions/05-mini-framework/WHY.md`
fn why(lesson: &Lesson) -> String {
    format!("solutions/{}/WHY.md", lesson.topic)
}

/// The page on why the solution is as it is, with its address, if there is one.
///
/// # Errors
///
/// When it cannot be read.
pub(crate) fn solution(
    chapters: &mut Chapters<'_>,
    lesson: &Lesson,
) -> Result<Option<(String, String)>, String> {
    let path = why(lesson);
    if !chapters.repository.exists(&path) {
        return Ok(None);
    }
    let text = chapters.repository.read(&path)?;
    let address = path.replace(".md", ".html");
    let exercise = relative(&address, &lesson.exercise().replace(".md", ".html"));
    let crumbs = format!(
        " / <a href=\"{exercise}\">Exercise {}</a> / Solution",
        lesson.number()
    );
    let mut slugs = house::headings::Slugs::default();
    let mut page = String::new();
    for line in chapters.page(&path, &text).lines() {
        page.push_str(line);
        if let Some(title) = line.strip_prefix("## ") {
            page.push_str(&format!(" {{#{}}}", slugs.next(title)));
        }
        page.push('\n');
    }
    let body = decks::beside(&page);
    let body = format!("<article class=\"deck\">\n{body}</article>\n");
    let page = frame(&address, course::title(&text), &crumbs, &body);
    Ok(Some((address, page)))
}

fn part(
    repository: &Repository,
    wanted: &mut Wanted,
    lesson: &Lesson,
    task: &Task,
    is_served: bool,
) -> Result<String, String> {
    let own = lesson.exercise();
    let target = format!("../{}", task.page);
    let read = address(repository, wanted, &own, &target)?.unwrap_or(target);
    let heading = heading(repository, &own, &read);
    let mut kind = task.kind.clone();
    if let Some(first) = kind.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let points = if task.points == 1 { "point" } else { "points" };
    let mut part = format!(
        "\n## {title}\n\n<p class=\"kind\">{kind}, {n} {points}. \
         <code>cargo course check {number}.{id}</code></p>\n\n{text}\n\n\
         To read: [{heading}]({read}).\n",
        title = as_words(&task.title),
        n = task.points,
        number = lesson.number(),
        id = task.id,
        text = as_words(&task.text),
    );
    // At the desk they come one at a time.
    for (hint, n) in task.hints.iter().zip(1..).filter(|_| !is_served) {
        let hint = as_words(hint);
        part.push_str(&format!(
            "\n<details class=\"hint\"><summary>Hint {n}</summary>\n\n{hint}\n\n</details>\n"
        ));
    }
    Ok(part)
}

/// The words of the heading that a link leads to.
fn heading(repository: &Repository, path: &str, target: &str) -> String {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let text = joined(path, file).and_then(|file| repository.read(&file).ok());
    let text = text.unwrap_or_default();
    let title = crate::course::title(&text).to_owned();
    let mut slugs = house::headings::Slugs::default();
    let mut headings = text
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim());
    let words = |heading: &str| heading.replace('`', "");
    match headings.find(|heading| !anchor.is_empty() && slugs.next(&words(heading)) == anchor) {
        Some(heading) => format!("{title}, {heading}"),
        None => title,
    }
}

/// The text of a task is written for the terminal: a `<` in it is one.
fn as_words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut done = 0;
    for (event, range) in Parser::new(text).into_offset_iter() {
        if matches!(event, Event::Html(_) | Event::InlineHtml(_)) && range.start >= done {
            words.push_str(&text[done..range.start]);
            words.push_str(&text[range.clone()].replace('<', "&lt;"));
            done = range.end;
        }
    }
    words.push_str(&text[done..]);
    words.trim_end().to_owned()
}

/// A hint as HTML.
pub(crate) fn as_html(hint: &str) -> String {
    let mut html = String::new();
    html::push_html(&mut html, Parser::new(&as_words(hint)));
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_html_is_text() {
        assert_eq!(as_words("a <b> c `<d>`\n"), "a &lt;b> c `<d>`");
        assert_eq!(as_words("a\n\n    <b>\n"), "a\n\n    <b>");
        assert_eq!(as_words("<b>\nc\n"), "&lt;b>\nc");
    }

    #[test]
    fn a_page_tells_the_task_and_folds_the_hints_and_has_nothing_of_the_tests() {
        let folder = tempfile::tempdir().expect("room for a folder");
        std::fs::create_dir(folder.path().join("notes")).expect("a folder");
        let note = "# 05 · A\n\n## Run `it`\n";
        std::fs::write(folder.path().join("notes/05-a.md"), note).expect("a file");
        let repository = Repository::open(folder.path()).expect("it is there");
        let lesson = Lesson {
            topic: "05-a".to_owned(),
            title: "A".to_owned(),
            has_source: false,
            has_exercise: true,
            has_deck: false,
        };
        let exercise = toml::from_str(
            "topic = \"05-a\"\n[[task]]\nid = \"b\"\ntitle = \"The B\"\nkind = \"core\"\npoints = 3\n\
             page = \"notes/05-a.md#run-it\"\nfiles = []\ntext = \"Do it.\"\nhints = [\"Look.\"]\n\
             tests = [\"secret\"]\n[task.falls_short]\nsecret = \"words\"\n",
        );
        let exercise: Exercise = exercise.expect("an exercise");
        let page = page(
            &repository,
            &mut Wanted::default(),
            &lesson,
            &exercise,
            false,
        )
        .expect("a page");
        assert_eq!(
            page,
            "# 05 · Exercise: A\n\n\
             <nav class=\"ways\" aria-label=\"This exercise\"><a href=\"../notes/05-a.html\">The note</a></nav>\n\n\
             1 task, 3 points. You change files below `exercises/05-a/src/`. \
             This says on each save what was asked, what came, and what was expected:\n\n\
             ```sh\ncargo course watch 05\n```\n\
             \n## The B\n\n<p class=\"kind\">Core, 3 points. <code>cargo course check 05.b</code></p>\n\n\
             Do it.\n\nTo read: [05 · A, Run `it`](../notes/05-a.md#run-it).\n\
             \n<details class=\"hint\"><summary>Hint 1</summary>\n\nLook.\n\n</details>\n"
        );
    }
}
