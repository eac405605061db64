//! The commands, as a terminal runs them; and what they are made of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs, process};

use lesson_12::commands::{data, deploy, makemigrations, migrate};
use lesson_12::db::Db;
use lesson_12::models;
use lesson_12::testing::TestSite;
use sea_orm::ConnectionTrait;

/// A folder of its own, gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("commands {} {number}", process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Folder(path)
    }

    /// Runs the program in this folder.
    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lesson-12"));
        command.current_dir(&self.0).args(arguments);
        for name in [
            "DEBUG",
            "SECRET_KEY",
            "ALLOWED_HOSTS",
            "DATABASE_URL",
            "TLS",
        ] {
            command.env_remove(name);
        }
        command.env("PORT", "0").envs(environment.iter().copied());
        said(&command.output().expect("the program runs"))
    }
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn the_migrations_make_what_the_models_declare() {
    let differences = makemigrations::found().await.expect("the migrations run");
    assert_eq!(differences, [], "run makemigrations");
}

#[tokio::test]
async fn a_column_that_no_step_makes_is_found() {
    let mut made = makemigrations::made().await.expect("the migrations run");
    let declared = makemigrations::declared(&models::tables()).await;
    let declared = declared.expect("the models are tables");
    let notes = made.get_mut("notes").expect("there are notes");
    notes.columns.remove("link");
    notes.columns.insert("color".into(), "varchar(10)".into());
    notes.indexes.clear();
    let found = makemigrations::differences(&made, &declared);
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "notes.color: the model declares varchar(20), the steps make varchar(10).",
            "notes.link: no step makes this column (varchar(500)).",
            "notes (owner_id): no step makes this index.",
        ]
    );
}

#[test]
fn each_model_is_in_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut declared = BTreeSet::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let text = fs::read_to_string(entry.path()).expect("sources are text");
            let tables = text.split("table_name = \"").skip(1);
            let name = |rest: &str| rest.split('"').next().unwrap_or_default().to_string();
            declared.extend(tables.map(name));
        }
    }
    let tables = models::tables();
    let listed: BTreeSet<String> = tables.iter().map(|table| table.name().into()).collect();
    assert_eq!(listed, declared, "the list in src/models.rs lacks a model");
    assert_eq!(listed.len(), tables.len(), "one is there twice");
}

#[tokio::test]
async fn all_steps_can_be_gone_back_and_run_again() {
    let site = TestSite::new().await;
    let back = migrate::go_to(&site.app.db, "zero")
        .await
        .expect("all steps can be undone");
    assert_eq!(
        back.len(),
        migrate::applied(&site.app.db).await.unwrap().len() + back.len()
    );
    let forward = migrate::up(&site.app.db).await.expect("and run again");
    assert_eq!(forward.len(), back.len());
    let again = migrate::up(&site.app.db).await.expect("a third time");
    assert_eq!(again, [""; 0]);
    let middle = migrate::go_to(&site.app.db, "0001_users")
        .await
        .expect("back to the first");
    assert_eq!(middle.len(), forward.len() - 1);
}

#[tokio::test]
async fn two_who_migrate_at_once_are_not_in_each_others_way() {
    let site = TestSite::new().await;
    migrate::go_to(&site.app.db, "zero")
        .await
        .expect("all steps can be undone");
    let other = Db::connect(&site.database_url())
        .await
        .expect("a second connection");
    let (one, two) = tokio::join!(migrate::up(&site.app.db), migrate::up(&other));
    let steps = one.expect("one migrates").len() + two.expect("so does the other").len();
    assert_eq!(steps, migrate::applied(&site.app.db).await.unwrap().len());
}

