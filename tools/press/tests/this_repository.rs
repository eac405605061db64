//! The pages of this repository are what their sources say.

use std::path::Path;

use press::{repository::Repository, sync};

#[test]
fn the_notes_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let repository = Repository::open(&root).expect("this crate lies in the repository");
    let report = sync::check(&repository).expect("the pages can be listed");
    let mut printed = Vec::new();
    report
        .print(&mut printed, false)
        .expect("memory can be written to");
    assert!(report.is_clean(), "\n{}", String::from_utf8_lossy(&printed));
}
