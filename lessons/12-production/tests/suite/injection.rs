//! Texts that mean something to a database, a browser, a template, a spreadsheet: here they mean
//! themselves.

use axum::http::Method;
use lesson_12::testing::TestSite;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::people::{logged_in, note};

const SQL: &[&str] = &[
    "'",
    "\"",
    ";",
    "--",
    "'; DROP TABLE notes; --",
    "' OR '1'='1",
    "\" OR \"\"=\"",
    "1' OR 1=1 --",
    "') OR ('1'='1",
    "' UNION SELECT password FROM users --",
    "1; DELETE FROM notes",
    "/* */",
    "\\'",
    "\\",
    "%27",
    "' || (SELECT 1) || '",
    "$1",
    "?1",
    "`",
    "${1}",
    "' AND SLEEP(5) --",
    "x' || 'y",
    "\u{2019}",
    "0x27",
    "'/**/OR/**/1=1#",
];

#[tokio::test]
async fn s44_a_text_of_sql_is_a_text() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let mut eve = logged_in(&site, "eve").await;
    note(&mut eve, "of another").await;
    note(&mut ada, "plain").await;
    for payload in SQL {
        let id = note(&mut ada, payload).await;
        let kept = ada.get(&format!("/api/my/notes/{id}")).await.json();
        assert_eq!(kept["text"], *payload);
        let encoded = utf8_percent_encode(payload, NON_ALPHANUMERIC);
        // What is found is what holds the text, letter for letter.
        let found = ada.get(&format!("/api/my/notes?q={encoded}")).await.json();
        let texts: Vec<&str> = found["notes"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|note| note["text"].as_str().unwrap_or_default())
            .collect();
        assert!(texts.contains(payload), "{payload}");
        for text in texts {
            assert!(
                text.to_lowercase().contains(&payload.to_lowercase()),
                "{payload} found {text}"
            );
        }
        assert_eq!(
            ada.json(Method::DELETE, &format!("/api/my/notes/{id}"), "")
                .await
                .status,
            204
        );
        for path in [
            "/notes/?order=",
            "/notes/?page=",
            "/api/my/notes?order=",
            "/api/my/notes?page=",
        ] {
            let status = ada.get(&format!("{path}{encoded}")).await.status;
            assert_eq!(status, 400, "{path}{payload}");
        }
        for path in [
            format!("/notes/{encoded}/"),
            format!("/attachments/{encoded}"),
            format!("/api/my/notes/{encoded}"),
        ] {
            assert_eq!(ada.get(&path).await.status, 404, "{path}");
        }
        let fields = [("text", "x"), ("color", payload), ("link", payload)];
        assert_eq!(
            ada.post("/notes/add/", &fields).await.status,
            200,
            "{payload}"
        );
        let unknown = ada.get(&format!("/api/my/notes?{encoded}=1")).await.json();
        assert_eq!(unknown["count"], 1, "{payload}");
    }
    assert_eq!(eve.get("/api/my/notes").await.json()["count"], 1);
}

#[tokio::test]
async fn s44_a_nul_is_refused_where_it_is_sent() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    assert_eq!(ada.get("/notes/?q=a%00b").await.status, 400);
    let fields = [("text", "a\0b"), ("color", "plum"), ("link", "")];
    assert!(
        ada.post("/notes/add/", &fields)
            .await
            .text
            .contains("It holds a NUL")
    );
    let answer = ada
        .json(Method::POST, "/api/my/notes", "{\"text\": \"a\\u0000b\"}")
        .await;
    assert_eq!(answer.status, 422);
    assert_eq!(ada.get("/attachments/%00").await.status, 404);
}

#[tokio::test]
async fn s45_percent_and_underscore_stand_for_themselves() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    for text in [
        "100% wool",
        "100 sheep",
        "snake_case",
        "snakeXcase",
        "back\\slash",
    ] {
        note(&mut ada, text).await;
    }
    for (q, count) in [
        ("%25", 1),
        ("_", 1),
        ("%5C", 1),
        ("100%25", 1),
        ("snake_", 1),
        ("s%25e", 0),
        ("SNAKE", 2),
        ("%25%25", 0),
    ] {
        let found = ada.get(&format!("/api/my/notes?q={q}")).await.json();
        assert_eq!(found["count"], count, "{q}");
    }
}

const XSS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "\" autofocus onfocus=alert(1) x=\"",
    "' onmouseover='alert(1)",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]><script>",
    "&lt;script&gt;",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "{{ 7*7 }}<b>",
    "\u{2028}<b>",
    "<a href=\"javascript:alert(1)\">",
    "<math><mi//xlink:href=\"data:x,<script>\">",
    "<style>@import'//evil'</style>",
    "<base href=//evil>",
    "<form action=//evil>",
];

