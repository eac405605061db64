//! A user's notes as JSON.

use axum::http::Method;
use lesson_12::testing::{Answer, Client, TestSite};

use crate::people::logged_in;

async fn post(client: &mut Client, key: &str, body: &str) -> Answer {
    let token = client.token().await;
    let headers = [
        ("content-type", "application/json"),
        ("x-csrftoken", token.as_str()),
        ("idempotency-key", key),
    ];
    client
        .send(Method::POST, "/api/my/notes", &headers, body.to_string())
        .await
}

#[tokio::test]
async fn what_is_not_sent_stays_as_it_is() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let body = r#"{"text": "milk", "color": "plum", "link": "https://example.org/"}"#;
    let made = ada.json(Method::POST, "/api/my/notes", body).await;
    let path = made.header("location").to_string();
    let made = made.json();
    assert_eq!(ada.get(&path).await.json(), made);
    let changed = ada
        .json(Method::PATCH, &path, r#"{"text": "bread"}"#)
        .await
        .json();
    assert_eq!(changed["text"], "bread");
    for name in ["id", "color", "link", "created_at"] {
        assert_eq!(changed[name], made[name]);
    }
    assert_eq!(ada.json(Method::PATCH, &path, "{}").await.status, 200);
    for (body, field) in [
        (r#"{"text": ""}"#, "text"),
        (r#"{"text": null}"#, "text"),
        (r#"{"color": "black"}"#, "color"),
        (r#"{"link": "javascript:alert(1)"}"#, "link"),
        (r#"{"link": 5}"#, "link"),
    ] {
        let answer = ada.json(Method::PATCH, &path, body).await;
        assert_eq!(
            (answer.status, answer.json()["field"].as_str()),
            (422, Some(field))
        );
    }
    assert_eq!(ada.get(&path).await.json()["text"], "bread");
    assert_eq!(ada.json(Method::DELETE, &path, "").await.status, 204);
    assert_eq!(ada.json(Method::DELETE, &path, "").await.status, 404);
}

#[tokio::test]
async fn d08_a_request_that_is_sent_again_makes_one_note() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let mut eve = logged_in(&site, "eve").await;
    let first = post(&mut ada, "k-1", r#"{"text": "milk"}"#).await;
    let again = post(&mut ada, "k-1", r#"{"text": "milk"}"#).await;
    assert_eq!((first.status, again.status), (201, 200), "{}", again.text);
    assert_eq!(first.json(), again.json());
    assert_eq!(first.header("location"), again.header("location"));
    let other = post(&mut ada, "k-1", r#"{"text": "bread"}"#).await;
    assert_eq!(other.status, 422, "{}", other.text);
    // Another user's keys are their own.
    assert_eq!(
        post(&mut eve, "k-1", r#"{"text": "milk"}"#).await.status,
        201
    );
    assert_eq!(
        post(&mut ada, "k-2", r#"{"text": "milk"}"#).await.status,
        201
    );
    assert_eq!(ada.get("/api/my/notes").await.json()["count"], 2);
    for key in ["", "a b", &"x".repeat(71), "\u{e4}"] {
        assert_eq!(
            post(&mut ada, key, r#"{"text": "x"}"#).await.status,
            400,
            "{key}"
        );
    }
}

#[tokio::test]
async fn d08_a_note_that_was_deleted_does_not_come_back() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let made = post(&mut ada, "k-1", r#"{"text": "milk"}"#).await;
    let path = made.header("location").to_string();
    assert_eq!(ada.json(Method::DELETE, &path, "").await.status, 204);
    let again = post(&mut ada, "k-1", r#"{"text": "milk"}"#).await;
    assert_eq!(again.status, 410, "{}", again.text);
    // The same for the form of a page that somebody goes back to.
    let key = ada.get("/notes/add/").await.field("idempotency_key");
    let fields = [
        ("text", "bread"),
        ("color", "plum"),
        ("idempotency_key", &key),
    ];
    assert_eq!(ada.post("/notes/add/", &fields).await.status, 303);
    let id = ada.get("/api/my/notes").await.json()["notes"][0]["id"].to_string();
    ada.post(&format!("/notes/{id}/delete/"), &[]).await;
    let again = ada.post("/notes/add/", &fields).await;
    assert_eq!(again.status, 410, "{}", again.text);
    assert_eq!(ada.get("/api/my/notes").await.json()["count"], 0);
}

#[tokio::test]
async fn d08_of_many_at_the_same_moment_one_makes_the_note() {
    let site = TestSite::new().await;
    let ada = logged_in(&site, "ada").await;
    let asked = (0..8).map(|_| {
        let mut ada = ada.clone();
        async move { post(&mut ada, "same", r#"{"text": "milk"}"#).await.status }
    });
    let mut statuses = futures_util::future::join_all(asked).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 201]);
    let mut ada = ada;
    assert_eq!(ada.get("/api/my/notes").await.json()["count"], 1);
}

#[tokio::test]
async fn d08_a_form_whose_button_is_pressed_twice_makes_one_note() {
    let site = TestSite::new().await;
    let mut ada = logged_in(&site, "ada").await;
    let key = ada.get("/notes/add/").await.field("idempotency_key");
    assert!(!key.is_empty());
    let fields = [
        ("text", "milk"),
        ("color", "plum"),
        ("idempotency_key", &key),
    ];
    for _ in 0..2 {
        assert_eq!(ada.post("/notes/add/", &fields).await.status, 303);
    }
    assert_eq!(ada.get("/api/my/notes").await.json()["count"], 1);
    let long = "x".repeat(5000);
    for key in ["a\0b", long.as_str()] {
        let fields = [
            ("text", "milk"),
            ("color", "plum"),
            ("idempotency_key", key),
        ];
        assert!(
            ada.post("/notes/add/", &fields).await.status < 500,
            "{key:?}"
        );
    }
}
