//! What may be in a submission. `cargo course submit` packs by these rules, and `cargo grade` takes by them.

use toml::{Table, Value};

use crate::format::Exercise;

/// The largest file that is taken, in bytes. No source of a person comes near it.
pub const FILE_LIMIT: u64 = 256 * 1024;
/// All that is taken of one exercise.
pub const TOTAL_LIMIT: u64 = 2 * 1024 * 1024;
/// So many files of one exercise.
pub const COUNT_LIMIT: usize = 200;

/// Folders whose files a server may hold in itself, by `include_str!` or as a template.
const ASSET_FOLDERS: [&str; 4] = ["src", "templates", "static", "assets"];
const ASSETS: [&str; 16] = [
    "html", "css", "js", "svg", "txt", "md", "json", "toml", "csv", "xml", "sql", "png", "jpg",
    "gif", "ico", "webp",
];

/// What becomes of a file of an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is the student's.
    Taken,
    /// The manifest: [`manifest`] says what becomes of it.
    Manifest,
    /// The course's own is used, or none; the reason.
    LeftOut(&'static str),
    /// With such a file nothing of the exercise is taken; the reason.
    Refused(&'static str),
}

/// What becomes of a file, by its path from the exercise's folder, `/` between names.
pub fn fate(exercise: &Exercise, path: &str) -> Fate {
    let names: Vec<&str> = path.split('/').collect();
    let (name, folder) = (names[names.len() - 1], names[0]);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match path {
        "Cargo.toml" => return Fate::Manifest,
        "Cargo.lock" => return Fate::LeftOut("the crates are those of the course's Cargo.lock"),
        "build.rs" => return Fate::Refused("a build script runs while the submission is compiled"),
        "exercise.toml" => return Fate::LeftOut("the tasks are the course's own"),
        "rust-toolchain" | "rust-toolchain.toml" => {
            return Fate::Refused("a toolchain file chooses another compiler");
        }
        _ => {}
    }
    if names.contains(&".cargo") {
        return Fate::Refused("a configuration of cargo can run any program");
    }
    if let Some(reason) = passing(path) {
        return Fate::LeftOut(reason);
    }
    match folder {
        "tests" | "benches" | "examples" => {
            return Fate::LeftOut("what judges is the course's own");
        }
        _ if exercise.tasks.iter().any(|task| task.may_change(path)) => return Fate::Taken,
        _ => {}
    }
    let is_asset =
        names.len() > 1 && ASSET_FOLDERS.contains(&folder) && ASSETS.contains(&extension);
    match is_asset {
        true => Fate::Taken,
        false => Fate::LeftOut("it is not a source or an asset of this exercise"),
    }
}

/// Why a path is passed over, wherever it lies: tools have made it, nobody has written it.
pub fn passing(path: &str) -> Option<&'static str> {
    path.split('/').find_map(|name| match name {
        "target" => Some("cargo has made it"),
        "node_modules" => Some("npm has made it"),
        "__MACOSX" | ".DS_Store" | "Thumbs.db" | "desktop.ini" | ".idea" | ".vscode" | ".vs" => {
            Some("a desktop or an editor has made it")
        }
        ".git" | ".course" | ".gitignore" | ".github" => {
            Some("it belongs to git or to the course's tools")
        }
        name if ["._", ".#", "#"].iter().any(|mark| name.starts_with(mark))
            || ["~", ".swp"].iter().any(|mark| name.ends_with(mark)) =>
        {
            Some("a desktop or an editor has made it")
        }
        _ => None,
    })
}

/// The manifest that a submission is built with: the course's own, with the dependencies that the student's
/// has beside. They must be crates of the course's lock file, from the registry.
///
/// # Errors
/// Why the student's manifest is refused.
pub fn manifest(own: &str, theirs: &str, lock: &str) -> Result<Table, String> {
    let mut merged = table(own, "the course's Cargo.toml")?;
    let theirs = table(theirs, "Cargo.toml")?;
    for (key, value) in &theirs {
        let is_same = merged.get(key) == Some(value);
        match key.as_str() {
            _ if is_same => {}
            "dependencies" => {}
            "package" => check_package(&merged, value)?,
            // The tests and what they need are the course's own.
            "dev-dependencies" if !value.as_table().is_some_and(has_other_sources) => {}
            "test" if !has_own_tests(&merged, value) => {}
            "features" | "lints" => {}
            other => {
                return Err(format!(
                    "Cargo.toml has [{other}], which is not the exercise's"
                ));
            }
        }
    }
    let empty = Table::new();
    let wanted = theirs
        .get("dependencies")
        .and_then(Value::as_table)
        .unwrap_or(&empty);
    let locked = locked(lock)?;
    let dependencies = merged
        .entry("dependencies")
        .or_insert_with(|| Table::new().into())
        .as_table_mut()
        .ok_or("the course's dependencies are not a table")?;
    for (name, wish) in wanted {
        if dependencies.get(name) == Some(wish) {
            continue;
        }
        let wish = dependency(name, wish)?;
        if !locked.contains(name) {
            return Err(format!(
                "Cargo.toml asks for {name}, which is not in the course's Cargo.lock"
            ));
        }
        // What the exercise has already stays as it is, with more features perhaps.
        let features = wish.get("features").cloned();
        match dependencies.get_mut(name) {
            None => drop(dependencies.insert(name.clone(), wish.into())),
            Some(known) => add_features(known, features.as_ref()),
        }
    }
    Ok(merged)
}

fn table(text: &str, name: &str) -> Result<Table, String> {
    text.parse().map_err(|_| format!("{name} is no TOML"))
}

