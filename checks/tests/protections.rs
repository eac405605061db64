//! What lesson 12 protects is written down, tested, and shown beside its note.

use std::collections::BTreeSet;
use std::fs;

use checks::protections::{self, LESSON};

#[test]
fn each_item_has_a_test_that_bears_its_number() {
    let tests = protections::tests().expect("the tests can be read");
    let items: Vec<String> = items();
    assert_eq!(items.len(), 62 + 10);
    let missing: Vec<&String> = items
        .iter()
        .filter(|item| !tests.contains_key(*item))
        .collect();
    assert!(missing.is_empty(), "items without a test: {missing:?}");
    let unknown: Vec<&String> = tests.keys().filter(|item| !items.contains(item)).collect();
    assert!(unknown.is_empty(), "tests of no item: {unknown:?}");
}

#[test]
fn each_mutant_still_has_its_text_and_its_test() {
    let mutants = protections::mutants().expect("the mutants can be read");
    let known: BTreeSet<String> = protections::all_tests()
        .expect("the tests can be read")
        .into_iter()
        .map(|test| test.name)
        .collect();
    let mut wrong = Vec::new();
    for mutant in &mutants {
        let path = house::root().join(LESSON).join(&mutant.file);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", mutant.file));
        if let Err(problem) = text.and_then(|text| mutant.applied(&text)) {
            wrong.push(problem);
        }
        let function = mutant.function();
        if !known.contains(function) {
            wrong.push(format!("{}: there is no test {function}", mutant.item));
        }
        if !items().contains(&mutant.item) && !BEYOND.contains(&mutant.item.as_str()) {
            wrong.push(format!("{} is no item", mutant.item));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_item_has_a_mutant_or_says_why_not() {
    let mutants = protections::mutants().expect("the mutants can be read");
    let without: Vec<String> = items()
        .into_iter()
        .filter(|item| mutants.iter().all(|mutant| mutant.item != *item))
        .collect();
    assert_eq!(without, WITHOUT_MUTANT.map(|(item, _)| item));
}

/// What mutants take out and no item speaks of.
const BEYOND: [&str; 1] = ["hostile"];

/// Items that no change of a few lines takes out.
const WITHOUT_MUTANT: [(&str, &str); 2] = [
    ("s62", "it is about files, not about what the program does"),
    ("d03", "it is about what the note says"),
];

#[test]
fn d03_the_note_says_what_synchronous_normal_would_give_up() {
    let note = house::root().join("notes/12-production.md");
    let note = fs::read_to_string(note).expect("there is a note");
    let note = note.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "`synchronous=NORMAL` survives a crash of the process",
        "may lose the last commits",
        "power",
        "never corrupt",
    ] {
        assert!(note.contains(said), "the note does not say: {said}");
    }
}

#[test]
fn s62_no_file_of_the_lesson_has_an_unsafe_block() {
    let lesson = house::root().join(LESSON);
    for path in house::files::of_kind(&lesson, "rs") {
        let text = fs::read_to_string(&path).expect("code is UTF-8");
        let code = text.replace("forbid(unsafe_code)", "");
        let found = ["unsafe {", "unsafe fn", "unsafe impl"];
        let found = found.iter().find(|word| code.contains(**word));
        assert!(found.is_none(), "{}: {found:?}", path.display());
    }
}

#[test]
fn the_table_in_the_note_is_what_these_lists_say() {
    let shown = fs::read_to_string(house::root().join("notes/tables/12-protections.md"));
    let wanted = protections::table().expect("the lists can be read");
    assert!(
        shown.is_ok_and(|shown| shown.replace("\r\n", "\n") == wanted),
        "write it anew: cargo run -p checks --bin mutants -- --table"
    );
}

#[test]
fn what_the_note_says_where_to_look_for_is_there() {
    let note = house::root().join("notes/12-production.md");
    let note = fs::read_to_string(note).expect("there is a note");
    let (_, section) = note
        .split_once("### Where is this done?")
        .expect("the section");
    let (section, _) = section.split_once("\n###").expect("another one follows");
    let code = |cell: &str| cell.trim().trim_matches('`').to_string();
    let rows = section.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<(String, String)> = rows
        .skip(1) // the head
        .map(|row| {
            let cells: Vec<&str> = row.split('|').collect();
            (code(cells[2]), code(cells[3]))
        })
        .collect();
    assert!(rows.len() > 5, "{rows:?}");
    for (text, file) in rows {
        let path = house::root().join(LESSON).join(&file);
        let found = fs::read_to_string(&path).expect("the file that the note names");
        assert!(found.contains(&text), "{text} is not in {file}");
    }
}

fn items() -> Vec<String> {
    let groups = protections::groups().expect("the list of items can be read");
    let items = groups.into_iter().flat_map(|group| group.items);
    items.map(|(item, _)| item).collect()
}
