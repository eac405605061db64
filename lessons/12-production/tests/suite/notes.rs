//! Notes that belong to users.

use axum::http::Method;
use lesson_12::testing::TestSite;

use crate::people::{logged_in, note};

#[tokio::test]
async fn a_note_is_added_edited_searched_and_deleted() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let empty = ada.get("/notes/").await;
    assert!(
        empty.text.contains("You have no notes yet."),
        "{}",
        empty.text
    );
    let fields = [
        ("text", "buy milk"),
        ("color", "plum"),
        ("link", "https://example.org/a?b=c"),
    ];
    let answer = ada.post("/notes/add/", &fields).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/notes/"),
        "{}",
        answer.text
    );
    let list = ada.get("/notes/").await;
    assert!(list.text.contains("The note was added."), "{}", list.text);
    assert!(list.text.contains("1 note<"), "{}", list.text);
    assert!(
        !ada.get("/notes/")
            .await
            .text
            .contains("The note was added.")
    );
    let id = ada.get("/api/my/notes").await.json()["notes"][0]["id"].to_string();
    let edit = format!("/notes/{id}/edit/");
    let form = ada.get(&edit).await;
    assert!(form.text.contains("buy milk</textarea>"), "{}", form.text);
    let fields = [("text", "buy bread"), ("color", "khaki"), ("link", "")];
    assert_eq!(ada.post(&edit, &fields).await.status, 303);
    let page = ada.get(&format!("/notes/{id}/")).await;
    assert!(page.text.contains("<p>buy bread</p>"), "{}", page.text);
    assert!(page.text.contains("khaki"));
    assert!(ada.get("/notes/?q=BREAD").await.text.contains("buy bread"));
    assert!(!ada.get("/notes/?q=milk").await.text.contains("buy bread"));
    let delete = format!("/notes/{id}/delete/");
    assert!(ada.get(&delete).await.text.contains("buy bread"));
    assert_eq!(ada.get(&format!("/notes/{id}/")).await.status, 200);
    assert_eq!(ada.post(&delete, &[]).await.status, 303);
    assert_eq!(ada.get(&format!("/notes/{id}/")).await.status, 404);
}

#[tokio::test]
async fn an_error_stands_at_its_field_and_nothing_that_was_written_is_lost() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let fields = [
        ("text", " "),
        ("color", "black"),
        ("link", "example.org/kept"),
    ];
    let page = ada.post("/notes/add/", &fields).await;
    assert_eq!(page.status, 200);
    for (name, said) in [
        ("text", "must not be empty"),
        ("color", "must be one of"),
        ("link", "must be an address"),
    ] {
        assert!(
            page.text
                .contains(&format!("aria-describedby=\"id_{name}_error\"")),
            "{}",
            page.text
        );
        let error = page
            .text
            .split_once(&format!("id=\"id_{name}_error\">"))
            .expect("an error")
            .1;
        assert!(
            error.split('<').next().unwrap_or_default().contains(said),
            "{error}"
        );
    }
    assert!(page.text.contains("example.org&#x2f;kept"), "{}", page.text);
    assert_eq!(ada.get("/api/my/notes").await.json()["count"], 0);
}

