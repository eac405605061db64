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

/// The lessons, in order: a note whose name begins with a number is one, but for pages beside the
/// note of a lesson.
///
/// # Errors
///
/// A sentence, when the notes cannot be listed.
pub fn lessons(repository: &Repository) -> Result<Vec<Lesson>, String> {
    let topics = topics(repository)?;
    let lessons = topics
        .iter()
        .filter(|topic| !is_beside(repository, topic, &topics));
    let lessons = lessons.map(|topic| Lesson {
        title: title(
            &repository
                .read(&format!("notes/{topic}.md"))
                .unwrap_or_default(),
        )
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start_matches([' ', '·'])
        .to_owned(),
        has_source: has_source(repository, topic),
        has_exercise: repository.exists(&format!("exercises/{topic}/exercise.toml")),
        has_deck: repository.exists(&format!("slides/{topic}.md")),
        topic: topic.clone(),
    });
    Ok(lessons.collect())
}

/// The pages beside the note of a lesson, such as `notes/12-protections.md`: they have its number,
/// and no lesson of their own.
///
/// # Errors
///
/// A sentence, when the notes cannot be listed.
pub fn beside(repository: &Repository, lesson: &Lesson) -> Result<Vec<String>, String> {
    let topics = topics(repository)?;
    let pages = topics.iter().filter(|topic| {
        number_of(topic) == lesson.number() && is_beside(repository, topic, &topics)
    });
    Ok(pages.map(|topic| format!("notes/{topic}.md")).collect())
}

fn is_beside(repository: &Repository, topic: &str, topics: &[String]) -> bool {
    let is_note = |other: &&String| {
        other.as_str() != topic
            && number_of(other) == number_of(topic)
            && has_source(repository, other)
    };
    !has_source(repository, topic) && topics.iter().any(|other| is_note(&other))
}

fn has_source(repository: &Repository, topic: &str) -> bool {
    repository.exists(&format!("lessons/{topic}/Cargo.toml"))
}

fn topics(repository: &Repository) -> Result<Vec<String>, String> {
    let notes = notes(repository)?;
    let topics = notes
        .iter()
        .filter_map(|path| path.strip_prefix("notes/")?.strip_suffix(".md"));
    let topics = topics.filter(|topic| is_topic(topic));
    Ok(topics.map(str::to_owned).collect())
}

/// The notes that are of no lesson: how to use the course, the glossary.
///
/// # Errors
///
/// A sentence, when the notes cannot be listed.
pub fn others(repository: &Repository) -> Result<Vec<String>, String> {
    let numbered = topics(repository)?;
    let mut others = notes(repository)?;
    others.retain(|path| {
        let is_this = |topic: &String| *path == format!("notes/{topic}.md");
        !numbered.iter().any(is_this)
    });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_with_a_lessons_number_and_another_name_is_beside_its_note() {
        let folder = tempfile::tempdir().expect("room for a folder");
        for (file, text) in [
            ("notes/11-choices.md", "# 11 · Choices\n"),
            ("notes/12-production.md", "# 12 · Production\n"),
            ("notes/12-protections.md", "# 12 · One by one\n"),
            ("notes/glossary.md", "# Glossary\n"),
            ("lessons/12-production/Cargo.toml", ""),
        ] {
            let file = folder.path().join(file);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, text).expect("a file");
        }
        let repository = Repository::open(folder.path()).expect("it is there");
        let lessons = lessons(&repository).expect("they are there");
        let titles: Vec<&str> = lessons.iter().map(|lesson| lesson.title.as_str()).collect();
        assert_eq!(titles, ["Choices", "Production"]);
        let beside = |lesson| beside(&repository, lesson).expect("they are there");
        assert!(beside(&lessons[0]).is_empty());
        assert_eq!(beside(&lessons[1]), ["notes/12-protections.md"]);
        assert_eq!(
            others(&repository).expect("they are there"),
            ["notes/glossary.md"]
        );
    }
}
