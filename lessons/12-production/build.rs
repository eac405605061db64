//! Puts the templates and the static files into the program, all that are in their folders: a list
//! that somebody keeps by hand would lack one.

#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The folder, and how each of its files is put in.
const FOLDERS: [(&str, &str, &str); 2] = [
    ("templates", "&str", "include_str"),
    ("static", "&[u8]", "include_bytes"),
];

fn main() -> io::Result<()> {
    let lesson = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("Cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo sets it"));
    for (folder, content, include) in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        let mut files = Vec::new();
        find(&lesson.join(folder), "", &mut files)?;
        let lines: String = files
            .iter()
            .map(|(name, path)| format!("    ({name:?}, {include}!({path:?})),\n"))
            .collect();
        let list = format!("const BUILT_IN: &[(&str, {content})] = &[\n{lines}];\n");
        fs::write(out.join(format!("{folder}.rs")), list)?;
    }
    Ok(())
}

/// All files of a folder, with their names: `/` between folders, on every system. What an editor
/// keeps beside them is not meant.
fn find(folder: &Path, before: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        let kind = entry.file_type()?;
        let full = format!("{before}{name}");
        if kind.is_dir() {
            find(&entry.path(), &format!("{full}/"), files)?;
        } else if kind.is_file() {
            files.push((full, entry.path()));
        }
    }
    Ok(())
}