fn check_package(own: &Table, theirs: &Value) -> Result<(), String> {
    let own = own.get("package").and_then(Value::as_table);
    let theirs = theirs.as_table().ok_or("[package] is not a table")?;
    for key in theirs.keys() {
        match key.as_str() {
            "name" | "version" | "description" | "license" | "publish" | "authors" | "edition"
            | "rust-version" | "readme" | "keywords" | "repository" => {}
            key if own.and_then(|own| own.get(key)) == theirs.get(key) => {}
            key => return Err(format!("Cargo.toml sets package.{key}")),
        }
    }
    Ok(())
}

/// Whether a table of dependencies takes any from elsewhere than the registry, but the course's own `judge`.
fn has_other_sources(dependencies: &Table) -> bool {
    let mut others = dependencies.iter().filter(|(name, _)| *name != "judge");
    others.any(|(name, wish)| dependency(name, wish).is_err())
}

fn has_own_tests(own: &Table, theirs: &Value) -> bool {
    let own = own.get("test").and_then(Value::as_array);
    let theirs = theirs.as_array();
    theirs.is_none_or(|theirs| {
        theirs
            .iter()
            .any(|test| !own.is_some_and(|own| own.contains(test)))
    })
}

/// A dependency, if it comes from the registry.
fn dependency(name: &str, wish: &Value) -> Result<Table, String> {
    match wish {
        Value::String(version) => {
            let mut table = Table::new();
            table.insert("version".into(), version.clone().into());
            Ok(table)
        }
        Value::Table(table) => {
            let is_known =
                |key: &&String| ["version", "features", "default-features"].contains(&key.as_str());
            match table.keys().find(|key| !is_known(key)) {
                None => Ok(table.clone()),
                Some(key) => Err(format!(
                    "Cargo.toml sets {key} for {name}: a crate comes from the registry, or not at all"
                )),
            }
        }
        _ => Err(format!("Cargo.toml: {name} is not a dependency")),
    }
}

fn add_features(known: &mut Value, features: Option<&Value>) {
    let Some(Value::Array(features)) = features else {
        return;
    };
    if let Value::String(version) = known {
        let mut table = Table::new();
        table.insert("version".into(), version.clone().into());
        *known = table.into();
    }
    let Some(known) = known.as_table_mut() else {
        return;
    };
    let list = known
        .entry("features")
        .or_insert_with(|| Vec::<Value>::new().into());
    if let Some(list) = list.as_array_mut() {
        let new: Vec<Value> = features
            .iter()
            .filter(|feature| !list.contains(feature))
            .cloned()
            .collect();
        list.extend(new);
    }
}

/// The names of the crates in a lock file that come from the registry.
fn locked(lock: &str) -> Result<Vec<String>, String> {
    let lock = table(lock, "Cargo.lock")?;
    let packages = lock.get("package").and_then(Value::as_array);
    let packages = packages.into_iter().flatten();
    let registry = packages.filter(|package| package.get("source").is_some());
    Ok(registry
        .filter_map(|package| Some(package.get("name")?.as_str()?.to_string()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "[package]\nname = \"exercise-05\"\n[dependencies]\nhyper = { version = \"1\", features = [\"http1\"] }\n[dev-dependencies]\njudge = { path = \"../../tools/judge\" }\n[[test]]\nname = \"tasks\"\nharness = false\n";
    const LOCK: &str = "[[package]]\nname = \"hyper\"\nsource = \"registry\"\n[[package]]\nname = \"regex\"\nsource = \"registry\"\n[[package]]\nname = \"lesson-05\"\n";

    fn merged(change: impl Fn(&str) -> String) -> Result<Table, String> {
        manifest(OWN, &change(OWN), LOCK)
    }

    #[test]
    fn crates_of_the_lock_file_are_taken_with_their_features() {
        let with = |line: &str| {
            merged(|own| own.replace("[dependencies]", &format!("[dependencies]\n{line}")))
        };
        let manifest = with("regex = \"1\"").expect("it is in the lock file");
        assert_eq!(
            manifest["dependencies"]["regex"]["version"].as_str(),
            Some("1")
        );
        assert!(with("left-pad = \"1\"").is_err_and(|reason| reason.contains("left-pad")));
        assert!(
            with("regex = { path = \"../regex\" }").is_err_and(|reason| reason.contains("path"))
        );
        let features =
            merged(|own| own.replace("\"http1\"", "\"http1\", \"server\"")).expect("it is hyper");
        let features = &features["dependencies"]["hyper"]["features"];
        assert_eq!(features.as_array().map(Vec::len), Some(2), "{features:?}");
    }

    #[test]
    fn what_would_choose_another_judge_or_another_compiler_is_refused() {
        for more in [
            "[[test]]\nname = \"mine\"\n",
            "[profile.dev]\nopt-level = 3\n",
            "[workspace]\n",
            "[lib]\nproc-macro = true\n",
            "[patch.crates-io]\nhyper = { path = \"x\" }\n",
            "[build-dependencies]\ncc = \"1\"\n",
        ] {
            assert!(merged(|own| format!("{own}{more}")).is_err(), "{more}");
        }
        for key in ["build = \"x.rs\"", "autotests = false", "links = \"x\""] {
            let changed = |own: &str| own.replace("[package]", &format!("[package]\n{key}"));
            assert!(merged(changed).is_err(), "{key}");
        }
        assert!(merged(|own| own.replace("harness = false", "harness = true")).is_err());
    }

    #[test]
    fn an_unchanged_manifest_leads_to_itself() {
        let merged = merged(str::to_string).expect("it is the course's own");
        assert_eq!(OWN.parse::<Table>(), Ok(merged));
    }
}
