//! What can be counted without running a server.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use house::build::{artifacts, cargo};
use house::files::of_kind;

/// Lines of Rust below a folder that hold code. Other programs in `bin/` are left out.
pub fn lines_of_rust(folder: &Path) -> Result<u64, String> {
    let mut lines = 0;
    for file in of_kind(folder, "rs") {
        if !file.starts_with(folder.join("bin")) {
            let text = fs::read_to_string(&file);
            let text = text.map_err(|error| format!("{}: {error}", file.display()))?;
            lines += code_lines(&text);
        }
    }
    Ok(lines)
}

/// As rustfmt writes code: a comment begins its line or stands behind code, and a module of tests
/// ends with a brace at the line's beginning.
fn code_lines(text: &str) -> u64 {
    let mut count = 0;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]" {
            // `mod tests;` has its body elsewhere.
            let module = lines.next().unwrap_or_default();
            if module.ends_with('{') {
                lines.by_ref().find(|line| *line == "}");
            }
            continue;
        }
        let line = line.trim_start();
        count += u64::from(!line.is_empty() && !line.starts_with("//"));
    }
    count
}

/// The crates that a package is made of, besides itself.
pub fn crates(package: &str) -> Result<u64, String> {
    let mut cargo = cargo(&house::root());
    cargo
        .args(["tree", "--locked", "--package", package])
        .args(["--edges", "normal,build", "--prefix", "none"]);
    let output = cargo.output().map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    // `hyper v1.12.0 (*)`: the name and the version are what tells crates apart.
    let name = |line: &str| -> Vec<String> {
        line.split_whitespace()
            .take(2)
            .map(str::to_string)
            .collect()
    };
    let crates: BTreeSet<Vec<String>> = text
        .lines()
        .map(name)
        .filter(|name| name.len() == 2)
        .collect();
    Ok(crates.len().saturating_sub(1) as u64)
}

/// The release build of a package's program.
pub fn size_of_program(package: &str) -> Result<u64, String> {
    let program = artifacts().executable(package, None);
    let metadata = fs::metadata(program);
    metadata
        .map(|metadata| metadata.len())
        .map_err(|error| format!("{}: {error}", program.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_blank_lines_and_tests_are_no_code() {
        let text = "//! A program.\n\nfn main() {\n    // nothing\n    work(); // much\n}\n\n\
                    #[cfg(test)]\nmod tests {\n    fn test() {\n    }\n}\n\nfn work() {}\n";
        assert_eq!(code_lines(text), 4);
    }

    #[test]
    fn a_module_of_tests_in_a_file_of_its_own_hides_nothing() {
        assert_eq!(code_lines("#[cfg(test)]\nmod tests;\n\nfn main() {}\n"), 1);
    }
}
