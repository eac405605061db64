//! The forms in which submissions come, and some in which they should not.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{Case, collect, root};

type Files = BTreeMap<String, Vec<u8>>;

/// Writes a submission into a folder, under the case's name.
pub fn hand_in(case: &Case, form: &str, topic: &str, files: &Files, to: &Path) {
    let at = |end: &str| to.join(format!("{}{end}", case.name));
    let inside = format!("exercises/{topic}");
    let below = |prefix: &str| -> Files {
        let files = files
            .iter()
            .map(|(file, bytes)| match file.strip_prefix('/') {
                Some(file) => (file.to_string(), bytes.clone()),
                None => (format!("{prefix}{file}"), bytes.clone()),
            });
        files.collect()
    };
    let sources: Files = files
        .iter()
        .filter_map(|(file, bytes)| Some((file.strip_prefix("src/")?.to_string(), bytes.clone())))
        .collect();
    match form {
        "" | "folder" => folder(&at(""), &below("")),
        "zip" => zip_file(&at(".zip"), &below(&format!("{topic}/")), |_| {}),
        "tar.gz" => tar_gz(&at(".tar.gz"), &below(&format!("./{topic}/")), |_| {}),
        "exercises" => tar_gz(&at(".tar.gz"), &below(&format!("{inside}/")), |_| {}),
        "sources" => zip_file(&at(".zip"), &sources, |_| {}),
        "file" => {
            fs::write(at(".rs"), &files["src/application.rs"]).expect("a file can be written")
        }
        "packed" => {
            let mut packed: Files = below(&format!("{inside}/"));
            packed.retain(|file, _| file.contains("/src/") || file.ends_with("Cargo.toml"));
            let manifest = format!(
                "{{\"schema\":\"course-submission/2\",\"exercises\":[{{\"exercise\":\"{topic}\"}}]}}"
            );
            packed.insert("manifest.json".into(), manifest.into_bytes());
            zip_file(&at(".zip"), &packed, |_| {});
        }
        "repository" => {
            let mut all = Files::new();
            for folder in ["exercises", "tools/judge", "solutions", ".cargo"] {
                collect(&root(), &root().join(folder), &mut all);
            }
            for file in ["Cargo.toml", "Cargo.lock", "README.md"] {
                all.insert(
                    file.into(),
                    fs::read(root().join(file)).expect("it is there"),
                );
            }
            all.insert("target/debug/exercise-05".into(), vec![0; 1024 * 1024]);
            all.extend(below(&format!("{inside}/")));
            let all = all
                .into_iter()
                .map(|(file, bytes)| (format!("course-main/{file}"), bytes))
                .collect();
            zip_file(&at(".zip"), &all, |_| {});
        }
        "crlf" => {
            let text = |bytes: &Vec<u8>| {
                String::from_utf8_lossy(bytes)
                    .replace('\n', "\r\n")
                    .into_bytes()
            };
            zip_file(
                &at(".zip"),
                &below("")
                    .iter()
                    .map(|(file, bytes)| (file.replace('/', "\\"), text(bytes)))
                    .collect(),
                |_| {},
            );
        }
        "zip-with-link" => zip_file(&at(".zip"), &below(""), |archive| {
            archive
                .add_symlink("src/more.rs", "/etc/passwd", SimpleFileOptions::default())
                .expect("it can be added");
        }),
        "folder-with-link" => {
            folder(&at(""), &below(""));
            std::os::unix::fs::symlink("/etc/passwd", at("").join("src/more.rs"))
                .expect("a link can be made");
        }
        "tar-with-hard-link" => {
            special(&at(".tar.gz"), &below(""), b"src/more.rs", EntryType::Link)
        }
        "tar-with-pipe" => special(&at(".tar.gz"), &below(""), b"src/more.rs", EntryType::Fifo),
        "tar-with-device" => special(&at(".tar.gz"), &below(""), b"src/more.rs", EntryType::Block),
        "tar-with-bytes" => special(
            &at(".tar.gz"),
            &below(""),
            b"src/\xff\xfe.rs",
            EntryType::Regular,
        ),
        "tar-from-root" => special(
            &at(".tar.gz"),
            &below(""),
            b"/tmp/more.rs",
            EntryType::Regular,
        ),
        "tar-twice" => special(
            &at(".tar.gz"),
            &below(""),
            b"src/main.rs",
            EntryType::Regular,
        ),
        "zip-that-leaves" => zip_file(&at(".zip"), &below(""), |archive| {
            archive
                .start_file("src/../../../more.rs", SimpleFileOptions::default())
                .expect("it can be added");
        }),
        "zip-with-direction" => zip_file(&at(".zip"), &below(""), |archive| {
            archive
                .start_file("src/\u{202e}sr.niam", SimpleFileOptions::default())
                .expect("it can be added");
        }),
        "gz-bomb" => {
            let mut files = below("");
            for number in 0..400 {
                files.insert(format!("src/more_{number}.rs"), vec![b' '; 255 * 1024]);
            }
            tar_gz(&at(".tar.gz"), &files, |_| {});
        }
        "half-zip" => {
            zip_file(&at(".zip"), &below(""), |_| {});
            let bytes = fs::read(at(".zip")).expect("it is there");
            fs::write(at(".zip"), &bytes[..bytes.len() / 2]).expect("it can be written");
        }
        "large-source" => {
            let mut files = below("");
            files.insert("src/more.rs".into(), vec![b' '; 300 * 1024]);
            zip_file(&at(".zip"), &files, |_| {});
        }
        "thousand-files" => {
            let mut files = below("");
            files.extend((0..1000).map(|number| (format!("src/more_{number}.rs"), Vec::new())));
            zip_file(&at(".zip"), &files, |_| {});
        }
        "deep-folder" => {
            let mut files = below("");
            files.insert(format!("{}tea.rs", "dd/".repeat(200)), Vec::new());
            folder(&at(""), &files);
        }
        "side-by-side" => {
            let mut files = below("mine/");
            files.extend(below("more/"));
            zip_file(&at(".zip"), &files, |_| {});
        }
        "zip-of-zips" => {
            zip_file(&at(".inner"), &below(""), |_| {});
            let inner = fs::read(at(".inner")).expect("it is there");
            fs::remove_file(at(".inner")).expect("it is ours");
            let names = [
                "Ada_1_assignsubmission_file/tea.zip",
                "Bob_2_assignsubmission_file/tea.zip",
            ];
            let files = names.map(|name| (name.to_string(), inner.clone()));
            zip_file(&at(".zip"), &Files::from(files), |_| {});
        }
        "empty" => zip_file(&at(".zip"), &Files::new(), |_| {}),
        other => panic!("{}: nobody hands in as {other:?}", case.name),
    }
}

