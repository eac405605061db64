//! What a list is asked for: how long a search may be, and what is a number.

use axum::http::Method;
use lesson_12::testing::TestSite;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::admin::{a_note, admin};
use crate::people::{logged_in, note};

/// The lists that are searched, each for one who may.
const LISTS: &[&str] = &["/notes/", "/api/my/notes"];

#[tokio::test]
async fn a_search_has_a_longest_text_wherever_it_is_made() {
    let site = TestSite::new().await;
    let (mut ada, mut root) = (logged_in(&site, "ada").await, admin(&site).await);
    // SQLite takes patterns of 50,000 bytes. Each of these is two of them, or three, or is escaped.
    for letter in ["a", "ß", "☃", "%", "\\"] {
        let long = |length: usize| {
            let text = letter.repeat(length);
            utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string()
        };
        for path in LISTS {
            let fits = ada.get(&format!("{path}?q={}", long(200))).await;
            assert_eq!(fits.status, 200, "{path}: {}", fits.text);
            for length in [201, 5_000] {
                let answer = ada.get(&format!("{path}?q={}", long(length))).await;
                assert_eq!(answer.status, 400, "{path}: {length} times {letter}");
            }
        }
        for model in ["notes", "users", "profiles", "groups", "log_entries"] {
            let path = format!("/admin/{model}/?q=");
            let fits = root.get(&format!("{path}{}", long(200))).await;
            assert_eq!(fits.status, 200, "{path}: {}", fits.text);
            let answer = root.get(&format!("{path}{}", long(201))).await;
            assert_eq!(answer.status, 400, "{path}: 201 times {letter}");
        }
    }
    let longest = "a".repeat(50_001);
    for path in LISTS {
        let answer = ada.get(&format!("{path}?q={longest}")).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(
            answer.text.contains("q has 50001 characters, and 200"),
            "{}",
            answer.text
        );
    }
    let answer = root.get(&format!("/admin/notes/?q={longest}")).await;
    assert_eq!(answer.status, 400);
    // The blanks around it are not searched for.
    let blanks = format!("/notes/?q={}milk", "+".repeat(50_001));
    assert_eq!(ada.get(&blanks).await.status, 200);
    for path in ["/notes/", "/admin/notes/"] {
        assert!(root.get(path).await.text.contains("maxlength=\"200\""));
    }
}

#[tokio::test]
async fn a_number_in_an_address_is_digits_alone() {
    let site = TestSite::new().await;
    let (mut ada, mut root) = (logged_in(&site, "ada").await, admin(&site).await);
    let id = note(&mut ada, "milk").await;
    a_note(&site, None, "of the board").await;
    for wrong in ["%2B1", "-1", "%201", "1%20", "1.0", "1e0", "0x1", "%D9%A1"] {
        for path in LISTS.iter().chain(&["/admin/notes/"]) {
            let answer = root.get(&format!("{path}?page={wrong}")).await;
            assert_eq!(answer.status, 400, "{path}?page={wrong}");
        }
        let filtered = root.get(&format!("/admin/notes/?owner_id={wrong}")).await;
        assert_eq!(filtered.status, 400, "{wrong}");
    }
    assert_eq!(root.get("/notes/?page=1").await.status, 200);
    for before in ["%2B", "+", "-", "%20", "0x"] {
        for path in [
            format!("/notes/{before}{id}/"),
            format!("/notes/{before}{id}/edit/"),
            format!("/notes/{before}{id}/delete/"),
            format!("/api/my/notes/{before}{id}"),
        ] {
            assert_eq!(ada.get(&path).await.status, 404, "{path}");
        }
        for page in ["change", "delete", "history"] {
            let path = format!("/admin/notes/{before}{id}/{page}/");
            assert_eq!(root.get(&path).await.status, 404, "{path}");
        }
        let path = format!("/api/my/notes/{before}{id}");
        let deleted = ada.json(Method::DELETE, &path, "").await;
        assert_eq!(deleted.status, 404, "{path}");
    }
    for (name, value) in [("id", "+1"), ("id", "-1"), ("action", "+0")] {
        let fields = [("action", "0"), ("id", "1"), (name, value)];
        let fields: Vec<_> = fields
            .into_iter()
            .filter(|(known, sent)| *known != name || *sent == value)
            .collect();
        let answer = root.post("/admin/notes/", &fields).await;
        assert_eq!(answer.status, 422, "{name}={value}: {}", answer.text);
    }
    assert_eq!(ada.get(&format!("/notes/{id}/")).await.status, 200);
}
