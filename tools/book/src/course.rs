//! What the course has.

use house::lessons::{is_topic, number_of};
use press::repository::Repository;

/// A lesson, or a note that stands alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// `05-mini-framework`: the name that runs through all rooms.
    pub topic: String,
    /// `A framework from scratch`
    pub title: String,
    /// Whether there is a folder in `lessons/`.
    pub has_source: bool,
    /// Whether there is an exercise.
    pub has_exercise: bool,
    /// Whether there is a deck.
    pub has_deck: bool,
}

impl Lesson {
    /// `05`
    pub fn number(&self) -> &str {
        number_of(&self.topic)
    }

    /// `notes/05-mini-framework.md`
    pub fn note(&self) -> String {
        format!("notes/{}.md", self.topic)
    }

    /// `exercises/05-mini-framework.md`, a page of the book.
    pub fn exercise(&self) -> String {
        format!("exercises/{}.md", self.topic)
    }

    /// `slides/05-mini-framework.md`
    pub fn deck(&self) -> String {
        format!("slides/{}.md", self.topic)
    }

    /// `lessons/05-mini-framework`
    pub fn source(&self) -> String {
        format!("lessons/{}", self.topic)
    }
}

/// The lessons, in order: a note whose name begins with a number is one.
///
/// # Errors
///
/// A sentence, when the notes cannot be listed.
pub fn lessons(repository: &Repository) -> Result<Vec<Lesson>, String> {
    let notes = notes(repository)?;
    let lessons = notes.iter().filter_map(|path| {
        let topic = path.strip_prefix("notes/")?.strip_suffix(".md")?;
        is_topic(topic).then(|| Lesson {
            topic: topic.to_owned(),
            title: title(&repository.read(path).unwrap_or_default())
                .trim_start_matches(number_of(topic))
                .trim_start_matches([' ', '·'])
                .to_owned(),
            has_source: repository.exists(&format!("lessons/{topic}/Cargo.toml")),
            has_exercise: repository.exists(&format!("exercises/{topic}/exercise.toml")),
            has_deck: repository.exists(&format!("slides/{topic}.md")),
        })
    });
    Ok(lessons.collect())
}

/// The notes that are of no lesson: how to use the course, the glossary.
///
/// # Errors
///
/// A sentence, when the notes cannot be listed.
pub fn others(repository: &Repository) -> Result<Vec<String>, String> {
    let lessons: Vec<String> = lessons(repository)?.iter().map(Lesson::note).collect();
    let mut others = notes(repository)?;
    others.retain(|path| !lessons.contains(path));
    // What to read first stands first, and the glossary last.
    others.sort_by_key(|path| (path.ends_with("/glossary.md"), path.clone()));
    Ok(others)
}

fn notes(repository: &Repository) -> Result<Vec<String>, String> {
    let failed = |error| format!("notes/ cannot be listed: {error}");
    let mut notes = repository.files("notes").map_err(failed)?;
    notes.retain(|path| path.ends_with(".md"));
    Ok(notes)
}

/// The first heading of a page.
pub fn title(text: &str) -> &str {
    let heading = text.lines().find_map(|line| line.strip_prefix("# "));
    heading.unwrap_or_default().trim()
}
