//! Files that users send, and the files that the site itself is made of.

use lesson_12::testing::TestSite;
use lesson_12::views::static_files;

use crate::notes::upload;
use crate::people::{logged_in, note};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR<script>alert(1)</script>";

/// The path of the note's last file.
fn last_file(page: &str) -> String {
    let (_, name) = page.rsplit_once("href=\"/attachments/").expect("a file");
    format!(
        "/attachments/{}",
        name.split('"').next().unwrap_or_default()
    )
}

#[tokio::test]
async fn s51_a_file_is_given_back_as_something_to_save() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let id = note(&mut ada, "with files").await;
    for (name, bytes, end, content_type) in [
        ("cat.png", PNG, ".png", "image/png"),
        ("../../etc/cat.PNG", PNG, ".png", "image/png"),
        (
            "C:\\\\cat.jpeg",
            b"\xff\xd8\xff\xe0 jpeg" as &[u8],
            ".jpg",
            "image/jpeg",
        ),
        ("a.pdf", b"%PDF-1.7", ".pdf", "application/pdf"),
        (
            "a.html.txt",
            b"<script>alert(1)</script>",
            ".txt",
            "text/plain; charset=utf-8",
        ),
    ] {
        let answer = upload(&mut ada, id, name, bytes).await;
        assert_eq!(answer.status, 303, "{name}: {}", answer.text);
        let path = last_file(&ada.get(&format!("/notes/{id}/")).await.text);
        assert!(path.ends_with(end), "{path}");
        assert!(!path.contains("cat") && !path.contains(".."), "{path}");
        let file = ada.get(&path).await;
        assert_eq!((file.status, file.bytes.as_slice()), (200, bytes));
        assert_eq!(file.header("content-type"), content_type);
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(
            file.header("content-disposition")
                .starts_with("attachment; filename=\"")
        );
        assert_eq!(file.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn s51_what_is_not_taken_is_refused_with_its_reason() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let id = note(&mut ada, "without files").await;
    let large = vec![b'x'; 1024 * 1024 + 1];
    for (name, bytes, said) in [
        ("page.html", b"<html>" as &[u8], "must be a picture"),
        ("drawing.svg", b"<svg onload=alert(1)>", "must be a picture"),
        ("script.js", b"alert(1)", "must be a picture"),
        ("noend", PNG, "must be a picture"),
        ("empty.png", b"", "is empty"),
        ("page.png", b"<html>", "its bytes are none"),
        ("cat.jpg", PNG, "its bytes are none"),
        ("a.pdf", b"PDF-1.7", "its bytes are none"),
        ("binary.txt", b"\xff\xfe", "its bytes are none"),
        ("nul.txt", b"a\0b", "its bytes are none"),
        ("large.txt", &large, "is larger than"),
        ("", b"", "No file was chosen"),
    ] {
        let answer = upload(&mut ada, id, name, bytes).await;
        assert_eq!(answer.status, 422, "{name}: {}", answer.text);
        assert!(answer.text.contains(said), "{name}: {}", answer.text);
    }
    let page = ada.get(&format!("/notes/{id}/")).await.text;
    assert!(
        !page.contains("/attachments/\"") || !page.contains("href=\"/attachments/"),
        "{page}"
    );
    for number in 0..11 {
        let answer = upload(&mut ada, id, "a.txt", b"text").await;
        assert_eq!(
            answer.status,
            if number < 10 { 303 } else { 422 },
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn s48_a_files_name_ends_no_header() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let id = note(&mut ada, "with files").await;
    for name in [
        "a\u{85}b.txt",
        "%0d%0aX-Evil: 1.txt",
        "a%22; filename=evil.html; x=.txt",
        "\u{1f40d}\u{202e}.txt",
        "a;b=c.txt",
    ] {
        let answer = upload(&mut ada, id, name, b"text").await;
        assert_eq!(answer.status, 303, "{name}: {}", answer.text);
        let path = last_file(&ada.get(&format!("/notes/{id}/")).await.text);
        let file = ada.get(&path).await;
        assert_eq!(file.status, 200, "{name}");
        assert!(file.headers.get("x-evil").is_none());
        let disposition = file.header("content-disposition");
        assert_eq!(disposition.matches('"').count(), 2, "{disposition}");
        assert_eq!(disposition.matches(';').count(), 2, "{disposition}");
    }
}

#[tokio::test]
async fn s48_a_redirect_to_a_path_with_a_line_end_sets_no_header() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    for path in [
        "/notes?a=%0d%0aX-Evil:%201",
        "/notes%0d%0aX-Evil:%201",
        "/notes/%0d%0aX-Evil:%201/edit",
    ] {
        let answer = ada.get(path).await;
        assert!(answer.status < 500, "{path}");
        assert!(answer.headers.get("x-evil").is_none());
    }
}

#[tokio::test]
async fn s52_there_is_no_way_out_of_the_static_files() {
    let site = TestSite::new().await;
    let mut client = site.client();
    for path in ["/static/site.css", "/static/board.js", "/static/%73ite.css"] {
        assert_eq!(client.get(path).await.status, 200, "{path}");
    }
    for path in [
        "/static/../Cargo.toml",
        "/static/..%2fCargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/static/%2e%2e%2fCargo.toml",
        "/static/..%5cCargo.toml",
        "/static/%252e%252e%252fCargo.toml",
        "/static/..%c0%afCargo.toml",
        "/static/%c0%ae%c0%ae/Cargo.toml",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/....//Cargo.toml",
        "/static/..;/Cargo.toml",
        "/static/site.css%00",
        "/static/site.css/../../Cargo.toml",
        "/static/./site.css",
        "/static/",
        "/static/file:%2f%2f%2fetc%2fpasswd",
        "/static/C:%5cWindows%5cwin.ini",
        "/static/.",
        "/static/SITE.CSS",
        "/attachments/..%2f..%2fCargo.toml",
        "/attachments/%2e%2e",
    ] {
        let answer = client.get(path).await;
        let to_login = path.starts_with("/attachments") && answer.status == 302;
        assert!(
            answer.status == 404 || to_login,
            "{path}: {}",
            answer.status
        );
        assert!(!answer.text.contains("lesson-12"), "{path}");
    }
}

/// A debug build reads the file anew; a release build has it in itself.
#[cfg(unix)]
#[test]
fn s52_a_link_in_the_folder_is_not_followed() {
    let folder = std::env::temp_dir().join(format!("lesson-12-static-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    std::fs::write(folder.join("secret"), "secret").expect("a file");
    std::fs::write(folder.join("board.js"), "edited").expect("a file");
    std::os::unix::fs::symlink(folder.join("secret"), folder.join("site.css")).expect("a link");
    let read = |name| static_files::read(&folder, name).map(|(_, bytes)| bytes);
    let (linked, edited, unknown) = (read("site.css"), read("board.js"), read("secret"));
    std::fs::remove_dir_all(&folder).expect("the test made it");
    assert_ne!(linked.expect("a file"), b"secret");
    assert_eq!(edited.expect("a file") == b"edited", cfg!(debug_assertions));
    assert_eq!(unknown, None);
}
