//! Words that are spelled otherwise than in the glossary.

use std::{collections::HashMap, ops::Range};

use press::{fill, page::Page, report::Problem, repository::Repository, target::has_scheme};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde::Deserialize;
use toml::Spanned;

use crate::pages::entry;

/// Words that are none of the glossary's own, in their right spelling.
const NAMES: [&str; 16] = [
    "HTML",
    "URL",
    "SQL",
    "SQLite",
    "PostgreSQL",
    "JavaScript",
    "GitHub",
    "macOS",
    "Linux",
    "Python",
    "Django",
    "Flask",
    "PowerShell",
    "UTF-8",
    "CSS",
    "SVG",
];

/// Ways to write a term that no rule finds, and the right one.
const VARIANTS: [(&str, &str); 11] = [
    ("middle-ware", "middleware"),
    ("middle-wares", "middlewares"),
    ("url encoded", "percent-encoding"),
    ("url encoding", "percent-encoding"),
    ("end point", "endpoint"),
    ("time out", "timeout"),
    ("web server gateway", "WSGI"),
    ("server sent events", "server-sent events"),
    ("http/1.1", "HTTP/1.1"),
    ("http/2", "HTTP/2"),
    ("back end", "backend"),
];

/// The terms, by their letters alone.
pub struct Terms {
    by_letters: HashMap<String, String>,
    /// The most words that a term has.
    longest: usize,
}

/// What is left of words when the ways to write them are taken away.
fn letters(words: &str) -> String {
    words
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

impl Terms {
    /// The terms of a glossary: those that can be written in more than one way.
    pub fn of(glossary: &str) -> Self {
        let mut by_letters = HashMap::new();
        let mut longest = 3;
        let entries = glossary.lines().filter_map(entry);
        let terms = entries.flat_map(|(term, ..)| {
            // `Cross-site request forgery (CSRF)` is two.
            let (term, short) = term.split_once(" (").unwrap_or((term, ""));
            [term, short.trim_end_matches(')')]
        });
        // `http` is a crate, and `https` begins addresses: these letters are right in either case.
        for term in terms.chain(NAMES).filter(|term| *term != "HTTP") {
            let term = term.replace('`', "");
            let is_plain = |c: char| c.is_alphanumeric() || " -/".contains(c);
            let is_capitalised = term.chars().skip(1).any(char::is_uppercase);
            let is_name = NAMES.contains(&term.as_str());
            if term.chars().all(is_plain)
                && (is_capitalised || is_name || term.contains([' ', '-']))
            {
                longest = longest.max(1 + term.matches([' ', '-']).count());
                by_letters.insert(letters(&term), term);
            }
        }
        Self {
            by_letters,
            longest,
        }
    }

    /// The right spelling of words, if they are a term that is spelled otherwise.
    fn right(&self, words: &str) -> Option<String> {
        let lower = words.to_lowercase();
        let variant = VARIANTS.iter().find(|(wrong, _)| lower == *wrong);
        if let Some((_, right)) = variant {
            return (words != *right).then(|| (*right).to_owned());
        }
        let all = letters(words);
        let (term, plural) = match (self.by_letters.get(&all), all.strip_suffix('s')) {
            (Some(term), _) => (term, ""),
            (None, Some(one)) => (self.by_letters.get(one)?, "s"),
            (None, None) => return None,
        };
        let right = format!("{term}{plural}");
        let is_proper =
            term.chars().skip(1).any(char::is_uppercase) || NAMES.contains(&term.as_str());
        let is_right = if is_proper {
            words == right
        } else {
            // A term may begin a sentence or stand in one, and it may be hyphenated before a noun.
            lower.replace('-', " ") == right.to_lowercase().replace('-', " ")
                && words.chars().skip(1).all(|c| !c.is_uppercase())
        };
        (!is_right).then_some(right)
    }

    /// The places of a text in which a term is spelled otherwise: where, what, what it should be.
    fn wrong_in<'t>(&self, text: &'t str) -> Vec<(Range<usize>, &'t str, String)> {
        let words = words(text);
        let mut found = Vec::new();
        let mut at = 0;
        'words: while at < words.len() {
            for length in (1..=self.longest.min(words.len() - at)).rev() {
                let range = words[at].start..words[at + length - 1].end;
                let between = &text[range.clone()];
                // `poem-openapi` is a crate.
                let is_part =
                    text[..range.start].ends_with('-') || text[range.end..].starts_with('-');
                let is_one = !is_part
                    && between
                        .chars()
                        .all(|c| c.is_alphanumeric() || " -/.".contains(c));
                if is_one && let Some(right) = self.right(between) {
                    found.push((range, between, right));
                    at += length;
                    continue 'words;
                }
            }
            at += 1;
        }
        found
    }
}