#[tokio::test]
async fn s38_another_users_note_is_not_there_in_any_way() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let mut eve = logged_in(&site, "eve").await;
    let id = note(&mut ada, "secret").await;
    upload(&mut ada, id, "a.txt", b"secret").await;
    let page = ada.get(&format!("/notes/{id}/")).await;
    let file = page
        .text
        .split_once("href=\"/attachments/")
        .expect("a file")
        .1;
    let file = format!(
        "/attachments/{}",
        file.split('"').next().unwrap_or_default()
    );
    assert_eq!(ada.get(&file).await.text, "secret");
    for path in ["", "edit/", "delete/"] {
        let path = format!("/notes/{id}/{path}");
        assert_eq!(ada.get(&path).await.status, 200);
        assert_eq!(eve.get(&path).await.status, 404, "{path}");
        assert_eq!(eve.send(Method::HEAD, &path, &[], "").await.status, 404);
    }
    for path in ["edit/", "delete/"] {
        let answer = eve
            .post(&format!("/notes/{id}/{path}"), &[("text", "mine")])
            .await;
        assert_eq!(answer.status, 404, "{path}");
    }
    assert_eq!(upload(&mut eve, id, "a.txt", b"mine").await.status, 404);
    assert_eq!(eve.get(&file).await.status, 404);
    let api = format!("/api/my/notes/{id}");
    assert_eq!(eve.get(&api).await.status, 404);
    assert_eq!(
        eve.json(Method::PATCH, &api, r#"{"text": "mine"}"#)
            .await
            .status,
        404
    );
    assert_eq!(eve.json(Method::DELETE, &api, "").await.status, 404);
    assert_eq!(ada.get(&api).await.json()["text"], "secret");
    // No answer tells an id that is in use from one that is not.
    let (used, unused) = (eve.get(&api).await, eve.get("/api/my/notes/999").await);
    assert_eq!(used.text, unused.text);
}

/// Sends a file as the form of a note's page does.
pub async fn upload(
    client: &mut lesson_12::testing::Client,
    id: i64,
    name: &str,
    bytes: &[u8],
) -> lesson_12::testing::Answer {
    let token = client.token().await;
    let mut body = format!(
        "--frontier\r\nContent-Disposition: form-data; name=\"csrfmiddlewaretoken\"\r\n\r\n{token}\r\n\
         --frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--frontier--\r\n");
    let headers = [("content-type", "multipart/form-data; boundary=frontier")];
    let path = format!("/notes/{id}/attachments/");
    client.send(Method::POST, &path, &headers, body).await
}

#[tokio::test]
async fn s37_without_a_login_nothing_of_it_can_be_reached() {
    let site = TestSite::new().await;
    let mut visitor = site.client();
    for path in [
        "/notes/",
        "/notes/add/",
        "/notes/export.csv",
        "/notes/1/",
        "/notes/1/edit/",
        "/notes/1/delete/",
        "/attachments/a.png",
    ] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.status, 302, "{path}");
        let location = answer.header("location");
        assert!(
            location.starts_with(&format!("/accounts/login/?next={path}")),
            "{location}"
        );
    }
    for path in [
        "/notes/add/",
        "/notes/1/edit/",
        "/notes/1/delete/",
        "/notes/1/attachments/",
    ] {
        assert_eq!(
            visitor.post(path, &[("text", "x")]).await.status,
            302,
            "{path}"
        );
    }
    for path in ["/api/my/notes", "/api/my/notes/1"] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.json()["error"].is_string());
    }
    assert_eq!(
        visitor
            .json(Method::POST, "/api/my/notes", "{}")
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn s39_nobody_sets_what_is_not_theirs_to_set() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let mut eve = logged_in(&site, "eve").await;
    let id = note(&mut eve, "mine").await;
    let more = [
        ("text", "a"),
        ("color", "plum"),
        ("owner_id", "1"),
        ("id", "77"),
        ("created_at", "5"),
    ];
    assert_eq!(eve.post("/notes/add/", &more).await.status, 303);
    assert_eq!(
        eve.post(&format!("/notes/{id}/edit/"), &more).await.status,
        303
    );
    for name in [
        "owner_id",
        "id",
        "created_at",
        "updated_at",
        "idempotency_key",
        "is_admin",
    ] {
        let body = format!("{{\"text\": \"b\", \"{name}\": 1}}");
        let answer = eve.json(Method::POST, "/api/my/notes", &body).await;
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (422, Some(name))
        );
        let answer = eve
            .json(Method::PATCH, &format!("/api/my/notes/{id}"), &body)
            .await;
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (422, Some(name))
        );
    }
    let notes = eve.get("/api/my/notes").await.json();
    assert_eq!(notes["count"], 2);
    for note in notes["notes"].as_array().expect("a list") {
        assert_eq!(note["text"], "a");
        assert_ne!(note["id"], 77);
        assert_ne!(note["created_at"], 5);
    }
    assert_eq!(ada.get("/api/my/notes").await.json()["count"], 0);
}

