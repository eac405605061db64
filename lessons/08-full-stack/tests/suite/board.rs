//! The notes of the first page.

use axum::http::Method;
use lesson_08::testing::TestSite;

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
