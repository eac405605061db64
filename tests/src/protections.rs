//! What a lesson protects: its list of items, the tests of each, and the mutants that take a
//! protection out. `CONTRIBUTING.md` describes the files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::repository;

/// The folder of the lesson below the repository.
pub const LESSON: &str = "lessons/08-full-stack";
/// The black box that belongs to it.
pub const BLACK_BOX: &str = "full_stack";

/// Some items under a heading.
#[derive(Clone, Debug)]
pub struct Group {
    /// The heading.
    pub name: String,
    /// Number and sentence of each.
    pub items: Vec<(String, String)>,
}

/// A line that takes a protection out.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The item, such as `s04`.
    pub item: String,
    /// The file to be changed, below the lesson's folder.
    pub file: String,
    /// What stands in it, once.
    pub find: String,
    /// What shall stand there instead.
    pub replace: String,
    /// The test that must fail then: a function of the lesson's own tests or of the black box.
    pub test: String,
}

/// A test, by its function.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Test {
    /// The name of the function.
    pub name: String,
    /// The file it stands in, below the repository.
    pub file: String,
}

impl Test {
    /// Whether it speaks to the program over TCP, and not to the application in its own process.
    pub fn is_black_box(&self) -> bool {
        self.file.starts_with("tests/")
    }
}

/// The list of items.
///
/// # Errors
/// A sentence with the file when it is not of the format.
pub fn groups() -> Result<Vec<Group>, String> {
    let path = repository::root().join("tests/protections/08-full-stack.toml");
    let table = read(&path)?;
    let wrong = || format!("{}: a group has a name and items", path.display());
    let groups = table.get("group").and_then(Value::as_array);
    let groups = groups.ok_or_else(wrong)?.iter().map(|group| {
        let items = group.get("items")?.as_array()?.iter();
        let items = items.map(|item| {
            let number = item.get(0)?.as_str()?.to_string();
            Some((number, item.get(1)?.as_str()?.to_string()))
        });
        Some(Group {
            name: group.get("name")?.as_str()?.to_string(),
            items: items.collect::<Option<_>>()?,
        })
    });
    groups.collect::<Option<_>>().ok_or_else(wrong)
}

/// All mutants, in the order of their items.
///
/// # Errors
/// A sentence with the file when one is not of the format.
pub fn mutants() -> Result<Vec<Mutant>, String> {
    let mut mutants = Vec::new();
    let folder = repository::root().join(LESSON).join("mutants");
    for path in repository::files(&folder, "toml") {
        let table = read(&path)?;
        let entries = table.get("mutant").and_then(Value::as_array);
        for entry in entries.into_iter().flatten() {
            let text = |key: &str| {
                let value = entry.get(key).and_then(Value::as_str).map(str::to_string);
                value.ok_or_else(|| format!("{}: a mutant has no {key}", path.display()))
            };
            mutants.push(Mutant {
                item: number(&text("item")?),
                file: text("file")?,
                find: text("find")?,
                replace: text("replace")?,
                test: text("test")?,
            });
        }
    }
    mutants.sort_by(|one, other| one.item.cmp(&other.item));
    Ok(mutants)
}

/// `s04` for `s4`, `S04` and `S4`.
fn number(item: &str) -> String {
    let item = item.to_ascii_lowercase();
    match item.split_at_checked(1) {
        Some((letter, digits)) => format!("{letter}{digits:0>2}"),
        None => item,
    }
}

impl Mutant {
    /// The file's text with the mutant in it.
    ///
    /// # Errors
    /// When what is to be found does not stand there once.
    pub fn applied(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.find).count() {
            1 => Ok(text.replacen(&self.find, &self.replace, 1)),
            count => Err(format!(
                "{}: {} holds this {count} times, and not once: {}",
                self.item, self.file, self.find
            )),
        }
    }

    /// The name of the function that must fail.
    pub fn function(&self) -> &str {
        self.test.rsplit("::").next().unwrap_or(&self.test)
    }
}

