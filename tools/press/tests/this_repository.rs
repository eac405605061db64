//! The pages of this repository are what their sources say.

use press::{repository::Repository, sizes, sync};

#[test]
fn the_notes_are_up_to_date() {
    let root = house::root();
    let repository = Repository::open(&root).expect("this crate lies in the repository");
    let report = sync::check(&repository).expect("the pages can be listed");
    let mut printed = Vec::new();
    report
        .print(&mut printed, false)
        .expect("memory can be written to");
    assert!(report.is_clean(), "\n{}", String::from_utf8_lossy(&printed));
}

#[test]
fn each_lesson_has_a_size_and_a_note() {
    let root = house::root();
    let repository = Repository::open(&root).expect("this crate lies in the repository");
    let lessons = repository.folders("lessons").expect("there are lessons");
    let sizes = sizes::all(&repository).expect("the lessons can be read");
    assert_eq!(sizes.len(), lessons.len());
    let house = repository.read("CONTRIBUTING.md").expect("it is there");
    assert!(
        house.contains("\n## Sizes\n"),
        "the table of sizes is there"
    );
}