fn folder(to: &Path, files: &Files) {
    for (file, bytes) in files {
        let path = to.join(file);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder can be made");
        fs::write(path, bytes).expect("a file can be written");
    }
}

fn zip_file(to: &Path, files: &Files, more: impl FnOnce(&mut ZipWriter<File>)) {
    let mut archive = ZipWriter::new(File::create(to).expect("a file can be made"));
    for (file, bytes) in files {
        archive
            .start_file(file.as_str(), SimpleFileOptions::default())
            .expect("it can be added");
        archive.write_all(bytes).expect("it can be written");
    }
    more(&mut archive);
    archive.finish().expect("it can be finished");
}

fn tar_gz(to: &Path, files: &Files, more: impl FnOnce(&mut Builder<GzEncoder<File>>)) {
    let file = File::create(to).expect("a file can be made");
    let mut archive = Builder::new(GzEncoder::new(file, Compression::fast()));
    for (file, bytes) in files {
        let mut header = Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive
            .append_data(&mut header, file, bytes.as_slice())
            .expect("it can be added");
    }
    more(&mut archive);
    archive
        .into_inner()
        .and_then(GzEncoder::finish)
        .expect("it can be finished");
}

/// An archive with one entry more, whose name need not be one.
fn special(to: &Path, files: &Files, name: &[u8], kind: EntryType) {
    tar_gz(to, files, |archive| {
        let mut header = Header::new_gnu();
        header.as_gnu_mut().expect("it is GNU's").name[..name.len()].copy_from_slice(name);
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_mode(0o644);
        if kind == EntryType::Link {
            header.set_link_name("src/main.rs").expect("it is a name");
        }
        header.set_cksum();
        archive
            .append(&header, std::io::empty())
            .expect("it can be added");
    });
}