#[tokio::test]
async fn what_was_dumped_can_be_loaded_and_is_equal() {
    let (site, other) = (TestSite::new().await, TestSite::new().await);
    fill(&site.app.db).await;
    let dump = data::to_text(&site.app.db).await.expect("it can be read");
    assert!(
        dump.contains(r#""data":"AP8i""#),
        "bytes are base64: {dump}"
    );
    let count = data::from_text(&other.app.db, &dump)
        .await
        .expect("it can be loaded");
    assert_eq!(count, 4);
    assert_eq!(data::to_text(&other.app.db).await.unwrap(), dump);
    // Once more: the rows take the place of those that are there.
    data::from_text(&other.app.db, &dump)
        .await
        .expect("it can be loaded again");
    assert_eq!(data::to_text(&other.app.db).await.unwrap(), dump);
    // The next row has an id of its own.
    let insert = "INSERT INTO notes (text, color, link, created_at, updated_at) VALUES ('new', 'plum', '', 1, 1)";
    let inserted = other.app.db.writer().execute_unprepared(insert).await;
    inserted.expect("the next id is free");
}

/// Rows with what is hard to write down: quotes, none, bytes, letters of other scripts.
async fn fill(db: &Db) {
    for statement in [
        "INSERT INTO users (id, username, email, password, is_active, is_staff, is_superuser, created_at) VALUES (7, 'ada', '', 'x', true, false, false, 1)",
        "INSERT INTO notes (id, owner_id, text, color, link, created_at, updated_at) VALUES (40, 7, 'a \"quoted\" \\ line\nand ünïcode ☃', 'plum', '', 1, 1)",
        "INSERT INTO notes (id, text, color, link, created_at, updated_at) VALUES (41, '', 'khaki', '', 1, 1)",
    ] {
        db.writer()
            .execute_unprepared(statement)
            .await
            .expect("a row");
    }
    let bytes = match db.writer().get_database_backend() {
        sea_orm::DbBackend::Sqlite => "x'00ff22'",
        _ => "'\\x00ff22'::bytea",
    };
    let file = format!(
        "INSERT INTO attachments (id, note_id, name, title, content_type, data, created_at) VALUES (1, 40, 'n', 't', 'text/plain', {bytes}, 1)"
    );
    db.writer().execute_unprepared(&file).await.expect("a file");
}

#[tokio::test]
async fn a_dump_with_a_wrong_row_is_not_loaded_at_all() {
    let site = TestSite::new().await;
    fill(&site.app.db).await;
    let dump = data::to_text(&site.app.db).await.expect("it can be read");
    let other = TestSite::new().await;
    for (right, wrong) in [
        (r#""note_id":40"#, r#""note_id":99"#),
        (r#""color":"plum""#, r#""color":5"#),
        (r#""text":"""#, r#""text":null"#),
        (r#""title":"t""#, r#""tittle":"t""#),
        (r#""model":"notes""#, r#""model":"nodes""#),
    ] {
        let wrong = dump.replacen(right, wrong, 1);
        assert_ne!(wrong, dump, "{right} is in the dump");
        let problem = data::from_text(&other.app.db, &wrong).await;
        assert!(problem.is_err(), "{wrong} was loaded");
        assert_eq!(data::to_text(&other.app.db).await.unwrap(), "[\n\n]\n");
    }
}

#[test]
fn s61_check_deploy_can_warn_of_23_things_and_more() {
    let environments: &[&[(&str, &str)]] = &[
        &[],
        &[
            ("DEBUG", "0"),
            ("SECRET_KEY", "aaaa"),
            ("ALLOWED_HOSTS", "*, https://example.org/, localhost, .org"),
            ("TRUSTED_PROXIES", "0.0.0.0, 8.8.8.8"),
            ("DATABASE_URL", "sqlite:notes.sqlite3"),
        ],
        &[
            ("SECRET_KEY", "secret"),
            ("TLS", "1"),
            ("DATABASE_URL", "postgres://postgres@db.example.org/notes"),
        ],
        &[("DATABASE_URL", "postgres://ada:ada@localhost/notes")],
    ];
    let temporary = format!("sqlite:{}", env::temp_dir().join("notes.sqlite3").display());
    let mut ids = BTreeSet::new();
    for environment in environments
        .iter()
        .copied()
        .chain([&[("DATABASE_URL", temporary.as_str())][..]])
    {
        let environment = environment.iter();
        let environment: BTreeMap<String, String> = environment
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        for finding in deploy::of_settings(&environment) {
            assert!(!finding.hint.is_empty(), "{}", finding.says);
            ids.insert(finding.id);
        }
    }
    // Those of the machine and of the database come on top.
    assert!(ids.len() >= 22, "{ids:?}");
    let folder = Folder::new();
    folder.run(&["migrate"], &[]);
    let (status, text) = folder.run(
        &["check", "--deploy"],
        &[("RUST_BACKTRACE", "1"), ("USER", "root")],
    );
    assert_eq!(status, Some(0), "warnings are no errors: {text}");
    for id in ["security.W031", "security.W035", "security.W040"] {
        assert!(text.contains(id), "{id} is not in {text}");
        ids.insert(id);
    }
    assert!(ids.len() >= 23);
    let (status, _) = folder.run(&["check", "--deploy", "--fail-level", "warning"], &[]);
    assert_eq!(status, Some(1));
}

#[test]
fn s61_with_good_settings_check_deploy_is_silent() {
    let good = [
        ("DEBUG", "0"),
        (
            "SECRET_KEY",
            "n4cIDOB1Hqsm1fUXz6vCe8pFQYtLr2WaJ0KgT9bPyEoMhVd7",
        ),
        ("ALLOWED_HOSTS", "notes.example.org"),
        ("TRUSTED_PROXIES", "10.0.0.2"),
        ("TLS", "1"),
        ("EMAIL_FOLDER", "/srv/mail"),
        ("DATABASE_URL", "sqlite:/srv/notes/notes.sqlite3"),
    ];
    let mut environment: BTreeMap<String, String> = good
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    let key = format!("{}xyz", environment["SECRET_KEY"]);
    environment.insert("SECRET_KEY".into(), key);
    let found: Vec<_> = deploy::of_settings(&environment)
        .iter()
        .map(|found| found.id)
        .collect();
    assert_eq!(found, [""; 0]);
}

#[test]
fn s34_a_new_site_has_no_user_and_a_weak_password_makes_none() {
    let folder = Folder::new();
    folder.run(&["migrate"], &[]);
    let (_, dump) = folder.run(&["dumpdata"], &[]);
    assert_eq!(dump, "[\n\n]\n");
    let make = ["createsuperuser", "--username", "admin", "--noinput"];
    let (status, text) = folder.run(&make, &[("SUPERUSER_PASSWORD", "admin")]);
    assert_eq!(status, Some(2), "{text}");
    let (status, text) = folder.run(&make, &[("SUPERUSER_PASSWORD", "password1")]);
    assert_eq!(status, Some(2), "{text}");
    let (status, text) = folder.run(&make, &[("SUPERUSER_PASSWORD", "parity-kit-pass")]);
    assert_eq!(status, Some(0), "{text}");
    let (status, text) = folder.run(&make, &[("SUPERUSER_PASSWORD", "parity-kit-pass")]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("already"), "{text}");
    let (_, dump) = folder.run(&["dumpdata"], &[]);
    assert!(dump.contains("admin") && !dump.contains("parity-kit-pass"));
}

#[test]
fn a_wrong_command_line_ends_with_status_2() {
    let folder = Folder::new();
    for arguments in [
        &["nothing"][..],
        &["--port"],
        &["createsuperuser", "--noinput"],
    ] {
        let (status, text) = folder.run(arguments, &[]);
        assert_eq!(status, Some(2), "{text}");
    }
    let (status, text) = folder.run(&["migrate", "0099_none"], &[]);
    assert_eq!(status, Some(2));
    assert!(text.contains("There are: 0001_users"), "{text}");
}

#[test]
fn d09_a_database_that_cannot_be_used_is_said_in_one_line() {
    let folder = Folder::new();
    fs::write(
        folder.0.join("text.sqlite3"),
        "this is a letter, and not a database",
    )
    .unwrap();
    let production = [
        ("DEBUG", "0"),
        (
            "SECRET_KEY",
            "n4cIDOB1Hqsm1fUXz6vCe8pFQYtLr2WaJ0KgT9bPyEoMhVd7xyz",
        ),
        ("ALLOWED_HOSTS", "localhost"),
        ("DATABASE_URL", "sqlite:gone.sqlite3"),
    ];
    let (status, text) = folder.run(&[], &production);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("There is no database gone.sqlite3"), "{text}");
    assert!(
        !folder.0.join("gone.sqlite3").exists(),
        "it is not made in silence"
    );
    for url in [
        "sqlite:no/such/folder/a.sqlite3",
        "sqlite:text.sqlite3",
        "sqlite:a.sqlite3?mode=ro",
        "sqlite:",
        "sqlite:.",
        "mysql://localhost/notes",
        "",
    ] {
        let (status, text) = folder.run(&[], &[("DATABASE_URL", url), ("PORT", "0")]);
        assert_eq!(status, Some(2), "{url}: {text}");
        assert_eq!(text.trim_end().lines().count(), 1, "{url}: {text}");
    }
}

#[test]
fn the_path_of_a_database_may_hold_spaces_and_percent_signs() {
    let folder = Folder::new();
    let url = "sqlite:50% of my notes #1.sqlite3";
    let (status, text) = folder.run(&["migrate"], &[("DATABASE_URL", url)]);
    assert_eq!(status, Some(0), "{text}");
    assert!(
        Path::new(&folder.0)
            .join("50% of my notes #1.sqlite3")
            .exists()
    );
}

#[tokio::test]
async fn d09_a_locked_database_is_said_at_start() {
    let folder = Folder::new();
    let path = folder.0.join("locked.sqlite3");
    let url = format!("sqlite:{}", path.display());
    let db = Db::connect(&url).await.expect("a new file");
    let _holds_the_lock = db.begin().await.expect("nobody else has it");
    let (status, text) =
        tokio::task::spawn_blocking(move || folder.run(&["migrate"], &[("DATABASE_URL", &url)]))
            .await
            .expect("it ends");
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("locked"), "{text}");
}