#[tokio::test]
async fn s46_a_text_of_markup_is_a_text_on_every_page() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    // A page without any of it: which tags our own templates write, and how many.
    let plain = note(&mut ada, "plain").await;
    for payload in XSS {
        let id = note(&mut ada, payload).await;
        for path in ["", "edit/", "delete/"] {
            let (ours, theirs) = (
                ada.get(&format!("/notes/{plain}/{path}")).await.text,
                ada.get(&format!("/notes/{id}/{path}")).await.text,
            );
            assert_eq!(
                ours.matches('<').count(),
                theirs.matches('<').count(),
                "{payload} at {path}: {theirs}"
            );
            // And no quotation mark that would end an attribute.
            assert_eq!(
                ours.matches('"').count(),
                theirs.matches('"').count(),
                "{payload} at {path}: {theirs}"
            );
        }
        let encoded = utf8_percent_encode(payload, NON_ALPHANUMERIC);
        let (ours, theirs) = (
            ada.get("/notes/?q=plain&order=oldest").await.text,
            ada.get(&format!("/notes/?q={encoded}&order=oldest"))
                .await
                .text,
        );
        assert_eq!(
            ours.matches('<').count(),
            theirs.matches('<').count(),
            "{payload}: {theirs}"
        );
        assert_eq!(
            ours.matches('"').count(),
            theirs.matches('"').count(),
            "{payload}: {theirs}"
        );
        let path = format!("/api/my/notes/{id}");
        assert_eq!(ada.json(Method::DELETE, &path, "").await.status, 204);
    }
    for &payload in XSS {
        ada.post("/board/", &[("text", payload), ("persist", "on")])
            .await;
        let link = [("text", payload), ("color", payload), ("link", payload)];
        let page = ada.post("/notes/add/", &link).await.text;
        assert!(!page.contains(payload), "{payload}: {page}");
    }
    let board = ada.get("/board/").await.text;
    assert_eq!(board.matches("<li class=\"note ").count(), XSS.len());
    assert!(!board.contains("<script>alert"), "{board}");
    // JSON has a type of its own, and browsers are told to believe it.
    let json = ada.get("/api/notes/persist").await;
    assert_eq!(json.header("content-type"), "application/json");
    assert_eq!(json.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn s46_no_template_switches_escaping_off() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
    let mut folders = vec![std::path::PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the templates") {
            let path = entry.expect("a template").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a template is text");
            for off in ["|safe", "| safe", "autoescape"] {
                assert!(!text.contains(off), "{off} in {}", path.display());
            }
            assert!(path.extension().is_some_and(|end| end == "html"));
        }
    }
}

#[tokio::test]
async fn s47_a_link_leads_to_a_page() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    for link in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/",
        "/notes/",
        "example.org",
        "http://",
        "http:///path",
        "https:example.org",
        "ftp://example.org/",
        "https://bank.example@evil.example/",
        "http://exa mple.org/",
        "https://example.org/\u{1}",
        "https://example.org/\njavascript:alert(1)",
    ] {
        let body = serde_json::json!({ "text": "x", "link": link }).to_string();
        let answer = ada.json(Method::POST, "/api/my/notes", &body).await;
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (422, Some("link")),
            "{link}"
        );
        let fields = [("text", "x"), ("color", "plum"), ("link", link)];
        assert_eq!(ada.post("/notes/add/", &fields).await.status, 200, "{link}");
    }
    for link in [
        "http://example.org",
        "https://example.org:8443/a/b?c=d&e=%20#f",
        "HTTPS://EXAMPLE.ORG/",
        "http://[::1]/",
    ] {
        let body = serde_json::json!({ "text": "x", "link": link }).to_string();
        assert_eq!(
            ada.json(Method::POST, "/api/my/notes", &body).await.status,
            201,
            "{link}"
        );
    }
}

#[tokio::test]
async fn s49_a_users_text_is_no_template() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    for payload in [
        "{{7*7}}",
        "{{ 7 * 7 }}",
        "{% for x in range(49) %}x{% endfor %}",
        "{# gone #}",
        "${7*7}",
        "{{ csrf_token }}",
        "{% include 'base.html' %}",
    ] {
        let id = note(&mut ada, payload).await;
        let page = ada.get(&format!("/notes/{id}/")).await.text;
        let start: String = payload.chars().take(2).collect();
        assert!(page.contains(&format!("<p>{start}")), "{payload}: {page}");
        assert!(!page.contains("<p>49</p>"));
        let encoded = utf8_percent_encode(payload, NON_ALPHANUMERIC);
        let list = ada.get(&format!("/notes/?q={encoded}")).await;
        assert_eq!(list.status, 200);
        assert!(list.field("q").starts_with(&start), "{}", list.text);
    }
}

#[tokio::test]
async fn s50_a_cell_is_no_formula() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let texts = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u{ff1d}1",
        "say \"=1\"",
        "a,b\nc",
        "a=b",
    ];
    for text in texts {
        note(&mut ada, text).await;
    }
    let answer = ada.get("/notes/export.csv").await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"notes.csv\""
    );
    for text in &texts[..9] {
        assert!(
            answer.text.contains(&format!(",\"'{text}\"\r\n")),
            "{text:?}: {}",
            answer.text
        );
    }
    for text in ["say \"\"=1\"\"", "a,b\nc", "a=b"] {
        assert!(
            answer.text.contains(&format!(",\"{text}\"\r\n")),
            "{text}: {}",
            answer.text
        );
    }
    assert_eq!(answer.text.matches("\r\n").count(), texts.len() + 1);
}

#[tokio::test]
async fn an_export_holds_all_notes_however_many_there_are() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    for number in 0..201 {
        note(&mut ada, &format!("note {number:03}")).await;
    }
    let csv = ada.get("/notes/export.csv").await.text;
    for number in 0..201 {
        assert_eq!(csv.matches(&format!("note {number:03}")).count(), 1);
    }
}
