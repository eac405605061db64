//! Takes out the protections of lesson 12, one at a time, and demands that a test fails each time:
//! a test that passes without what it tests is worth nothing.
//!
//! ```sh
//! cargo run -p checks --bin mutants             # all of them
//! cargo run -p checks --bin mutants -- s04 d02  # those of some items
//! cargo run -p checks --bin mutants -- --table  # writes the table that the note shows
//! ```
//!
//! It works on a copy below `target/mutants`, where the crates are built once more.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io};

use checks::protections::{self, BLACK_BOX, LESSON, Mutant};
use house::build::{self, Artifacts};
use house::files::{mirror, write_if_other};
use house::start::wait_or_kill;

/// A test that runs longer has been broken by its mutant too.
const PATIENCE: Duration = Duration::from_secs(120);

/// Names the PostgreSQL server of the tests.
const SERVER: &str = "TEST_DATABASE_URL";
/// Both databases' drivers, so that a test that is run on both is built once.
const FEATURES: &str = "lesson-12/postgres";
/// What a test says when it wants a program that is not here.
const SKIPPED: &str = "skipped: ";

fn main() -> ExitCode {
    let asked: Vec<String> = env::args().skip(1).collect();
    let result = match asked.first().map(String::as_str) {
        Some("--table") => write_table(),
        _ => run_all(&asked),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn write_table() -> Result<bool, String> {
    let path = house::root().join("notes/tables/12-protections.md");
    let folder = path.parent().expect("the file lies in a folder");
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    fs::write(&path, protections::table()?).map_err(|error| error.to_string())?;
    println!("{} is written.", path.display());
    Ok(true)
}

fn run_all(asked: &[String]) -> Result<bool, String> {
    let mut mutants = protections::mutants()?;
    mutants.retain(|mutant| asked.is_empty() || asked.contains(&mutant.item));
    if mutants.is_empty() {
        return Err("there are no such mutants".into());
    }
    let copy = Copy::make().map_err(|error| format!("the copy: {error}"))?;
    let tests = copy.tests_as_they_are(&mutants)?;
    let (mut caught, mut failed) = (0, Vec::new());
    for mutant in &mutants {
        let begun = Instant::now();
        let outcome = copy.run(mutant, &tests);
        let said = match &outcome {
            Outcome::Caught => "caught",
            Outcome::Survived => "SURVIVED",
            Outcome::Skipped => "skipped, and so is its test where this runs",
            Outcome::Broken(_) => "DOES NOT COMPILE",
        };
        println!(
            "{} {said}: {} ({} s)",
            mutant.item,
            mutant.test,
            begun.elapsed().as_secs()
        );
        match outcome {
            Outcome::Caught => caught += 1,
            // In CI nothing is skipped.
            Outcome::Skipped if env::var_os("CI").is_none() => {}
            Outcome::Skipped | Outcome::Survived => failed.push(mutant),
            Outcome::Broken(why) => {
                println!("{why}");
                failed.push(mutant);
            }
        }
    }
    println!("{caught} of {} mutants are caught.", mutants.len());
    for mutant in &failed {
        println!("Not caught: {} in {}", mutant.item, mutant.file);
    }
    Ok(failed.is_empty())
}

enum Outcome {
    /// The test has failed, as it must.
    Caught,
    /// The test has passed without what it tests.
    Survived,
    /// The test wants a program that is not here, and has said so.
    Skipped,
    /// The compiler refuses it, or it cannot be applied.
    Broken(String),
}

/// A test, found in an executable.
#[derive(Clone)]
struct Found {
    /// Its whole name there: `csrf::s04_…`.
    name: String,
    black_box: bool,
    skipped: bool,
}

/// A workspace of its own with the lesson and its black box.
struct Copy {
    root: PathBuf,
    target: PathBuf,
}

impl Copy {
    fn make() -> io::Result<Copy> {
        let repository = house::root();
        let place = repository.join("target/mutants");
        let (root, target) = (place.join("workspace"), place.join("target"));
        fs::create_dir_all(&root)?;
        let members = format!("members = [\"checks\", \"tests\", \"tools/*\", \"{LESSON}\"]");
        let manifest = fs::read_to_string(repository.join("Cargo.toml"))?;
        let lines = manifest.lines().map(|line| match line {
            line if line.starts_with("members = ") => &members,
            line if line.starts_with("default-members = ") => "",
            line => line,
        });
        let workspace = lines.collect::<Vec<&str>>().join("\n");
        write_if_other(&root.join("Cargo.toml"), workspace.as_bytes())?;
        // Cargo takes out of the copy's what the copy does not need.
        fs::copy(repository.join("Cargo.lock"), root.join("Cargo.lock"))?;
        for part in ["checks", "tests", "tools", LESSON] {
            mirror(&repository.join(part), &root.join(part))?;
        }
        Ok(Copy { root, target })
    }

    /// The tests that the mutants name, each of which passes while nothing is changed.
    fn tests_as_they_are(&self, mutants: &[Mutant]) -> Result<BTreeMap<String, Found>, String> {
        let of_black_box: BTreeSet<String> = protections::all_tests()?
            .into_iter()
            .filter(protections::Test::is_black_box)
            .map(|test| test.name)
            .collect();
        let mut tests = BTreeMap::new();
        for black_box in [false, true] {
            let wanted: Vec<&Mutant> = mutants
                .iter()
                .filter(|mutant| of_black_box.contains(mutant.function()) == black_box)
                .collect();
            if wanted.is_empty() {
                continue;
            }
            for (_, names) in self.build(black_box)? {
                for mutant in &wanted {
                    let is_it =
                        |name: &&String| name.rsplit("::").next() == Some(mutant.function());
                    let mut found = names.iter().filter(is_it);
                    if let (Some(name), None) = (found.next(), found.next()) {
                        let name = name.clone();
                        let found = Found {
                            name,
                            black_box,
                            skipped: false,
                        };
                        tests.insert(mutant.test.clone(), found);
                    }
                }
            }
        }
        let lost = mutants
            .iter()
            .find(|mutant| !tests.contains_key(&mutant.test));
        if let Some(mutant) = lost {
            return Err(format!(
                "{}: no test, or several: {}",
                mutant.item, mutant.test
            ));
        }
        println!("{} tests are run as they are …", tests.len());
        let built = [self.build_if(false, &tests)?, self.build_if(true, &tests)?].concat();
        for found in tests.values_mut() {
            let (passes, said) = self.pass(found, &built)?;
            found.skipped = said.contains(SKIPPED);
            if !passes {
                return Err(format!(
                    "{} fails even without a mutant:\n{said}",
                    found.name
                ));
            }
        }
        Ok(tests)
    }

    fn build_if(
        &self,
        black_box: bool,
        tests: &BTreeMap<String, Found>,
    ) -> Result<Vec<(PathBuf, Vec<String>)>, String> {
        match tests.values().any(|found| found.black_box == black_box) {
            true => self.build(black_box),
            false => Ok(Vec::new()),
        }
    }

    fn run(&self, mutant: &Mutant, tests: &BTreeMap<String, Found>) -> Outcome {
        let path = self.root.join(LESSON).join(&mutant.file);
        let found = &tests[&mutant.test];
        if found.skipped {
            return Outcome::Skipped;
        }
        let result = fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", mutant.file))
            .and_then(|whole| {
                let changed = mutant.applied(&whole)?;
                let put = |text: &str| fs::write(&path, text).map_err(|error| error.to_string());
                put(&changed)?;
                let built = self.build(found.black_box);
                let passes = built.and_then(|built| self.pass(found, &built));
                put(&whole)?;
                passes
            });
        match result {
            Ok((true, _)) => Outcome::Survived,
            Ok((false, _)) => Outcome::Caught,
            Err(why) => Outcome::Broken(why),
        }
    }

    /// Builds the lesson's tests, or the black box: the executables, with the tests in them.
    fn build(&self, black_box: bool) -> Result<Vec<(PathBuf, Vec<String>)>, String> {
        let what: &[&str] = match black_box {
            // The lesson itself is built by the black box when it runs.
            true => &["-p", "checks", "--test", BLACK_BOX],
            false => &["-p", "lesson-12", "--features", FEATURES, "--test", "suite"],
        };
        if black_box {
            // So that a mutant that does not compile is told from a test that fails.
            self.cargo(&["build", "-p", "lesson-12", "--features", FEATURES])?;
        }
        let messages = self.cargo(&[&["test", "--no-run"], what].concat())?;
        let artifacts = Artifacts::read(messages.as_bytes());
        let tests = artifacts
            .programs()
            .iter()
            .filter(|program| program.is_test);
        tests
            .map(|test| Ok((test.path.clone(), list(&test.path)?)))
            .collect()
    }

    fn cargo(&self, arguments: &[&str]) -> Result<String, String> {
        let output = build::cargo(&self.root)
            .args(arguments)
            .args(["--offline", "--message-format=json-render-diagnostics"])
            .arg("--target-dir")
            .arg(&self.target)
            .output()
            .map_err(|error| format!("cargo cannot be run: {error}"))?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// Whether the test passes, and what is said on standard error.
    fn pass(
        &self,
        found: &Found,
        built: &[(PathBuf, Vec<String>)],
    ) -> Result<(bool, String), String> {
        let of_test = built.iter().find(|(_, names)| names.contains(&found.name));
        let (executable, _) = of_test.ok_or_else(|| format!("{} is gone", found.name))?;
        // The lesson's own tests run on SQLite, and on a PostgreSQL server if one is named: a mutant
        // of what only one of them does is met there.
        let servers = match env::var_os(SERVER).is_some() && !found.black_box {
            true => &[false, true][..],
            false => &[true],
        };
        let mut said = String::from(SKIPPED);
        for with_server in servers {
            let (passes, now) = self.pass_with(found, executable, *with_server)?;
            if !passes {
                return Ok((false, now));
            }
            // Skipped on one of them and run on the other is run.
            if said.contains(SKIPPED) {
                said = now;
            }
        }
        Ok((true, said))
    }

    fn pass_with(
        &self,
        found: &Found,
        executable: &Path,
        with_server: bool,
    ) -> Result<(bool, String), String> {
        let said = self.target.join("said.txt");
        let file = fs::File::create(&said).map_err(|error| error.to_string())?;
        let folder = if found.black_box { "checks" } else { LESSON };
        let mut command = Command::new(executable);
        if !with_server {
            command.env_remove(SERVER);
        }
        let child = command
            // What the black box builds is what stands in the copy.
            .envs([("LESSONS", "12"), ("LESSON_FEATURES", FEATURES)])
            .args(["--exact", &found.name, "--nocapture"])
            .current_dir(self.root.join(folder))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .map_err(|error| error.to_string())?;
        let ended = wait_or_kill(child, PATIENCE);
        let passes = ended.is_some_and(|status| status.success());
        let said = fs::read(said).map_err(|error| error.to_string())?;
        Ok((passes, String::from_utf8_lossy(&said).into_owned()))
    }
}

/// The names of the tests in an executable.
fn list(executable: &Path) -> Result<Vec<String>, String> {
    let output = Command::new(executable)
        .args(["--list", "--format=terse"])
        .output()
        .map_err(|error| format!("{}: {error}", executable.display()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    Ok(names.map(str::to_string).collect())
}
