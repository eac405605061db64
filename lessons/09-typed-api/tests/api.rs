//! The service, asked without a network: a router is a function from a request to a response.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use lesson_09::api::app;
use lesson_09::store::sqlite::Sqlite;
use tower::ServiceExt;

async fn new_app() -> Router {
    let store = Sqlite::open("sqlite::memory:")
        .await
        .expect("memory is there");
    app(Box::new(store), Some("let-me-in".into()))
}

async fn ask(
    app: &Router,
    method: &str,
    path: &str,
    token: &str,
    body: &str,
) -> (StatusCode, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("Content-Type", "application/json")
        .header("Authorization", format!("Bearer {token}"));
    let request = request
        .body(Body::from(body.to_string()))
        .expect("a request");
    let response = app.clone().oneshot(request).await.expect("it cannot fail");
    let status = response.status();
    let body = response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn an_item_is_kept_shown_replaced_and_removed() {
    let app = new_app().await;
    let item = r#"{"name":"Bucket","price":12.34,"description":null,"tax":null}"#;
    let (status, body) = ask(&app, "POST", "/items/new/", "", item).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, item));

    let changed = item.replace("12.34", "9.90");
    let (status, _) = ask(&app, "PUT", "/items/Bucket/", "guessed", &changed).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _) = ask(&app, "PUT", "/items/Bucket/", "let-me-in", &changed).await;
    assert_eq!(status, StatusCode::OK);
    let (_, body) = ask(&app, "GET", "/items/?limit=1", "", "").await;
    assert_eq!(body, r#"[{"_id":"Bucket","price":9.90}]"#);

    let (status, _) = ask(&app, "DELETE", "/items/Bucket/", "let-me-in", "").await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _) = ask(&app, "GET", "/items/Bucket/", "", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn each_price_up_to_100_comes_back_with_its_digits() {
    let app = new_app().await;
    for cents in (0..=10_000).step_by(37) {
        let price = format!("{}.{:02}", cents / 100, cents % 100);
        let item = format!(r#"{{"name":"{cents}","price":{price}}}"#);
        let (_, body) = ask(&app, "POST", "/items/new/", "", &item).await;
        assert!(body.contains(&format!(r#""price":{price},"#)), "{body}");
    }
}
