//! The notes of the first page.

use axum::http::Method;
use futures_util::future::join_all;
use lesson_12::testing::{Answer, TestSite};
use serde_json::json;

const BOTH: [&str; 2] = ["/api/notes", "/api/notes/persist"];

#[tokio::test]
async fn a_stored_note_is_listed() {
    let site = TestSite::new().await;
    let mut client = site.client();
    let answer = client
        .json(Method::POST, "/api/notes/persist", r#"{"text": "milk"}"#)
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let listed = client.get("/api/notes/persist").await.json();
    assert_eq!(listed[0]["text"], "milk");
}

#[tokio::test]
async fn in_a_crowd_everyone_sees_the_note_that_they_have_sent() {
    let site = TestSite::new().await;
    let visit = async |text: String| {
        let mut client = site.client();
        let note = json!({ "text": text }).to_string();
        let sent = client.json(Method::POST, "/api/notes/persist", &note).await;
        assert_eq!(sent.status, 201, "{}", sent.text);
        let listed = client.get("/api/notes/persist").await.json();
        let listed = listed.as_array().expect("the answer is a list");
        assert!(listed.iter().any(|note| note["text"] == text));
    };
    join_all((0..40).map(|number| visit(format!("note {number}")))).await;
}

/// Sends a body of any type.
async fn send(site: &TestSite, path: &str, content_type: &str, body: &[u8]) -> Answer {
    let mut client = site.client();
    let token = client.token().await;
    let headers = [("content-type", content_type), ("x-csrftoken", &token)];
    client
        .send(Method::POST, path, &headers, body.to_vec())
        .await
}

#[tokio::test]
async fn what_is_no_note_is_refused_with_its_reason_and_its_place() {
    let site = TestSite::new().await;
    let deep = format!("{{\"text\": {}", "[".repeat(100_000));
    let long = format!("{{\"text\": \"{}\"}}", "x".repeat(100_001));
    let refused: &[(u16, &str, &[u8])] = &[
        (400, "column", b""),
        (400, "column", b"{\"text\": "),
        (400, "column", b"{\"text\": \"a\",}"),
        (400, "column", b"{\"text\": \"a\"} {}"),
        (400, "column", b"{\"text\": NaN}"),
        (400, "column", b"{\"text\": \"\\ud800\"}"),
        (400, "column", b"{\"text\": \"\xff\"}"),
        (400, "column", deep.as_bytes()),
        (400, "column", b"{\"text\": \"a\", \"n\": 1e999}"),
        (422, "twice", b"{\"text\": \"a\", \"text\": \"b\"}"),
        (422, "object", b"[1]"),
        (422, "object", b"\"text\""),
        (422, "object", b"null"),
        (422, "missing", b"{}"),
        (422, "\"field\":\"text\"", b"{\"text\": null}"),
        (422, "a number", b"{\"text\": 5}"),
        (422, "a list", b"{\"text\": [\"a\"]}"),
        (422, "an object", b"{\"text\": {}}"),
        (422, "a boolean", b"{\"text\": true}"),
        (422, "NUL", b"{\"text\": \"a\\u0000b\"}"),
        (422, "100000 are the most", long.as_bytes()),
    ];
    for path in BOTH {
        for (status, said, body) in refused {
            let answer = send(&site, path, "application/json", body).await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            assert_eq!(answer.status, *status, "{path} {shown}: {}", answer.text);
            assert!(
                answer.text.contains(said),
                "{path} {shown}: {}",
                answer.text
            );
            assert!(answer.json()["error"].is_string());
        }
        assert_eq!(site.client().get(path).await.text, "[]");
    }
}

#[tokio::test]
async fn what_is_a_note_is_kept_as_it_is() {
    let site = TestSite::new().await;
    let kept: &[(&str, &[u8], &str)] = &[
        ("application/json", b"{\"text\": \"\"}", ""),
        (
            "application/json",
            b"\xEF\xBB\xBF{\"text\": \"bom\"}",
            "bom",
        ),
        ("Application/JSON; charset=utf-8", b"{\"text\": \"c\"}", "c"),
        ("application/vnd.note+json", b"{\"text\": \"+\"}", "+"),
        (
            "application/json",
            b"{\"text\": \"\\ud83d\\udc0d\"}",
            "\u{1f40d}",
        ),
        (
            "application/json",
            b"{\"text\": \"x\", \"color\": \"black\", \"id\": 7}",
            "x",
        ),
    ];
    for path in BOTH {
        for (content_type, body, text) in kept {
            let answer = send(&site, path, content_type, body).await;
            assert_eq!(answer.status, 201, "{}", answer.text);
            let notes = answer.json();
            let last = notes.as_array().and_then(|all| all.last()).expect("a note");
            assert_eq!(last["text"], *text);
            assert_ne!(last["color"], "black");
            assert_eq!(last.as_object().expect("an object").len(), 2);
        }
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_answered_by_415() {
    let site = TestSite::new().await;
    for content_type in ["text/plain", "text/json", "", "application/jsonp"] {
        for path in BOTH {
            let answer = send(&site, path, content_type, b"{\"text\": \"x\"}").await;
            assert_eq!(answer.status, 415, "{content_type:?}: {}", answer.text);
            assert!(answer.text.contains("application/json"));
        }
    }
}

#[tokio::test]
async fn s59_a_json_body_over_the_limit_is_answered_by_413() {
    let site = TestSite::new().await;
    let body = format!("{{\"text\": \"{}\"}}", "x".repeat(2_621_440));
    let answer = send(&site, "/api/notes", "application/json", body.as_bytes()).await;
    assert_eq!(answer.status, 413, "{}", answer.text);
    // What does not say how large it is, is read up to the limit.
    let mut client = site.client();
    let token = client.token().await;
    let headers = [
        ("content-type", "application/json"),
        ("x-csrftoken", token.as_str()),
    ];
    let chunks = (0..100).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 65_536]));
    let stream = axum::body::Body::from_stream(futures_util::stream::iter(chunks));
    let answer = client
        .send(Method::POST, "/api/notes", &headers, stream)
        .await;
    assert_eq!(answer.status, 413, "{}", answer.text);
    assert_eq!(client.get("/api/notes").await.text, "[]");
}