#[tokio::test]
async fn s42_lists_searches_and_counts_are_of_ones_own_notes() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let mut eve = logged_in(&site, "eve").await;
    for number in 0..25 {
        note(&mut ada, &format!("secret {number}")).await;
    }
    note(&mut eve, "mine").await;
    let everybodys = r#"{"text": "secret of the board"}"#;
    eve.json(Method::POST, "/api/notes/persist", everybodys)
        .await;
    for path in [
        "/notes/",
        "/notes/?q=secret",
        "/notes/?order=text",
        "/notes/export.csv",
        "/api/my/notes",
        "/api/my/notes?q=secret",
    ] {
        let answer = eve.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.text.contains("secret "), "{path}: {}", answer.text);
    }
    assert_eq!(eve.get("/api/my/notes").await.json()["count"], 1);
    assert_eq!(eve.get("/api/my/notes?q=secret").await.json()["count"], 0);
    // Ada's notes make a second page, and Eve has none.
    assert_eq!(eve.get("/notes/?page=2").await.status, 404);
    assert_eq!(ada.get("/notes/?page=2").await.status, 200);
}

#[tokio::test]
async fn s43_no_cache_keeps_what_a_user_was_shown() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let id = note(&mut ada, "secret").await;
    for path in [
        "/notes/",
        "/notes/add/",
        "/notes/export.csv",
        "/api/my/notes",
        "/",
        "/nope",
    ] {
        let answer = ada.get(path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    let page = ada.get(&format!("/notes/{id}/")).await;
    assert_eq!(page.header("cache-control"), "no-store");
    assert_ne!(
        ada.get("/static/site.css").await.header("cache-control"),
        "no-store"
    );
}

#[tokio::test]
async fn notes_come_in_pages_and_in_the_order_that_is_asked_for() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    for number in 0..45 {
        note(&mut ada, &format!("note {number:02}")).await;
    }
    let mut seen = Vec::new();
    for page in 1..=3 {
        let answer = ada
            .get(&format!("/api/my/notes?order=oldest&page={page}"))
            .await
            .json();
        assert_eq!(
            (&answer["count"], &answer["pages"]),
            (&45.into(), &3.into())
        );
        let notes = answer["notes"].as_array().expect("a list").clone();
        seen.extend(
            notes
                .iter()
                .map(|note| note["text"].as_str().unwrap_or_default().to_string()),
        );
    }
    let all: Vec<String> = (0..45).map(|number| format!("note {number:02}")).collect();
    assert_eq!(seen, all);
    let newest = ada.get("/api/my/notes").await.json();
    assert_eq!(newest["notes"][0]["text"], "note 44");
    for (query, status) in [
        ("page=0", 400),
        ("page=x", 400),
        ("page=-1", 400),
        ("page=4", 404),
        ("page=99999999999", 400),
        ("order=id", 400),
        ("q=%00", 400),
        ("page=2&q=", 200),
    ] {
        assert_eq!(
            ada.get(&format!("/notes/?{query}")).await.status,
            status,
            "{query}"
        );
    }
    let page = ada.get("/notes/?q=note&page=2").await.text;
    assert!(
        page.contains("?q=note&amp;order=newest&amp;page=3"),
        "{page}"
    );
}

#[tokio::test]
async fn an_id_that_is_none_is_the_id_of_nothing() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    for id in [
        "0",
        "-1",
        "x",
        "1.0",
        "99999999999999999999",
        "%00",
        "%27",
        "1%20",
    ] {
        assert_eq!(ada.get(&format!("/notes/{id}/")).await.status, 404, "{id}");
        assert_eq!(
            ada.get(&format!("/api/my/notes/{id}")).await.status,
            404,
            "{id}"
        );
    }
    assert_eq!(ada.get("/notes").await.header("location"), "/notes/");
}