/// The words of a text. Addresses and names of files are none.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let is_address = piece.contains("://") || piece.contains('@');
        let is_file = piece
            .trim_end_matches(|c: char| !c.is_alphanumeric())
            .contains(['.', '_'])
            && !piece.to_lowercase().contains("http/");
        if !is_address && !is_file {
            let mut at = 0;
            for word in piece.split(|c: char| !c.is_alphanumeric()) {
                if !word.is_empty() {
                    words.push(start + at..start + at + word.len());
                }
                // What stands between two words here is one character, perhaps of several bytes.
                at += word.len();
                at += piece[at..].chars().next().map_or(0, char::len_utf8);
            }
        }
        start += piece.len();
    }
    words
}

/// The prose of a Markdown page: each piece with its place. Code and addresses are none, and what
/// leads elsewhere has the name that others gave it.
fn prose(text: &str) -> Vec<(Range<usize>, String)> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut pieces: Vec<(Range<usize>, String)> = Vec::new();
    let (mut in_code, mut is_elsewhere) = (false, false);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Link { dest_url, .. }) => is_elsewhere = has_scheme(&dest_url),
            Event::End(TagEnd::Link) => is_elsewhere = false,
            Event::Text(words) if !in_code && !is_elsewhere => {
                pieces.push((range, words.into_string()));
            }
            _ => {}
        }
    }
    pieces
}

/// The words of a Markdown page that the glossary spells otherwise. What was included was made by a
/// program: names of tests are written as they are.
pub fn check_page(repository: &Repository, terms: &Terms, path: &str, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let copied = fill::page(repository, path, text, &Page::parse(text)).included;
    for (range, piece) in prose(text) {
        if copied.iter().any(|copied| copied.contains(&range.start)) {
            continue;
        }
        for (place, found, right) in terms.wrong_in(&piece) {
            let at = range.start + place.start;
            problems.push(Problem {
                path: path.to_owned(),
                line: 1 + text[..at.min(text.len())].matches('\n').count(),
                message: format!("write {right}, not {found}"),
            });
        }
    }
    problems
}

/// All prose of the course: README, CONTRIBUTING, notes, decks, and what tasks say.
///
/// # Errors
///
/// When a page cannot be read.
pub fn check(repository: &Repository) -> Result<Vec<Problem>, String> {
    let terms = Terms::of(&repository.read("notes/glossary.md")?);
    let mut paths = repository.pages().map_err(|error| error.to_string())?;
    paths.extend(
        ["CONTRIBUTING.md".to_owned()]
            .into_iter()
            .filter(|path| repository.exists(path)),
    );
    let folders = repository
        .folders("exercises")
        .map_err(|error| error.to_string())?;
    let exercises = folders
        .iter()
        .map(|folder| format!("{folder}/exercise.toml"));
    let mut problems = Vec::new();
    for path in paths {
        problems.extend(check_page(
            repository,
            &terms,
            &path,
            &repository.read(&path)?,
        ));
    }
    for path in exercises.filter(|path| repository.exists(path)) {
        let text = repository.read(&path)?;
        let told = told(&text).map_err(|problem| format!("{path}: {problem}"))?;
        problems.extend(check_page(repository, &terms, &path, &told));
    }
    problems.sort();
    Ok(problems)
}

