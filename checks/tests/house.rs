//! The rules of the house that can be checked: what every server does with its port and on
//! Ctrl-C, and what every lesson's `Cargo.toml` may say.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use cargo_metadata::{Dependency, DependencyKind, Edition, MetadataCommand, Package, TargetKind};
use house::build::ServerName;
use house::build::artifacts;
use house::lessons::Lesson;
use toml::Table;
#[cfg(unix)]
use wire::Connection;
use wire::server::{Server, run_to_end};

/// The packages of the lessons: `lesson-00`, `lesson-01`, …
fn lessons() -> Vec<String> {
    house::lessons().iter().map(Lesson::package).collect()
}

fn run_with_port(package: &str, port: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(artifacts().executable(package, None));
    let (status, stdout, stderr) = run_to_end(command.env("PORT", port))
        .unwrap_or_else(|problem| panic!("{package} with PORT={port}: {problem}"));
    (status.code(), stdout, stderr)
}

#[test]
fn there_are_lessons() {
    assert!(lessons().len() >= 6, "{:?}", lessons());
}

#[test]
fn a_bad_port_is_one_clear_line_and_status_2() {
    for package in lessons() {
        for port in ["eighty", "65536", "-1", "", "80 80", "8000.5"] {
            let (status, stdout, stderr) = run_with_port(&package, port);
            assert_eq!(status, Some(2), "{package} with PORT={port:?}: {stderr}");
            assert_eq!(stdout, "", "{package} with PORT={port:?}");
            assert_eq!(stderr.lines().count(), 1, "{package}: {stderr}");
            let says = stderr.starts_with("PORT must be a ");
            assert!(says, "{package}: {stderr}");
            assert!(stderr.contains(&format!("{port:?}")), "{package}: {stderr}");
        }
    }
}

