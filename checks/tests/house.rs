//! The rules of the house that can be checked: what every server does with its port and on
//! Ctrl-C, and what every lesson's `Cargo.toml` may say.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;

use house::build::ServerName;
use house::build::artifacts;
use house::lessons::Lesson;
use serde_json::Value;
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
    use std::time::Instant;
    use wire::server::PATIENCE;
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
    // Once new connections are refused, the server has seen the signal.
    let begun = Instant::now();
    while server.connect().is_ok() {
        assert!(begun.elapsed() < PATIENCE, "Ctrl-C is not heeded");
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
    for (package, dependency) in dependencies()
        .iter()
        .filter(|(package, _)| package.starts_with("lesson-"))
    {
        let source = dependency["source"].as_str().unwrap_or("none");
        assert!(
            source.starts_with("registry+") && dependency["path"].is_null(),
            "{package} depends on {} from {source}: only the registry is allowed",
            dependency["name"]
        );
    }
}

#[test]
fn all_packages_agree_on_the_version_of_each_crate() {
    let mut versions: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (package, dependency) in dependencies() {
        let name = dependency["name"].as_str().unwrap_or_default().to_string();
        let version = dependency["req"].as_str().unwrap_or_default().to_string();
        let first = versions
            .entry(name.clone())
            .or_insert((version.clone(), package.clone()));
        assert_eq!(
            version, first.0,
            "{package} and {} differ on {name}",
            first.1
        );
    }
}

#[test]
fn all_packages_state_the_same_edition_licence_and_rust_version() {
    let mut stated: Vec<String> = packages()
        .iter()
        .map(|package| {
            format!(
                "{} {} {}",
                package["edition"], package["license"], package["rust_version"]
            )
        })
        .collect();
    stated.dedup();
    assert_eq!(stated, [r#""2024" "MIT OR Apache-2.0" "1.95""#]);
}

#[test]
fn a_lesson_uses_each_crate_that_it_declares() {
    for Lesson { folder, .. } in house::lessons() {
        let code: String = house::files::of_kind(&folder, "rs")
            .iter()
            .map(|file| fs::read_to_string(file).expect("code is UTF-8"))
            .collect();
        let manifest = folder.join("Cargo.toml");
        for (package, dependency) in dependencies_of(&manifest) {
            let name = dependency["name"]
                .as_str()
                .unwrap_or_default()
                .replace('-', "_");
            assert!(
                code.contains(&format!("{name}::")),
                "{package} declares {name} and does not use it"
            );
        }
    }
}

/// Cargo puts all examples into one folder, and those of one name onto each other.
#[test]
fn no_two_lessons_have_an_example_of_the_same_name() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for package in packages() {
        let name = package["name"].as_str().unwrap_or_default().to_string();
        for target in package["targets"].as_array().into_iter().flatten() {
            if target["kind"][0] != "example" && target["kind"][0] != "bin" {
                continue;
            }
            let program = target["name"].as_str().unwrap_or_default().to_string();
            if let Some(other) = seen.insert(program.clone(), name.clone()) {
                panic!("{other} and {name} both have a program {program}");
            }
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn a_lesson_forbids_unsafe_code() {
    for Lesson { folder, .. } in house::lessons() {
        let mut roots = house::files::of_kind(&folder.join("examples"), "rs");
        roots.extend(["src/main.rs", "src/lib.rs"].map(|file| folder.join(file)));
        for root in roots.iter().filter(|root| root.is_file()) {
            let text = fs::read_to_string(root).expect("code is UTF-8");
            assert!(
                text.contains("#![forbid(unsafe_code)]"),
                "{}",
                root.display()
            );
        }
    }
}

#[test]
fn an_exercise_stands_on_the_registry_and_its_judge_alone() {
    let mut seen = 0;
    for package in packages() {
        let name = package["name"].as_str().unwrap_or_default();
        if !name.starts_with("exercise-") && !name.starts_with("solution-") {
            continue;
        }
        seen += 1;
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let is_judge = dependency["name"] == "judge" && dependency["kind"] == "dev";
            assert!(
                is_judge || dependency["path"].is_null(),
                "{name} depends on {}",
                dependency["name"]
            );
        }
    }
    assert!(seen >= 6, "{seen} packages of exercises and solutions");
}

#[test]
fn a_solution_is_judged_by_the_very_tests_of_its_exercise() {
    for package in packages() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(number) = name.strip_prefix("solution-") else {
            continue;
        };
        let targets = package["targets"].as_array().into_iter().flatten();
        let tests: Vec<String> = targets
            .filter(|target| target["kind"][0] == "test")
            .filter_map(|target| Some(target["src_path"].as_str()?.replace('\\', "/")))
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

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(house::root())
        .output()
        .expect("cargo metadata runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    metadata["packages"]
        .as_array()
        .expect("there are packages")
        .clone()
}

/// Every dependency in the workspace on a crate from outside it, with the package that has it.
fn dependencies() -> Vec<(String, Value)> {
    packages().iter().flat_map(dependencies_in).collect()
}

fn dependencies_of(manifest: &Path) -> Vec<(String, Value)> {
    let packages = packages();
    let found = packages.iter().find(|package| {
        package["manifest_path"]
            .as_str()
            .is_some_and(|path| Path::new(path) == manifest)
    });
    found.map(dependencies_in).unwrap_or_default()
}

fn dependencies_in(package: &Value) -> Vec<(String, Value)> {
    let name = package["name"].as_str().unwrap_or_default();
    let all = package["dependencies"].as_array().into_iter().flatten();
    let outside =
        all.filter(|dependency| name.starts_with("lesson-") || dependency["path"].is_null());
    outside
        .map(|dependency| (name.to_string(), dependency.clone()))
        .collect()
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
