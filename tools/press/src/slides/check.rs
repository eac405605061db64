//! The rules of a deck.

use house::lessons::number_of;
use pulldown_cmark::{Event, Tag};

use super::deck::{Code, Deck, Piece, Slide, text};
use super::directive::{Kind, Minutes};
use super::lettering;
use super::parts::parts;
use crate::report::Report;
use crate::repository::Repository;
use crate::rules::links::target_file;

/// The decks that belong to no lesson: the first session, and the last.
const OTHERS: [&str; 2] = ["first", "last"];

const SESSION: (Minutes, Minutes) = (Minutes::halves(95), Minutes::halves(105));
const LONGEST_SLIDE: Minutes = Minutes::whole(6);
const BETWEEN_QUESTIONS: Minutes = Minutes::whole(12);
const SLIDES: std::ops::RangeInclusive<usize> = 18..=25;
const NOTES: std::ops::RangeInclusive<usize> = 40..=130;
const HEADING: usize = 80;
/// Where pictures lie.
const ROOMS: [&str; 3] = ["notes/pictures/", "notes/measured/", "slides/pictures/"];
/// Lines and columns of code, lines of an exchange or a transcript.
const CODE: (usize, usize) = (16, 72);
const EXCHANGE: usize = 20;
const ROWS: usize = 6;
const BULLETS: usize = 4;
/// Words on a slide that shows nothing else, and on one that shows a picture, a table or code.
const WORDS: (usize, usize) = (50, 25);

/// A deck with its place.
#[derive(Debug)]
pub struct Checked {
    /// The file, relative to the repository.
    pub path: String,
    /// The deck.
    pub deck: Deck,
}

impl Checked {
    /// `slides/05-mini-framework.md: 21 slides, 50 minutes, 5 questions`.
    pub fn line(&self) -> String {
        let (slides, questions) = (self.deck.slides.len(), self.deck.questions());
        format!(
            "{}: {slides} slides, {} minutes, {questions} questions",
            self.path,
            self.deck.minutes()
        )
    }
}

/// The files of the decks, in the order of the course: the first session, the lessons, the last.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn paths(repository: &Repository) -> Result<Vec<String>, String> {
    let files = repository.files("slides");
    let mut paths = files.map_err(|error| format!("slides/ cannot be read: {error}"))?;
    paths.retain(|path| path.ends_with(".md"));
    paths.sort_by_key(|path| match stem(path) {
        "first" => (0, path.clone()),
        "last" => (2, path.clone()),
        _ => (1, path.clone()),
    });
    Ok(paths)
}

/// `05-mini-framework` for `slides/05-mini-framework.md`.
pub fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".md").unwrap_or(name)
}

/// What a deck is called on the command line and in addresses: `05`, `first`.
pub fn name(path: &str) -> &str {
    let stem = stem(path);
    match stem.split_once('-') {
        Some((number, _)) if number.bytes().all(|byte| byte.is_ascii_digit()) => number,
        _ => stem,
    }
}

/// The deck that somebody names: `5`, `05`, `05-mini-framework`, `first`.
///
/// # Errors
///
/// A sentence that lists the decks that there are.
pub fn find(repository: &Repository, wanted: &str) -> Result<String, String> {
    let paths = paths(repository)?;
    let is_meant = |path: &&String| {
        let same_number = || name(path).parse::<u32>().ok() == wanted.parse::<u32>().ok();
        stem(path) == wanted
            || name(path) == wanted
            || (wanted.parse::<u32>().is_ok() && same_number())
    };
    paths.iter().find(is_meant).cloned().ok_or_else(|| {
        let names: Vec<&str> = paths.iter().map(|path| name(path)).collect();
        match names.as_slice() {
            [] => "there are no decks in slides/".to_owned(),
            names => format!("there is no deck {wanted}: there are {}", names.join(", ")),
        }
    })
}

/// Reads the deck at `path` and adds to the report what is wrong with it.
pub fn deck(repository: &Repository, path: &str, report: &mut Report) -> Checked {
    let deck = match repository.read(path) {
        Ok(text) => Deck::parse(&text),
        Err(message) => {
            report.add(path, 1, message);
            Deck::default()
        }
    };
    let lessons = lessons(repository);
    let checker = Checker {
        repository,
        path,
        deck: &deck,
        lessons: &lessons,
    };
    for (line, message) in checker.defects() {
        report.add(path, line, message);
    }
    Checked {
        path: path.to_owned(),
        deck,
    }
}

