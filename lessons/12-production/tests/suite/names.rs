//! Names: `Ada` and `ada` are one to people, and so they are to the site.

use lesson_12::auth::users::{self, Flags};
use lesson_12::models::user;
use lesson_12::testing::TestSite;

use crate::admin::admin;
use crate::auth::{PASSWORD, count, user};

#[tokio::test]
async fn a_name_that_differs_in_capitals_alone_is_taken() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let fields = [
        ("username", "ADA"),
        ("email", ""),
        ("password1", PASSWORD),
        ("password2", PASSWORD),
    ];
    let answer = site.client().post("/accounts/register/", &fields).await;
    assert!(answer.text.contains("Somebody has this name already."));
    let made = users::create(&site.app, "Ada", "", PASSWORD, Flags::SUPERUSER).await;
    assert!(made.is_err(), "createsuperuser makes users in this way");
    let mut root = admin(&site).await;
    let before = count::<user::Entity>(&site).await;
    let fields = [("username", "aDa"), ("email", ""), ("is_active", "1")];
    let answer = root.post("/admin/users/add/", &fields).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("Another one has this already."));
    assert_eq!(count::<user::Entity>(&site).await, before);
}

#[tokio::test]
async fn a_user_may_change_the_capitals_of_their_own_name() {
    let site = TestSite::new().await;
    let ada = user(&site, "ada").await;
    let mut root = admin(&site).await;
    let path = format!("/admin/users/{}/change/", ada.id);
    let fields = [("username", "Ada"), ("email", ""), ("is_active", "1")];
    let answer = root.post(&path, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
}

#[tokio::test]
async fn of_those_who_ask_for_a_name_at_once_one_gets_it() {
    let site = TestSite::new().await;
    let asked = ["ada", "Ada", "ADA", "aDA"].map(|name| {
        let app = site.app.clone();
        async move { users::create(&app, name, "", PASSWORD, Flags::default()).await }
    });
    let made = futures_util::future::join_all(asked).await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    assert_eq!(count::<user::Entity>(&site).await, 1);
}

#[tokio::test]
async fn a_path_that_lacks_its_slash_leads_to_no_other_site() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    let away = [
        "//evil.example/notes",
        "//evil.example",
        "//notes",
        "///evil.example/notes",
        "/%2fevil.example/notes",
        "/%5cevil.example",
        "/%09/evil.example/notes",
        "//evil.example/%2e%2e/notes",
        "//evil.example/admin/notes/1/change",
    ];
    for path in away {
        let answer = root.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("location"), "", "{path}");
    }
    assert_eq!(
        root.get("/notes?page=2").await.header("location"),
        "/notes/?page=2"
    );
    // What stands where an id belongs is looked up, and names nothing.
    for id in [
        "%60", "%22", "%3c", "%7b", "%5e", "%7c", "%25", "%00", "%ff", "x",
    ] {
        for path in [
            format!("/admin/notes/{id}/change/"),
            format!("/notes/{id}/"),
        ] {
            assert_eq!(root.get(&path).await.status, 404, "{path}");
        }
    }
}