#[test]
fn a_taken_port_is_one_clear_line_and_status_2() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let port = taken
        .local_addr()
        .expect("it has a port")
        .port()
        .to_string();
    for package in lessons() {
        let (status, stdout, stderr) = run_with_port(&package, &port);
        assert_eq!(status, Some(2), "{package}: {stderr}");
        assert_eq!(stdout, "", "{package}");
        assert_eq!(stderr.lines().count(), 1, "{package}: {stderr}");
        assert!(
            stderr.starts_with(&format!("Cannot listen on port {port}: ")),
            "{package}: {stderr}"
        );
    }
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_a_server_with_status_0_and_one_line_said() {
    // std knows no signals, so lesson 00 leaves Ctrl-C to the system: nothing of ours to test.
    for package in lessons().iter().filter(|package| *package != "lesson-00") {
        let mut server = Server::of(package);
        // What has answered once listens for Ctrl-C, too. HEAD: lesson 03's answer to GET has no end.
        let mut connection = Connection::new(server.connect().expect("it listens"));
        let asked = connection.send(b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        asked.expect("sent");
        connection.answer("HEAD").expect("an answer");
        server.interrupt();
        let status = server.wait();
        assert_eq!(status.code(), Some(0), "{package}: {}", server.stderr());
        let line = format!("Listening on http://127.0.0.1:{}\n", server.port);
        assert_eq!(server.stdout(), line, "{package}");
    }
}

#[test]
#[cfg(unix)]
fn a_request_that_has_begun_is_answered_after_ctrl_c() {
    use std::thread;
    use std::time::{Duration, Instant};
    // Lesson 05 answers when the body is there: half of it has come when Ctrl-C does.
    let mut server = Server::of("lesson-05 extractors");
    let mut connection = Connection::new(server.connect().expect("it listens"));
    let head =
        "POST /shout HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    connection.send(head.as_bytes()).expect("sent");
    // 100 Continue: the server has read the head and waits for the body.
    let interim = connection.interim().expect("an interim answer");
    assert!(interim.starts_with(b"HTTP/1.1 100 "), "{interim:?}");
    server.interrupt();
    // Once new connections are refused, the server has seen the signal. Another server may get the port then, so
    // this must not last: ten seconds after the signal this one ends in any case.
    let begun = Instant::now();
    while server.connect().is_ok() && begun.elapsed() < Duration::from_secs(2) {
        thread::sleep(Duration::from_millis(10));
    }
    connection.send(b"hello").expect("sent");
    let answer = connection
        .answer("POST")
        .expect("an answer")
        .expect("not closed");
    assert_eq!(
        (answer.status, answer.body.as_slice()),
        (200, b"HELLO".as_slice())
    );
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn a_manifest_of_a_lesson_stands_on_its_own() {
    for Lesson { folder, .. } in house::lessons() {
        let text = fs::read_to_string(folder.join("Cargo.toml")).expect("a lesson has a manifest");
        assert!(
            !text.contains("workspace"),
            "{} inherits from the workspace",
            folder.display()
        );
    }
    for package in packages().filter(|package| package.name.starts_with("lesson-")) {
        for Dependency { name, source, .. } in &package.dependencies {
            let is_registry =
                |source: &cargo_metadata::Source| source.repr.starts_with("registry+");
            assert!(
                source.as_ref().is_some_and(is_registry),
                "{} depends on {name} from {source:?}: only the registry is allowed",
                package.name
            );
        }
    }
}

#[test]
fn all_packages_agree_on_the_version_of_each_crate() {
    let mut versions = BTreeMap::new();
    for package in packages() {
        let outside = package.dependencies.iter().filter(|one| one.path.is_none());
        for Dependency { name, req, .. } in outside {
            let first = versions.entry(name).or_insert((req, &package.name));
            assert_eq!(
                req, first.0,
                "{} and {} differ on {name}",
                package.name, first.1
            );
        }
    }
}

#[test]
fn all_packages_state_the_same_edition_licence_and_rust_version() {
    for package in packages() {
        let stated = (package.edition, package.license.as_deref());
        let expected = (Edition::E2024, Some("MIT OR Apache-2.0"));
        assert_eq!(stated, expected, "{}", package.name);
        let rust = package.rust_version.as_ref().map(ToString::to_string);
        assert_eq!(rust.as_deref(), Some("1.95.0"), "{}", package.name);
    }
}

/// What a contributor alone opens has its lints, and the versions that several need, in one place.
#[test]
fn what_tools_have_in_common_stands_in_the_workspace() {
    let read = |path: &Path| -> Table {
        let text = fs::read_to_string(path).expect("a manifest can be read");
        text.parse().expect("a manifest is TOML")
    };
    let mut users: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for package in packages().filter(|package| !package.name.contains('-')) {
        let manifest = read(package.manifest_path.as_std_path());
        let lints = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"));
        // The sandbox of the grader asks the kernel for what no crate offers without `unsafe`.
        assert!(
            lints.is_some() || package.name == "grade",
            "{}",
            package.name
        );
        let targets = manifest.get("target").and_then(toml::Value::as_table);
        let targets = targets.into_iter().flat_map(|targets| targets.values());
        let tables = targets.filter_map(toml::Value::as_table).chain([&manifest]);
        let tables = tables
            .flat_map(|table| ["dependencies", "dev-dependencies"].map(|name| table.get(name)));
        for (name, stated) in tables.flatten().filter_map(toml::Value::as_table).flatten() {
            let owner = match stated.get("workspace") {
                Some(_) => "the workspace",
                None => package.name.as_str(),
            };
            users.entry(name.clone()).or_default().push(owner);
        }
    }
    let own = users
        .iter()
        .filter(|(_, owners)| !owners.contains(&"the workspace"));
    let several: Vec<_> = own.filter(|(_, owners)| owners.len() > 1).collect();
    assert!(several.is_empty(), "the workspace is to state {several:?}");
    let shared = read(&house::root().join("Cargo.toml"));
    for (name, _) in shared["workspace"]["dependencies"]
        .as_table()
        .expect("a table")
    {
        let owners = users.get(name).map_or(&[][..], Vec::as_slice);
        let inherited = owners.iter().all(|owner| *owner == "the workspace");
        assert!(
            inherited && owners.len() > 1,
            "{name}, which the workspace states: {owners:?}"
        );
    }
}

/// Cargo puts all examples into one folder, and those of one name onto each other.
#[test]
fn no_two_lessons_have_an_example_of_the_same_name() {
    let mut seen = BTreeMap::new();
    for package in packages() {
        let is_program = |kind| matches!(kind, &TargetKind::Example | &TargetKind::Bin);
        let targets = package.targets.iter();
        for target in targets.filter(|target| target.kind.iter().any(is_program)) {
            if let Some(other) = seen.insert(&target.name, &package.name) {
                panic!(
                    "{other} and {} both have a program {}",
                    package.name, target.name
                );
            }
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn lessons_and_exercises_forbid_unsafe_code() {
    for package in packages().filter(|package| package.name.contains('-')) {
        let targets = package.targets.iter();
        for target in targets.filter(|target| !target.is_kind(TargetKind::Test)) {
            let text = fs::read_to_string(&target.src_path).expect("code is UTF-8");
            let forbids = text.contains("#![forbid(unsafe_code)]");
            assert!(forbids, "{}", target.src_path);
        }
    }
}

#[test]
fn an_exercise_stands_on_the_registry_and_its_judge_alone() {
    let is_exercise = |package: &&Package| {
        package.name.starts_with("exercise-") || package.name.starts_with("solution-")
    };
    let exercises: Vec<&Package> = packages().filter(is_exercise).collect();
    assert!(exercises.len() >= 6, "{}", exercises.len());
    for package in exercises {
        for dependency in &package.dependencies {
            let is_judge =
                dependency.name == "judge" && dependency.kind == DependencyKind::Development;
            assert!(
                is_judge || dependency.path.is_none(),
                "{} depends on {}",
                package.name,
                dependency.name
            );
        }
    }
}

/// What a starter does not use yet, its tasks ask for: that no crate is useless is seen at the solution.
#[test]
fn an_exercise_has_the_crates_of_its_solution() {
    let crates = |package: &Package| {
        let stated = package.dependencies.iter();
        let stated = stated.map(|one| format!("{} {} {:?}", one.name, one.req, one.features));
        stated.collect::<Vec<String>>()
    };
    for exercise in packages() {
        if let Some(number) = exercise.name.strip_prefix("exercise-") {
            let solution = format!("solution-{number}");
            let solution = packages().find(|package| package.name == solution);
            let solution = solution.expect("an exercise is solved");
            assert_eq!(crates(exercise), crates(solution), "{}", exercise.name);
        }
    }
}

#[test]
fn a_solution_is_judged_by_the_very_tests_of_its_exercise() {
    for package in packages() {
        let name = &package.name;
        let Some(number) = name.strip_prefix("solution-") else {
            continue;
        };
        let tests = package.targets.iter();
        let tests = tests.filter(|target| target.is_kind(TargetKind::Test));
        let tests: Vec<String> = tests
            .map(|target| target.src_path.as_str().replace('\\', "/"))
            .collect();
        let [test] = &tests[..] else {
            panic!("{name} has the tests {tests:?}");
        };
        assert!(
            test.contains(&format!("/exercises/{number}-")) && test.ends_with("/tests/tasks.rs"),
            "{name}: {test}"
        );
    }
}

/// All packages of this repository.
fn packages() -> impl Iterator<Item = &'static Package> {
    static PACKAGES: LazyLock<Vec<Package>> = LazyLock::new(|| {
        let mut cargo = MetadataCommand::new();
        let metadata = cargo.no_deps().current_dir(house::root()).exec();
        metadata.expect("cargo tells of the workspace").packages
    });
    PACKAGES.iter()
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let name = ServerName::parse("lesson-05 no_such_example").expect("two words");
    let failed = std::panic::catch_unwind(|| Server::start(&name, &[]).map(|_| ()));
    let said = failed.expect_err("there is no such example");
    let said = said.downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(
        said.starts_with("there is no server lesson-05/no_such_example; there are: "),
        "{said}"
    );
}