/// What is told of a task, each text with its place in the file.
#[derive(Deserialize)]
struct Told {
    title: Spanned<String>,
    text: Spanned<String>,
    hints: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
struct Exercise {
    task: Vec<Told>,
}

/// What a file of tasks tells the student, on the lines on which it stands there.
fn told(toml: &str) -> Result<String, String> {
    let exercise: Exercise = toml::from_str(toml).map_err(|error| error.to_string())?;
    let mut lines = vec![String::new(); 1 + toml.matches('\n').count()];
    for task in &exercise.task {
        for told in [&task.title, &task.text].into_iter().chain(&task.hints) {
            let begin = told.span().start;
            // A text of several lines begins below its quotation marks.
            let below = usize::from(toml[begin..].starts_with("\"\"\"\n"));
            let first = toml[..begin].matches('\n').count() + below;
            for (line, text) in lines[first..].iter_mut().zip(told.get_ref().lines()) {
                line.push_str(text);
            }
            // One hint is no part of the next.
            lines[first].push_str(". ");
        }
    }
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLOSSARY: &str = "**API** (06): a.\n\n**Back-pressure** (03): a.\n\n**Body** (00): a.\n\n\
                            **Cross-site request forgery (CSRF)** (06): a.\n\n**WebSocket** (03): a.\n";

    fn problems(path: &str, text: &str) -> Vec<Problem> {
        let folder = tempfile::tempdir().expect("room for a folder");
        std::fs::write(folder.path().join("b.md"), "the api\n").expect("a file");
        let repository = Repository::open(folder.path()).expect("it is there");
        check_page(&repository, &Terms::of(GLOSSARY), path, text)
    }

    fn wrong(text: &str) -> Vec<String> {
        let problems = problems("a.md", text);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_spelling_of_the_glossary_is_right() {
        for text in [
            "An API, two APIs.",
            "Back-pressure, and back-pressure.",
            "Back pressure counts too: it is a matter of grammar.",
            "cross-site request forgery; CSRF",
            "`api` and <http://api.example/api>, and api.rs",
            "```\napi\n```",
            "the bodies of the Body",
            "the crate some-api",
            "[The Api](https://a.example/)",
            "<!-- sync: include b.md -->\n\nthe api\n\n<!-- sync: end -->",
        ] {
            assert_eq!(wrong(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn another_spelling_is_named_with_its_line() {
        for (text, message) in [
            ("a\n\nthe api", "a.md:3: write API, not api"),
            ("two Apis", "a.md:1: write APIs, not Apis"),
            (
                "backpressure",
                "a.md:1: write Back-pressure, not backpressure",
            ),
            ("a Websocket", "a.md:1: write WebSocket, not Websocket"),
            ("a web socket", "a.md:1: write WebSocket, not web socket"),
            ("middle-ware", "a.md:1: write middleware, not middle-ware"),
            ("Sqlite", "a.md:1: write SQLite, not Sqlite"),
            ("over Http/1.1.", "a.md:1: write HTTP/1.1, not Http/1.1"),
        ] {
            assert_eq!(wrong(text), [message], "{text}");
        }
    }

    #[test]
    fn of_a_task_only_what_is_told_counts() {
        let head = "[[task]]\nid = \"api\"\ntitle = \"An API\"\ntext = \"\"\"\nthe api\n\"\"\"\n";
        for hints in [
            "hints = [\"an Api\", \"b\"]\n",
            "hints = [\n    \"an Api\",\n]\n",
        ] {
            let told = told(&format!("{head}{hints}")).expect("a file of tasks");
            let problems = problems("a.toml", &told);
            let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
            assert_eq!(lines, [5, 7 + usize::from(hints.contains("[\n"))]);
        }
    }
}
