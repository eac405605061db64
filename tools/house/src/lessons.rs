//! Which lessons there are: the folders say it, and no list.

use std::fs;
use std::path::{Path, PathBuf};

use crate::root;

/// A lesson's folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lesson {
    /// The folder's name, which all rooms of the lesson have: `05-mini-framework`.
    pub topic: String,
    /// Where it lies.
    pub folder: PathBuf,
}

impl Lesson {
    /// `05`
    pub fn number(&self) -> &str {
        number_of(&self.topic)
    }

    /// `lesson-05`
    pub fn package(&self) -> String {
        format!("lesson-{}", self.number())
    }
}

/// The number of a topic: `05` of `05-mini-framework`.
pub fn number_of(topic: &str) -> &str {
    topic.split('-').next().unwrap_or(topic)
}

/// Whether a name is that of a lesson: two digits, a hyphen, and a word.
pub fn is_topic(name: &str) -> bool {
    let number = name.split_once('-').map_or("", |(number, _)| number);
    number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a name is that of a topic: `05-mini-framework`, `05` or `5`.
pub fn is_called(topic: &str, name: &str) -> bool {
    let number = |text: &str| text.parse::<u8>().ok();
    name == topic || number(name).is_some_and(|wanted| number(number_of(topic)) == Some(wanted))
}

/// The lessons of this repository, in their order.
pub fn lessons() -> Vec<Lesson> {
    in_course(&root())
}

/// The lessons of the course at `root`, in their order: the packages in `lessons/`.
pub fn in_course(root: &Path) -> Vec<Lesson> {
    let mut lessons = folders(root);
    lessons.retain(|lesson| lesson.folder.join("Cargo.toml").is_file());
    lessons
}

/// The folders in `lessons/` whose name begins with a number, in their order, whatever they hold.
pub fn folders(root: &Path) -> Vec<Lesson> {
    let entries = fs::read_dir(root.join("lessons")).into_iter().flatten();
    let lessons = entries.flatten().filter_map(|entry| {
        let topic = entry.file_name().into_string().ok()?;
        let folder = entry.path();
        (is_topic(&topic) && folder.is_dir()).then_some(Lesson { topic, folder })
    });
    let mut lessons: Vec<Lesson> = lessons.collect();
    lessons.sort();
    lessons
}

/// The lesson that is called `05`, `5` or `05-mini-framework`.
///
/// # Errors
/// A sentence that says which there are.
pub fn find(root: &Path, name: &str) -> Result<Lesson, String> {
    let lessons = in_course(root);
    let is_it = |lesson: &&Lesson| is_called(&lesson.topic, name);
    lessons.iter().find(is_it).cloned().ok_or_else(|| {
        let numbers: Vec<&str> = lessons.iter().map(Lesson::number).collect();
        let numbers = numbers.join(", ");
        format!("There is no lesson {name:?}; there are {numbers}.")
    })
}
