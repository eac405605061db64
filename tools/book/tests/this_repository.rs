//! The book of this course holds together.

use std::path::Path;

use book::{
    check,
    site::{self, Options},
    terms,
};
use press::{report::Problem, repository::Repository};

fn repository() -> Repository {
    let root = house::root();
    Repository::open(&root).expect("the repository is there")
}

fn lines(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

/// The site of this repository, in a folder that is thrown away.
fn built(options: &Options) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("room for a folder");
    let out = folder.path().join("book");
    let made = site::build(&repository(), &out, options).expect("the site is made");
    assert_eq!(lines(&made.problems), [""; 0]);
    (folder, out)
}

#[test]
fn what_is_not_a_site_is_not_replaced_by_one() {
    let folder = tempfile::tempdir().expect("room for a folder");
    let mine = folder.path().join("thesis.txt");
    std::fs::write(&mine, "mine").expect("a file can be written");
    for out in [folder.path(), &mine] {
        let refused = site::build(&repository(), out, &Options::default());
        let said = refused.expect_err("it is refused");
        assert!(said.contains("stays as it is"), "{said}");
        assert_eq!(text(&mine), "mine");
    }
}

fn text(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn each_link_of_the_site_leads_somewhere_and_nothing_is_loaded_from_elsewhere() {
    let (_folder, out) = built(&Options::default());
    let problems = check::site(&out).expect("the site is read");
    assert_eq!(lines(&problems), [""; 0]);
}

#[test]
fn terms_are_spelled_as_in_the_glossary() {
    let problems = terms::check(&repository()).expect("the pages are read");
    assert_eq!(lines(&problems), [""; 0]);
}

#[test]
fn a_note_leads_to_its_rooms_and_shows_its_code_whole() {
    let (_folder, out) = built(&Options::default());
    let note = text(&out.join("notes/05-mini-framework.html"));
    for part in [
        "href=\"../source/lessons/05-mini-framework/index.html\"",
        "href=\"../exercises/05-mini-framework.html\"",
        "href=\"../slides/05-mini-framework.html\"",
        "href=\"../source/lessons/05-mini-framework/src/main.rs.html#L",
        "pictures/05-way.dark.svg",
    ] {
        assert!(note.contains(part), "{part}");
    }
    for part in [
        "sync: ", // with the space: a note may show `std::sync::Arc`
        "class=\"boring\"",
        "<details class=\"try\"",
        "Suggest an edit",
        "name=\"token\"",
    ] {
        assert!(!note.contains(part), "{part}");
    }
}

#[test]
fn an_exercise_page_has_nothing_of_the_solution_or_the_tests() {
    let (_folder, out) = built(&Options::default());
    let page = text(&out.join("exercises/05-mini-framework.html"));
    assert!(page.contains("<summary>Hint 3</summary>"));
    assert!(!page.contains("a_405_names_the_methods_of_its_path"));
    // The solution is behind a click that says so, and is found in no other way.
    let (before, behind) = page
        .split_once("<details class=\"solved\"")
        .expect("it is there");
    let why = "../solutions/05-mini-framework/WHY.html";
    assert!(!before.contains(why) && behind.contains(why));
    assert!(
        text(&out.join("exercises").join(why)).contains("id=\"an-argument-that-may-have-failed\"")
    );
    assert!(!text(&out.join("searchindex.js")).contains("WHY.html#"));
    for (address, html) in site::pages_in(&out).expect("the site is read") {
        let (room, _) = address.split_once('/').unwrap_or_default();
        let is_behind =
            ["exercises", "solutions"].contains(&room) || address.starts_with("source/solutions/");
        assert!(
            is_behind || !html.contains("solutions/"),
            "{address} leads to a solution"
        );
    }
}

#[test]
fn with_the_address_of_a_repository_a_page_can_be_edited_there() {
    let (_folder, out) = built(&Options {
        repository_url: Some("https://code.example/course/".to_owned()),
        token: None,
    });
    for (page, file) in [
        ("notes/glossary.html", "notes/glossary.md"),
        ("index.html", "README.md"),
        (
            "exercises/05-mini-framework.html",
            "exercises/05-mini-framework/exercise.toml",
        ),
    ] {
        let button = format!("href=\"https://code.example/course/edit/main/{file}\"");
        assert!(text(&out.join(page)).contains(&button), "{button}");
    }
    let problems = check::site(&out).expect("the site is read");
    assert_eq!(lines(&problems), [""; 0]);
}