#[tokio::test]
async fn each_path_says_which_methods_it_has() {
    let site = TestSite::new().await;
    let mut client = site.client();
    for (path, methods) in [
        ("/", "GET,HEAD"),
        ("/api/notes", "GET,HEAD,POST"),
        ("/api/notes/persist", "GET,HEAD,POST"),
        ("/board/", "GET,HEAD,POST"),
    ] {
        let options = client.send(Method::OPTIONS, path, &[], "").await;
        assert_eq!((options.status, options.text.as_str()), (200, ""));
        assert_eq!(options.header("allow"), methods);
        let head = client.send(Method::HEAD, path, &[], "").await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = client.json(method, path, "{}").await;
            assert_eq!((answer.status, answer.header("allow")), (405, methods));
        }
    }
    assert_eq!(client.post("/", &[("text", "milk")]).await.status, 405);
}

#[tokio::test]
async fn a_path_is_known_in_its_encoded_form_too() {
    let site = TestSite::new().await;
    let mut client = site.client();
    assert_eq!(client.get("/api/n%6Ftes").await.status, 200);
    for path in [
        "/api/notes/",
        "/api/notes%3F",
        "/api%2fnope",
        "/%FF",
        "/api/notes%00",
    ] {
        assert_eq!(client.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn without_a_script_the_form_works_as_well() {
    let site = TestSite::new().await;
    let mut client = site.client();
    let answer = client.post("/board/", &[("text", "<b>milk</b>")]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/board/"));
    let fields = [("text", "bread"), ("persist", "on")];
    assert_eq!(client.post("/board/", &fields).await.status, 303);
    let page = client.get("/board/").await;
    assert!(
        page.text.contains("&lt;b&gt;milk&lt;&#x2f;b&gt;"),
        "{}",
        page.text
    );
    assert_eq!(
        client.get("/api/notes").await.json()[0]["text"],
        "<b>milk</b>"
    );
    assert_eq!(
        client.get("/api/notes/persist").await.json()[0]["text"],
        "bread"
    );
    assert_eq!(client.post("/board/", &[]).await.status, 422);
    let twice = [("text", "a"), ("text", "b")];
    assert!(client.post("/board/", &twice).await.status < 500);
}

#[tokio::test]
async fn the_first_page_asks_for_nothing_from_elsewhere_and_holds_no_script() {
    let site = TestSite::new().await;
    let page = site.client().get("/").await;
    assert!(!page.text.contains("http"), "{}", page.text);
    assert!(!page.text.contains(" style="));
    assert!(
        page.text
            .contains("<script src=\"/static/board.js\" defer></script>")
    );
    assert_eq!(page.text.matches("<script").count(), 1);
}
