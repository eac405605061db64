//! What a lesson protects: its list of items, the tests of each, and the mutants that take a
//! protection out.
//!
//! `tests/protections/12-production.toml` lists what lesson 12 protects. The name of a test begins with the number of its item (`s04_…`). `lessons/12-production/mutants/*.toml` holds
//! changes that take a protection out:
//!
//! ```toml
//! [[mutant]]
//! item = "s04"
//! file = "src/auth/csrf.rs"   # below the lesson
//! find = "…"                  # stands there once
//! replace = "…"               # must compile
//! test = "s04_two_renders_…"  # must fail then
//! ```
//!
//! `cargo run -p checks --bin mutants -- [ITEM…]` applies each to a copy below `target/mutants` and demands that the test fails. With `--table` it writes `notes/tables/12-protections.md`, which a page
//! beside the note shows. `cargo test -p checks --test protections` demands that each item has a test and a mutant, and that the table is what the lists say.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// The folder of the lesson below the repository.
pub const LESSON: &str = "lessons/12-production";
/// The black box that belongs to it.
pub const BLACK_BOX: &str = "production";

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
        self.file.starts_with("checks/")
    }
}

/// The list of items.
///
/// # Errors
/// A sentence with the file when it is not of the format.
pub fn groups() -> Result<Vec<Group>, String> {
    let path = house::root().join("tests/protections/12-production.toml");
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
    let folder = house::root().join(LESSON).join("mutants");
    for path in house::files::of_kind(&folder, "toml") {
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
                "{}: {} holds this {count} times instead of once: {}",
                self.item, self.file, self.find
            )),
        }
    }

    /// The name of the function that must fail.
    pub fn function(&self) -> &str {
        self.test.rsplit("::").next().unwrap_or(&self.test)
    }
}

/// The tests whose names begin with the number of an item, by item.
///
/// # Errors
/// When a file cannot be read.
pub fn tests() -> Result<BTreeMap<String, Vec<Test>>, String> {
    let mut tests: BTreeMap<String, Vec<Test>> = BTreeMap::new();
    for test in all_tests()? {
        if let Some(item) = item_of(&test.name) {
            tests.entry(item.to_string()).or_default().push(test);
        }
    }
    for found in tests.values_mut() {
        found.sort();
    }
    Ok(tests)
}

/// All tests of the lesson, and of the black box what belongs to it.
///
/// # Errors
/// When a file cannot be read.
pub fn all_tests() -> Result<Vec<Test>, String> {
    let root = house::root();
    let black_box = root.join("checks/tests");
    let mut files: Vec<PathBuf> = [BLACK_BOX, "house", "protections"]
        .map(|name| black_box.join(format!("{name}.rs")))
        .into();
    files.extend(house::files::of_kind(&black_box.join(BLACK_BOX), "rs"));
    files.extend(house::files::of_kind(
        &root.join(LESSON).join("tests"),
        "rs",
    ));
    let mut tests = Vec::new();
    for path in files {
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file = path.strip_prefix(&root).unwrap_or(&path);
        let file = file.to_string_lossy().replace('\\', "/");
        let test = |name| Test {
            name,
            file: file.clone(),
        };
        tests.extend(functions(&text).into_iter().map(test));
    }
    Ok(tests)
}

/// `s04` of `s04_two_renders_differ`.
fn item_of(name: &str) -> Option<&str> {
    let (item, _) = name.split_once('_')?;
    let digits = item.strip_prefix(['s', 'd'])?;
    (digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(item)
}

/// The functions behind `#[test]` or `#[tokio::test]`.
fn functions(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        }
        let line = line.strip_prefix("async ").unwrap_or(line);
        let name = line
            .strip_prefix("fn ")
            .and_then(|rest| rest.split_once('('));
        if let Some((name, _)) = name {
            if is_test {
                found.push(name.to_string());
            }
            is_test = false;
        }
    }
    found
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
    fn tests_are_found_and_their_items() {
        let text = "#[tokio::test]\nasync fn s04_two_differ() {\nfn s05_helper() {\n  #[test]\n  fn d10_back() {";
        assert_eq!(functions(text), ["s04_two_differ", "d10_back"]);
        assert_eq!(item_of("d10_back"), Some("d10"));
        assert_eq!(item_of("s4_no"), None);
        assert_eq!(item_of("site_is"), None);
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