/// The tests whose names begin with the number of an item, by item. A helper that is no test has
/// another name.
///
/// # Errors
/// When a file cannot be read.
pub fn tests() -> Result<BTreeMap<String, Vec<Test>>, String> {
    let root = repository::root();
    let mut files: Vec<PathBuf> = ["src", "tests"]
        .iter()
        .flat_map(|folder| repository::files(&root.join(LESSON).join(folder), "rs"))
        .collect();
    let black_box = root.join("tests/tests");
    files.push(black_box.join(format!("{BLACK_BOX}.rs")));
    files.extend(repository::files(&black_box.join(BLACK_BOX), "rs"));
    let mut tests: BTreeMap<String, Vec<Test>> = BTreeMap::new();
    for path in files {
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file = path.strip_prefix(&root).unwrap_or(&path);
        let file = file.to_string_lossy().replace('\\', "/");
        for name in functions(&text) {
            let item = name[..3].to_string();
            let file = file.clone();
            tests.entry(item).or_default().push(Test { name, file });
        }
    }
    for found in tests.values_mut() {
        found.sort();
    }
    Ok(tests)
}

/// Functions whose names begin like `s04_` or `d10_`.
fn functions(text: &str) -> Vec<String> {
    let names = text.lines().filter_map(|line| {
        let line = line.trim_start().trim_start_matches("pub ");
        let line = line.strip_prefix("async ").unwrap_or(line);
        let (name, _) = line.strip_prefix("fn ")?.split_once('(')?;
        let bytes = name.as_bytes();
        let numbered = bytes.len() > 4
            && matches!(bytes[0], b's' | b'd')
            && bytes[1].is_ascii_digit()
            && bytes[2].is_ascii_digit()
            && bytes[3] == b'_';
        numbered.then(|| name.to_string())
    });
    names.collect()
}

fn read(path: &Path) -> Result<Table, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    text.parse()
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// The table of the note: each item with its tests, and how many mutants it has.
///
/// # Errors
/// When one of the lists cannot be read.
pub fn table() -> Result<String, String> {
    let (mutants, tests) = (mutants()?, tests()?);
    let mut lines = String::new();
    for group in groups()? {
        lines.push_str(&format!(
            "**{}**\n\n| | what holds | tests | mutants |\n| --- | --- | --- | ---: |\n",
            group.name
        ));
        for (item, sentence) in group.items {
            let found = tests.get(&item).map_or(&[][..], Vec::as_slice);
            let names: Vec<String> = found.iter().map(cell).collect();
            let broken = mutants.iter().filter(|mutant| mutant.item == item).count();
            lines.push_str(&format!(
                "| {item} | {sentence} | {} | {broken} |\n",
                names.join("<br>")
            ));
        }
        lines.push('\n');
    }
    Ok(format!("{}\n", lines.trim_end()))
}

fn cell(test: &Test) -> String {
    // The item's number stands in the first column already.
    let name = test.name[4..].replace('_', " ");
    match test.is_black_box() {
        true => format!("{name} ⊙"),
        false => name,
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn functions_with_a_number_are_found() {
        let text = "    async fn s04_two_differ() {\nfn d10_back() {\nfn s4_no() {\nfn site() {";
        assert_eq!(functions(text), ["s04_two_differ", "d10_back"]);
    }

    #[test]
    fn a_mutant_wants_its_text_once() {
        let mutant = Mutant {
            item: "s01".into(),
            file: "src/x.rs".into(),
            find: "b".into(),
            replace: "c".into(),
            test: "suite::csrf::s01_a".into(),
        };
        assert_eq!(mutant.applied("abd").unwrap(), "acd");
        assert!(mutant.applied("abb").unwrap_err().contains("2 times"));
        assert_eq!(mutant.function(), "s01_a");
        assert_eq!(number("D2"), "d02");
    }
}
