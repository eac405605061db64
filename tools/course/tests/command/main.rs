//! The tool as a student meets it, in a copy of the course.

mod copy;
mod judged;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use copy::{Copy, copy, copy_of, git};
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;

const FILE: &str = "exercises/00-http-by-hand/src/main.rs";

#[test]
fn the_help_names_each_command() {
    let copy = Copy::new();
    assert_data_eq!(
        copy.says(&["--help"]),
        str![[r#"
Leads you through the exercises of the course

Alone, it says where you are and what is next. Work like this: `cargo course watch` in one terminal, your editor beside it. Each exercise is a small server in exercises/ that you fix; `cargo course run NN` starts it, so that you can ask it things yourself.

What you name, an exercise (`04`, `4`) or a task (`04.number`), is what you work on from then on: without a name, all commands mean that one, until it is done, and then the next.

Usage: cargo course [COMMAND]

Commands:
  list      All tasks, and which are done
  show      What a task asks for, its points, its page and its files: `show 05`, `show 05.failed`
  check     Judge an exercise or a task: `check`, `check 2`, `check 00.head`, `check 00 01.agent`
  watch     Judge on each save, and go on to the next task when one is done
  hint      The next hint for a task; ask again for the one after it
  skip      Leave a task or an exercise for later: `skip`, `skip 01`; to name it is to come back to it
  run       Start an exercise's server, to ask it things yourself
  diff      What is new from one lesson to another: `diff 04 05`
  reset     Put an exercise back to its beginning; your work is kept aside
  solution  The solution of an exercise and why it is so, once you have passed or asked twice
  submit    Pack your work into one file to hand in
  update    Get the newest version of the course, and keep your work and your progress
  new       For authors: the skeleton of a lesson, in every room: `new 13-topic`
  verify    For authors: does every exercise keep its word?
  help      Print this message or the help of the given subcommand(s)

Options:
  -h, --help
          Print help (see a summary with '-h')

"#]]
    );
}

#[test]
fn alone_it_says_where_you_are_and_what_is_next() {
    let copy = Copy::new();
    let said = copy.says(&[]);
    assert!(said.contains("0 of "), "{said}");
    assert!(
        said.contains("00.bytes Count in bytes (warm-up, 2 points)"),
        "{said}"
    );
    assert!(
        said.contains("edit exercises/00-http-by-hand/: src/main.rs"),
        "{said}"
    );
    assert!(!said.contains('\u{1b}'), "no colours in a pipe: {said}");
}

#[test]
fn the_list_knows_what_is_done_and_what_is_next() {
    let copy = Copy::new();
    fs::create_dir_all(copy.path(".course")).expect("a folder can be made");
    fs::write(
        copy.path(".course/progress.json"),
        r#"{"tasks":{"00.bytes":{"passed":true}}}"#,
    )
    .expect("a file can be written");
    let said = copy.says(&["list"]);
    assert!(said.contains("done  00.bytes"), "{said}");
    assert!(said.contains("next  00.head"), "{said}");
    assert!(said.contains("open  00.keep-alive"), "{said}");
    let json: serde_json::Value =
        serde_json::from_str(&copy.says(&["list", "--json"])).expect("it is JSON");
    assert_eq!(json["schema"], "course-list/1");
    assert_eq!(json["tasks"][0]["passed"], true);
    assert_eq!(json["tasks"][1]["name"], "00.head");
}

#[test]
fn hints_come_one_by_one_and_the_last_one_stays() {
    let copy = Copy::new();
    for expected in ["hint 1 of 3", "hint 2 of 3", "hint 3 of 3", "hint 3 of 3"] {
        let said = copy.says(&["hint", "00.head"]);
        assert!(said.contains(expected), "{said}");
    }
    assert!(
        copy.says(&["hint", "00.1"])
            .contains("00.bytes hint 1 of 3")
    );
}

#[test]
fn a_wrong_name_is_one_line_and_status_2() {
    let copy = Copy::new();
    for (arguments, line) in [
        (
            ["check", "77"],
            "There is no exercise \"77\"; there are 00, 01, 02",
        ),
        (
            ["hint", "00.soup"],
            "There is no task \"00.soup\"; there are 00.bytes, 00.head, 00.keep-alive.",
        ),
        (["reset", "00.9"], "There is no task \"00.9\""),
    ] {
        let output = copy.run(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.starts_with(line), "{said}");
    }
}

#[test]
fn reset_keeps_the_work_aside_and_asks_first() {
    let copy = Copy::new();
    copy.says(&[]);
    let starter = fs::read_to_string(copy.path(FILE)).expect("the starter is there");
    assert!(copy.says(&["reset", "00"]).contains("as it was"));
    fs::write(copy.path(FILE), "// my work\n").expect("a file can be written");
    let extra = copy.path("exercises/00-http-by-hand/src/mine.rs");
    fs::write(&extra, "// my module\n").expect("a file can be written");
    // Nobody is there to say yes.
    let output = copy.run(&["reset", "00"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        fs::read_to_string(copy.path(FILE)).expect("it is there"),
        "// my work\n"
    );
    let said = copy.says(&["reset", "00", "--yes"]);
    assert_eq!(
        fs::read_to_string(copy.path(FILE)).expect("it is there"),
        starter
    );
    assert!(!extra.exists(), "{said}");
    let kept = fs::read_dir(copy.path(".course/kept"))
        .expect("it is kept")
        .flatten()
        .next();
    let kept = kept.expect("one reset").path();
    assert_eq!(
        fs::read_to_string(kept.join(FILE)).expect("it is kept"),
        "// my work\n"
    );
    assert!(kept.join("exercises/00-http-by-hand/src/mine.rs").is_file());
}

#[test]
fn the_solution_is_shown_when_it_is_asked_for_twice() {
    let copy = Copy::new();
    let first = copy.run(&["solution", "00.bytes"]);
    assert_eq!(first.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&first.stdout).contains("ask again"));
    let second = copy.says(&["solution", "00.bytes"]);
    assert!(
        second.contains("+    let length = response.text.len();"),
        "{second}"
    );
    assert!(second.contains("## Count in bytes"), "{second}");
    assert!(!second.contains("## Keep the connection"), "{second}");
}

#[test]
fn diff_shows_what_is_new_between_two_lessons() {
    let copy = Copy::new();
    let said = copy.says(&["diff", "01", "02"]);
    assert!(said.contains("new: 02 examples/unescaped.rs"), "{said}");
    assert!(said.contains("gone: 01 examples/on_hyper.rs"), "{said}");
    assert!(
        said.contains("+        (\"GET\" | \"HEAD\", \"/hello\") => hello(query),"),
        "{said}"
    );
    assert!(
        !said.contains("gateway.rs\n"),
        "the gateway is the same: {said}"
    );
}

#[test]
fn submit_packs_what_may_be_changed_and_nothing_else() {
    let copy = Copy::new();
    copy.says(&[]);
    let output = copy.path("mine.zip");
    let output = output.to_str().expect("a path is UTF-8");
    assert_eq!(
        copy.run(&["submit", "--output", output]).status.code(),
        Some(2),
        "nothing is changed"
    );
    fs::write(copy.path(FILE), "// my work\n").expect("a file can be written");
    let asset = "exercises/00-http-by-hand/src/page.html";
    for other in [
        asset,
        "exercises/00-http-by-hand/build.rs",
        "exercises/00-http-by-hand/src/notes.pdf",
        "exercises/00-http-by-hand/.cargo/config.toml",
    ] {
        let path = copy.path(other);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder can be made");
        fs::write(path, "").expect("a file can be written");
    }
    let said = copy.says(&["submit", "--unfinished", "--output", output]);
    assert!(said.contains("4 files in "), "{said}");
    for left_out in [
        "build.rs: a build script",
        "src/notes.pdf: it is not a source",
        ".cargo/config.toml: a configuration",
    ] {
        assert!(said.contains(left_out), "{said}");
    }
    let packed = fs::read(output).expect("it is there");
    let mut archive =
        zip::ZipArchive::new(std::io::Cursor::new(&packed)).expect("it is a zip file");
    let mut names = Vec::new();
    for at in 0..archive.len() {
        let entry = archive.by_index(at).expect("an entry");
        let year = entry.last_modified().map_or(0, |date| date.year());
        assert!(year >= 2026, "it is dated now, not {year}");
        names.push(entry.name().expect("a name is text").to_string());
    }
    let manifest = "exercises/00-http-by-hand/Cargo.toml";
    assert_eq!(names, ["manifest.json", manifest, FILE, asset]);
    let manifest: serde_json::Value =
        serde_json::from_reader(archive.by_name("manifest.json").expect("it is there"))
            .expect("it is JSON");
    assert_eq!(manifest["schema"], "course-submission/2");
    assert_eq!(manifest["exercises"][0]["exercise"], "00-http-by-hand");
    assert!(
        manifest["date"]
            .as_str()
            .is_some_and(|date| date.ends_with('Z')),
        "{manifest}"
    );
}

#[test]
fn submit_packs_nothing_that_does_not_compile_or_is_missing() {
    let copy = Copy::that_builds();
    copy.says(&[]);
    let output = copy.path("mine.zip");
    let output = output.to_str().expect("a path is UTF-8");
    fs::write(copy.path(FILE), "fn main() {").expect("a file can be written");
    let refused = copy.run(&["submit", "00", "--output", output]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("does not compile"), "{said}");
    fs::remove_file(copy.path(FILE)).expect("it can be removed");
    let refused = copy.run(&["submit", "00", "--unfinished", "--output", output]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        said.contains("src/main.rs of exercise 00 is missing."),
        "{said}"
    );
    assert!(!Path::new(output).exists());
}

#[test]
fn an_update_keeps_edits_and_progress() {
    // The course, as it is published.
    let origin = Copy::new();
    fs::write(origin.path(".gitignore"), "/.course/\n").expect("a file can be written");
    let changelog = |text: &str| {
        fs::write(origin.path("CHANGELOG.md"), text).expect("a file can be written");
    };
    changelog("# Changelog\n\n## v1.0\n\nAll that there is.\n");
    origin.git(&["init", "-q"]);
    origin.git(&["add", "."]);
    origin.git(&["commit", "-qm", "the course"]);
    // A student's clone.
    let student = TempDir::new().expect("a folder can be made");
    let url = origin.folder.path().to_str().expect("a path is UTF-8");
    git(student.path(), &["clone", "-q", url, "."]);
    let student = Copy { folder: student };
    student.says(&[]);
    // Edits: beside what the course changes, at the same place, and where it changes nothing.
    student.edit(FILE, "chars().count()", "len() /* mine */");
    let routing = "exercises/02-routing/src/application.rs";
    student.edit(routing, "<h1>404</h1>", "<h1>404, mine</h1>");
    let gateway = "exercises/02-routing/src/gateway.rs";
    student.edit(gateway, "Nothing is to be done here.", "Mine.");
    let own = "exercises/02-routing/src/own.rs";
    fs::write(student.path(own), "// mine\n").expect("a file can be written");
    student.says(&["hint", "00.head"]);
    // A new version.
    origin.edit(
        FILE,
        "The largest head, and the largest body, in bytes.",
        "The largest head or body, in bytes.",
    );
    origin.edit(routing, "<h1>404</h1>", "<h1>404, theirs</h1>");
    changelog("# Changelog\n\n## v1.1\n\nA shorter head.\n\n## v1.0\n\nAll that there is.\n");
    origin.git(&["commit", "-qam", "a new version"]);
    let said = student.says(&["update"]);
    assert!(
        said.contains("\n## v1.1\n\nA shorter head.\n") && !said.contains("v1.0"),
        "what is new is shown, and nothing else: {said}"
    );
    let again = student.says(&["update"]);
    assert!(!again.contains("v1.1"), "there is nothing new: {again}");
    let read = |file: &str| fs::read_to_string(student.path(file)).expect("it is there");
    assert!(
        read(FILE).contains("len() /* mine */") && read(FILE).contains("The largest head or body"),
        "{said}"
    );
    assert!(read(routing).contains("404, mine"), "{said}");
    assert!(
        said.contains(
            "application.rs has changed in the course at a place that you have changed, too"
        ),
        "{said}"
    );
    assert!(read(&format!(".course/theirs/{routing}")).contains("404, theirs"));
    assert!(read(gateway).contains("Mine."), "{said}");
    assert!(student.path(own).is_file());
    assert!(
        student.says(&["hint", "00.head"]).contains("hint 2 of 3"),
        "the progress is kept"
    );
    // And the starters to which a reset goes back are the new ones.
    student.says(&["reset", "02", "--yes"]);
    assert!(read(routing).contains("404, theirs"));
}

#[test]
fn an_update_that_was_cut_off_is_put_right_by_the_next_command() {
    let copy = Copy::new();
    copy.says(&[]);
    let aside = copy.path(".course/updating").join(FILE);
    fs::create_dir_all(aside.parent().expect("it has a folder")).expect("a folder can be made");
    fs::write(aside, "// my work\n").expect("a file can be written");
    let said = copy.says(&["list"]);
    assert!(
        said.starts_with("An update was cut off. Your files are back"),
        "{said}"
    );
    assert_eq!(
        fs::read_to_string(copy.path(FILE)).expect("it is there"),
        "// my work\n"
    );
    assert!(!copy.path(".course/updating").exists());
}

#[test]
fn a_failing_update_changes_nothing() {
    let copy = Copy::new();
    copy.git(&["init", "-q"]);
    copy.git(&["add", "."]);
    copy.git(&["commit", "-qm", "the course"]);
    copy.says(&[]);
    fs::write(copy.path(FILE), "// my work\n").expect("a file can be written");
    // There is nowhere to pull from.
    let output = copy.run(&["update"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        fs::read_to_string(copy.path(FILE)).expect("it is there"),
        "// my work\n"
    );
}

#[test]
fn a_new_lesson_has_every_room_and_says_what_is_next() {
    let copy = Copy::new();
    let root = house::root();
    copy_of(&root, "lessons/06-notes-app", &copy);
    copy_of(&root, "slides", &copy);
    for page in ["README.md", "CONTRIBUTING.md"] {
        fs::copy(root.join(page), copy.path(page)).expect("a page can be copied");
    }
    let said = copy.says(&["new", "13-push-messages"]);
    assert!(
        said.contains("wrote lessons/13-push-messages/src/main.rs\n"),
        "{said}"
    );
    assert!(
        said.contains("cargo test -p tests --test answers -- 13-push-messages\n"),
        "{said}"
    );
    let lacking = house::rooms::lacking(copy.folder.path());
    let of_13: Vec<&String> = lacking.iter().filter(|line| line.contains("13")).collect();
    assert!(of_13.is_empty(), "{of_13:?}");
    // What only an author can write is named, in each room.
    let unwritten = house::rooms::unwritten(copy.folder.path()).join("\n");
    for room in [
        "lessons",
        "notes",
        "slides",
        "exercises",
        "solutions",
        "README",
    ] {
        assert!(unwritten.contains(room), "{room}: {unwritten}");
    }
    let manifest = fs::read_to_string(copy.path("lessons/13-push-messages/Cargo.toml"));
    let manifest = manifest.expect("it is there");
    assert!(manifest.contains("name = \"lesson-13\""), "{manifest}");
    for file in house::files::below(copy.folder.path()) {
        let is_new = file.to_string_lossy().contains("13-push-messages");
        let text = fs::read_to_string(file).unwrap_or_default();
        let is_filled = !["@NN@", "@topic@", "@title@"]
            .iter()
            .any(|name| text.contains(name));
        assert!(!is_new || is_filled, "{text}");
    }
}

#[test]
fn a_lesson_whose_number_is_taken_is_not_begun() {
    let copy = Copy::new();
    let taken = copy.run(&["new", "02-another"]);
    assert_eq!(taken.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&taken.stderr).trim_end(),
        "The number 02 is taken, by 02-routing."
    );
    for name in ["thirteen", "13", "13-", "13-Push", "13-../a", "13-a b"] {
        let refused = copy.run(&["new", name]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(
            said.contains("two digits and one or more words"),
            "{name}: {said}"
        );
    }
}

#[test]
fn what_was_named_is_what_is_worked_on() {
    let copy = Copy::new();
    let said = copy.says(&["show", "2"]);
    for part in [
        "02.allow Not in this way (warm-up, 2 points)",
        "02.guests",
        "read notes/02-routing.md#",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert!(
        said.contains("edit exercises/02-routing/: src/application.rs"),
        "{said}"
    );
    assert!(copy.says(&["hint"]).contains("02.allow hint 1 of 3"));
    assert!(copy.says(&[]).contains("02.allow Not in this way"));
    copy.says(&["show", "02.surroundings"]);
    assert!(copy.says(&["hint"]).contains("02.surroundings hint 1 of 3"));
    assert!(copy.says(&["list"]).contains("cargo course show"));
}

#[test]
fn what_is_skipped_is_left_for_later() {
    let copy = Copy::new();
    let said = copy.says(&["skip"]);
    assert!(said.contains("00.bytes is left for later"), "{said}");
    assert!(said.contains("Next: 00.head"), "{said}");
    let said = copy.says(&["skip", "00"]);
    assert!(said.contains("Next: 01.agent"), "{said}");
    assert!(copy.says(&["list"]).contains("skip  00.bytes"));
    // Whoever names it has come back to it.
    copy.says(&["show", "00.head"]);
    assert!(copy.says(&[]).contains("00.head A head without a body"));
    assert!(copy.says(&["list"]).contains("next  00.head"));
}

#[test]
fn progress_in_another_encoding_is_not_overwritten() {
    let copy = Copy::new();
    copy.says(&[]);
    let file = copy.path(".course/progress.json");
    let text = r#"{"tasks":{"00.bytes":{"passed":true}}}"#;
    fs::write(&file, format!("\u{feff}{text}")).expect("a file can be written");
    assert!(copy.says(&["list"]).contains("done  00.bytes"));
    // As PowerShell writes it.
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        [vec![0xff, 0xfe], utf16].concat(),
        b"\xff".to_vec(),
        b"{".to_vec(),
    ] {
        fs::write(&file, &bytes).expect("a file can be written");
        for arguments in [&["hint"][..], &["hint", "00"], &["skip"], &["list"]] {
            let output = copy.run(arguments);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(said.contains("Save it as UTF-8, or delete it"), "{said}");
            assert_eq!(fs::read(&file).expect("it is there"), bytes);
        }
    }
}

#[test]
fn no_progress_is_lost_when_many_commands_run_at_once() {
    let copy = Copy::new();
    let hints = [
        "00.bytes",
        "00.head",
        "01.agent",
        "02.allow",
        "02.guests",
        "03.lines",
    ];
    let running = hints.map(|name| {
        let mut command = copy.command();
        let command = command.args(["hint", name]).stdout(Stdio::null());
        command.spawn().expect("the tool starts")
    });
    for mut child in running {
        assert!(child.wait().expect("it ends").success());
    }
    for name in hints {
        assert!(copy.says(&["hint", name]).contains("hint 2 of 3"), "{name}");
    }
}

#[test]
fn an_update_leaves_a_merge_of_ones_own_and_another_repository_alone() {
    let copy = Copy::new();
    copy.git(&["init", "-q"]);
    copy.git(&["add", "."]);
    copy.git(&["commit", "-qm", "the course"]);
    copy.git(&["checkout", "-qb", "mine"]);
    copy.edit("notes/glossary.md", "#", "# Mine:");
    copy.git(&["commit", "-qam", "mine"]);
    copy.git(&["checkout", "-q", "main"]);
    copy.git(&["merge", "-q", "--no-commit", "--no-ff", "mine"]);
    let refused = copy.run(&["update"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("A merge of your own is under way"), "{said}");
    assert!(copy.path(".git/MERGE_HEAD").is_file());
    assert!(copy.read("notes/glossary.md").starts_with("# Mine:"));
    // A downloaded zip, unpacked inside of something else.
    let around = TempDir::new().expect("a folder can be made");
    git(around.path(), &["init", "-q"]);
    let unpacked = around.path().join("course");
    self::copy(&copy.path("exercises"), &unpacked.join("exercises"));
    let output = Command::new(env!("CARGO_BIN_EXE_course"))
        .arg("--repository")
        .arg(&unpacked)
        .arg("update")
        .output();
    let said = String::from_utf8_lossy(&output.expect("the tool starts").stderr).into_owned();
    assert!(
        said.starts_with("This folder was not made by `git clone`"),
        "{said}"
    );
}
