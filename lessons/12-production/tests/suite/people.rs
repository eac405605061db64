//! Users for tests of what users can do.

use lesson_12::auth::session::Session;
use lesson_12::auth::store;
use lesson_12::auth::users::{self, Flags};
use lesson_12::testing::{Client, TestSite};

/// The password of each of them.
pub const PASSWORD: &str = "correct horse battery";

/// A new user whose browser is logged in.
pub async fn logged_in(site: &TestSite, name: &str) -> Client {
    let email = format!("{name}@example.org");
    let user = users::create(&site.app, name, &email, PASSWORD, Flags::default())
        .await
        .expect("the user is made");
    let session = Session::default();
    session.begin(&user, &site.app.settings.secret_key);
    let cookie = store::save(&site.app, &session)
        .await
        .expect("the session is kept")
        .expect("a new session has a cookie");
    let cookie = cookie.to_str().expect("a cookie is text").to_string();
    let pair = cookie.split(';').next().expect("a cookie has a pair");
    let (cookie, value) = pair.split_once('=').expect("a pair has a name");
    let mut client = site.client();
    client.cookies.insert(cookie.into(), value.into());
    client
}

/// Adds a note by the API and gives its id.
pub async fn note(client: &mut Client, text: &str) -> i64 {
    let body = serde_json::json!({ "text": text }).to_string();
    let answer = client
        .json(axum::http::Method::POST, "/api/my/notes", &body)
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["id"].as_i64().expect("a note has an id")
}