/// All decks, or the one that is named, and what is wrong with them.
///
/// # Errors
///
/// When there is no such deck, or the folder cannot be read.
pub fn decks(
    repository: &Repository,
    wanted: Option<&str>,
) -> Result<(Vec<Checked>, Report), String> {
    let paths = match wanted {
        Some(wanted) => vec![find(repository, wanted)?],
        None => paths(repository)?,
    };
    let mut report = Report::default();
    let decks = paths
        .iter()
        .map(|path| deck(repository, path, &mut report))
        .collect();
    report.problems.sort();
    report.problems.dedup();
    Ok((decks, report))
}

/// The names of the lessons' folders: `05-mini-framework`.
pub fn lessons(repository: &Repository) -> Vec<String> {
    let lessons = house::lessons::folders(repository.root()).into_iter();
    lessons.map(|lesson| lesson.topic).collect()
}

type Defect = (usize, String);

struct Checker<'a> {
    repository: &'a Repository,
    path: &'a str,
    deck: &'a Deck,
    lessons: &'a [String],
}

impl Checker<'_> {
    fn defects(&self) -> Vec<Defect> {
        let mut defects = self.deck.defects.clone();
        if self.deck.slides.is_empty() {
            return defects;
        }
        let mut add = |line: usize, message: String| defects.push((line, message));
        self.whole(&mut add);
        self.time_between_questions(&mut add);
        if self.is_of_a_lesson() {
            self.of_a_lesson(&mut add);
        }
        for slide in &self.deck.slides {
            self.slide(slide, &mut add);
        }
        defects
    }

    fn is_of_a_lesson(&self) -> bool {
        self.lessons.iter().any(|lesson| lesson == stem(self.path))
    }

    fn whole(&self, add: &mut impl FnMut(usize, String)) {
        let stem = stem(self.path);
        if !self.is_of_a_lesson() && !OTHERS.contains(&stem) {
            add(
                1,
                format!(
                    "a deck is named after its lesson, or `first` or `last`: {stem} is none of these"
                ),
            );
        }
        let (least, most) = SESSION;
        let minutes = self.deck.minutes();
        if minutes < least || minutes > most {
            add(
                1,
                format!(
                    "the slides take {minutes} minutes: a session has 50, from {least} to {most}"
                ),
            );
        }
        let count = self.deck.slides.len();
        if !SLIDES.contains(&count) {
            let (least, most) = (SLIDES.start(), SLIDES.end());
            add(
                1,
                format!("there are {count} slides: a deck has {least} to {most}"),
            );
        }
    }

    fn time_between_questions(&self, add: &mut impl FnMut(usize, String)) {
        let mut passed = Minutes::default();
        let mut said = false;
        for slide in &self.deck.slides {
            if slide.kind == Kind::Question {
                (passed, said) = (Minutes::default(), false);
                continue;
            }
            passed = passed + slide.minutes;
            if passed > BETWEEN_QUESTIONS && !said {
                said = true;
                add(
                    slide.line,
                    format!(
                        "at the end of this slide the room has not been asked for {passed} minutes: at most {BETWEEN_QUESTIONS}"
                    ),
                );
            }
        }
    }

    fn of_a_lesson(&self, add: &mut impl FnMut(usize, String)) {
        let slides = &self.deck.slides;
        let is_live = |piece: &Piece| matches!(piece, Piece::Live { .. });
        if !slides.iter().any(|slide| slide.pieces.iter().any(is_live)) {
            add(1, "the deck of a lesson has a live request".to_owned());
        }
        let is_exercise = |slide: &Slide| slide.kind == Kind::Exercise;
        match slides.iter().rposition(is_exercise) {
            None => add(1, "the deck of a lesson ends with an exercise".to_owned()),
            Some(place) if place + 2 < slides.len() => add(
                slides[place].line,
                "the exercise is the last slide, or the last but one".to_owned(),
            ),
            Some(_) => {}
        }
    }

    fn slide(&self, slide: &Slide, add: &mut impl FnMut(usize, String)) {
        let line = slide.line;
        if slide.minutes > LONGEST_SLIDE {
            let minutes = slide.minutes;
            add(
                line,
                format!("{minutes} minutes for a slide: at most {LONGEST_SLIDE}"),
            );
        }
        let title = slide.title();
        let length = title.chars().count();
        if length > HEADING {
            add(
                line,
                format!("the heading has {length} characters: at most {HEADING}"),
            );
        }
        if title.trim().is_empty() {
            add(line, "the slide has no heading".to_owned());
        }
        match &slide.notes {
            None => add(line, "the slide has no `### Notes`".to_owned()),
            Some(notes) => {
                let words = words(&text(notes));
                if !NOTES.contains(&words) {
                    let (least, most) = (NOTES.start(), NOTES.end());
                    add(
                        line,
                        format!("the notes have {words} words: {least} to {most}"),
                    );
                }
            }
        }
        for piece in &slide.pieces {
            self.piece(piece, add);
        }
        what_is_shown(slide, add);
    }

    fn piece(&self, piece: &Piece, add: &mut impl FnMut(usize, String)) {
        match piece {
            Piece::Code(code) => check_code(code, add),
            Piece::Markdown {
                line,
                events,
                in_steps,
            } => {
                self.pictures(*line, events, *in_steps, add);
                let count = |tag: fn(&Event<'_>) -> bool| events.iter().filter(|e| tag(e)).count();
                let rows = count(|event| matches!(event, Event::Start(Tag::TableRow)));
                if rows > ROWS {
                    add(*line, format!("the table has {rows} rows: at most {ROWS}"));
                }
                let bullets = count(|event| matches!(event, Event::Start(Tag::Item)));
                if bullets > BULLETS {
                    add(
                        *line,
                        format!("the list has {bullets} items: at most {BULLETS}"),
                    );
                }
            }
            Piece::Live {
                line,
                live,
                recorded,
            } => {
                if let Some(code) = recorded {
                    check_code(code, add);
                }
                match &live.lesson {
                    None if !self.is_of_a_lesson() => add(
                        *line,
                        "this deck has no lesson of its own: name one, `live: lesson-05 GET /`"
                            .to_owned(),
                    ),
                    Some(lesson) if !self.is_lesson(lesson) => {
                        add(*line, format!("there is no {lesson} in lessons/"));
                    }
                    _ => {}
                }
            }
        }
    }

    fn is_lesson(&self, package: &str) -> bool {
        let number = package.strip_prefix("lesson-").unwrap_or_default();
        let mut lessons = self.lessons.iter();
        lessons.any(|lesson| number_of(lesson) == number)
    }

    fn pictures(
        &self,
        line: usize,
        events: &[Event<'_>],
        in_steps: bool,
        add: &mut impl FnMut(usize, String),
    ) {
        for event in events {
            let Event::Start(Tag::Image { dest_url, .. }) = event else {
                continue;
            };
            let file = target_file(self.path, dest_url).ok().flatten();
            let is_picture = |file: &String| ROOMS.iter().any(|room| file.starts_with(room));
            let file = file.filter(is_picture);
            let drawing = file.as_ref().filter(|file| file.ends_with(".svg"));
            let drawing = drawing.and_then(|file| self.repository.read(file).ok());
            if in_steps && drawing.as_deref().is_none_or(|svg| parts(svg) == 0) {
                add(
                    line,
                    format!(
                        "{dest_url} has no part with `class=\"step-1\"`, and `steps: each` above it"
                    ),
                );
            }
            if let Some((words, size)) = drawing.and_then(|svg| lettering::too_small(&svg)) {
                add(
                    line,
                    format!(
                        "{dest_url}: {words:?} is {size:.1} pixels high on a slide of 1280x720: 20 at least"
                    ),
                );
            }
            if file.is_none() {
                add(
                    line,
                    format!(
                        "a picture belongs in notes/pictures/, notes/measured/ or slides/pictures/, not {dest_url}"
                    ),
                );
            }
        }
    }
}

fn check_code(code: &Code, add: &mut impl FnMut(usize, String)) {
    let lines = code.text.lines().count();
    let is_exchange = matches!(code.language.as_str(), "http" | "console");
    let most = if is_exchange { EXCHANGE } else { CODE.0 };
    if lines > most {
        add(
            code.line,
            format!("the block has {lines} lines: at most {most}"),
        );
    }
    // The lines of an exchange are wrapped.
    for (line, number) in code.text.lines().zip(code.line + 1..) {
        let columns = line.chars().count();
        if !is_exchange && columns > CODE.1 {
            add(
                number,
                format!("the line has {columns} columns: at most {}", CODE.1),
            );
        }
    }
}

/// One thing to look at, and few words.
fn what_is_shown(slide: &Slide, add: &mut impl FnMut(usize, String)) {
    let mut things = 0;
    let mut said = 0;
    for piece in &slide.pieces {
        match piece {
            Piece::Code(_) | Piece::Live { .. } => things += 1,
            Piece::Markdown { events, .. } => {
                let shows = |event: &Event<'_>| {
                    matches!(event, Event::Start(Tag::Table(_) | Tag::Image { .. }))
                };
                if events.iter().any(shows) {
                    things += 1;
                } else {
                    said += words(&text(events));
                }
            }
        }
    }
    if things > 1 {
        add(
            slide.line,
            format!("the slide shows {things} things: one picture, one block or one table"),
        );
    }
    let most = if things == 0 { WORDS.0 } else { WORDS.1 };
    if said > most {
        let beside = if things == 0 {
            ""
        } else {
            " beside what it shows"
        };
        add(
            slide.line,
            format!("the slide has {said} words{beside}: at most {most}"),
        );
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .count()
}
