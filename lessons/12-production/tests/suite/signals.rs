//! What is done when a user is made.

use lesson_12::models::{profile, user as users};
use lesson_12::signals::Signals;
use lesson_12::testing::TestSite;

use crate::auth::{PASSWORD, count, drop_table, user};

#[tokio::test]
async fn a_new_user_has_a_profile() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    assert_eq!(count::<profile::Entity>(&site).await, 1);
}

// ANCHOR: fails
#[tokio::test]
async fn when_a_receiver_fails_the_user_is_not_made() {
    let site = TestSite::new().await;
    drop_table(&site, "profiles").await;
    let fields = [
        ("username", "ada"),
        ("email", ""),
        ("password1", PASSWORD),
        ("password2", PASSWORD),
    ];
    let mut client = site.client();
    let answer = client.post("/accounts/register/", &fields).await;
    assert_eq!(answer.status, 500);
    assert_eq!(count::<users::Entity>(&site).await, 0);
    assert!(!client.cookies.contains_key("sessionid"));
}
// ANCHOR_END: fails

#[tokio::test]
async fn a_signal_that_nobody_receives_is_no_error() {
    let site = TestSite::new().await;
    let ada = user(&site, "ada").await;
    let created = lesson_12::signals::UserCreated { user: ada };
    let transaction = site.app.db.begin().await.expect("the database is there");
    let sent = Signals::default()
        .user_created
        .send(&transaction, &created)
        .await;
    assert!(sent.is_ok());
}
