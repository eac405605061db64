//! Adding, changing and deleting in the admin.

use lesson_12::auth::password::Verdict;
use lesson_12::models::{note, profile, user};
use lesson_12::testing::TestSite;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait};

use crate::admin::{a_note, a_user, admin, as_user, read, staff};

#[tokio::test]
async fn a_row_is_added_and_changed() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    let fields = [
        ("text", "milk"),
        ("color", "plum"),
        ("link", ""),
        ("then", "stay"),
    ];
    let added = root.post("/admin/notes/add/", &fields).await;
    assert_eq!(
        (added.status, added.header("location")),
        (303, "/admin/notes/1/change/")
    );
    site.app.clock.advance(60);
    let fields = [
        ("text", "two\r\nlines"),
        ("color", "khaki"),
        ("link", "https://example.org/"),
    ];
    let changed = root.post("/admin/notes/1/change/", &fields).await;
    assert_eq!(
        (changed.status, changed.header("location")),
        (303, "/admin/notes/")
    );
    let note = read::<note::Entity>(&site, 1).await.expect("it is there");
    assert_eq!(
        (note.text.as_str(), note.color.as_str()),
        ("two\nlines", "khaki")
    );
    assert!(note.updated_at >= note.created_at + 60, "{note:?}");
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    let fields = [
        ("text", ""),
        ("color", "black"),
        ("link", "javascript:alert(1)"),
        ("owner_id", "99"),
    ];
    let answer = root.post("/admin/notes/add/", &fields).await;
    assert_eq!(answer.status, 422);
    for name in ["text", "color", "link", "owner_id"] {
        let tied = format!("aria-describedby=\"id_{name}_error\"");
        assert!(answer.text.contains(&tied), "{name}: {}", answer.text);
        assert!(
            answer.text.contains(&format!("id=\"id_{name}_error\"")),
            "{name}"
        );
    }
    let taken = [("username", "root"), ("email", "")];
    let answer = root.post("/admin/users/add/", &taken).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.text.contains("Another one has this already."),
        "{}",
        answer.text
    );
    let members = [("user_id", "1"), ("group_id", "1")];
    assert_eq!(root.post("/admin/members/add/", &members).await.status, 422);
    let group = [("name", "editors"), ("permissions", "note.view")];
    assert_eq!(root.post("/admin/groups/add/", &group).await.status, 303);
    assert_eq!(root.post("/admin/members/add/", &members).await.status, 303);
    // A rule over two columns.
    let twice = root.post("/admin/members/add/", &members).await;
    assert_eq!(twice.status, 422, "{}", twice.text);
    assert!(
        twice.text.contains("There is such a row already."),
        "{}",
        twice.text
    );
}

#[tokio::test]
async fn s39_a_form_of_the_admin_sets_its_own_fields_and_no_other() {
    let site = TestSite::new().await;
    let ada = a_user(&site, "ada", false, false).await;
    let mut root = admin(&site).await;
    let fields = [
        ("username", "ada"),
        ("email", "ada@example.net"),
        ("id", "77"),
        ("created_at", "1"),
        ("last_login_at", "1"),
        ("password", "$argon2id$mine"),
    ];
    let path = format!("/admin/users/{}/change/", ada.id);
    assert_eq!(root.post(&path, &fields).await.status, 303);
    let after = read::<user::Entity>(&site, ada.id)
        .await
        .expect("it is there");
    let expected = user::Model {
        email: "ada@example.net".into(),
        // A box that is not ticked is not sent.
        is_active: false,
        ..ada
    };
    assert_eq!(after, expected);
}

#[tokio::test]
async fn s36_no_page_of_the_admin_shows_the_hash_of_a_password() {
    let site = TestSite::new().await;
    let ada = a_user(&site, "ada", false, false).await;
    let mut root = admin(&site).await;
    for page in ["/admin/users/", "/admin/users/?q=argon2id"] {
        let page = root.get(page).await;
        assert!(!page.text.contains("the-hash-of"), "{}", page.text);
    }
    let found = root.get("/admin/users/?q=the-hash-of").await;
    assert!(found.text.contains("0 users"), "{}", found.text);
    for page in ["change", "delete", "history"] {
        let page = root.get(&format!("/admin/users/{}/{page}/", ada.id)).await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("argon2id"), "{}", page.text);
    }
}

#[tokio::test]
async fn the_page_that_asks_says_what_goes_with_a_row() {
    let site = TestSite::new().await;
    let ada = a_user(&site, "ada", false, false).await;
    let note = a_note(&site, Some(&ada), "her milk").await;
    let other = a_note(&site, None, "nobody's bread").await;
    let mut root = admin(&site).await;
    let path = format!("/admin/users/{}/delete/", ada.id);
    let page = root.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("her milk") && page.text.contains("Notes: 1"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("bread"), "{}", page.text);
    assert!(
        read::<user::Entity>(&site, ada.id).await.is_some(),
        "GET deletes nothing"
    );
    assert_eq!(root.post(&path, &[]).await.status, 303);
    assert_eq!(read::<user::Entity>(&site, ada.id).await, None);
    assert_eq!(read::<note::Entity>(&site, note.id).await, None);
    assert!(read::<note::Entity>(&site, other.id).await.is_some());
    assert_eq!(root.post(&path, &[]).await.status, 404);
}

#[tokio::test]
async fn what_goes_with_a_row_must_be_allowed_too() {
    let site = TestSite::new().await;
    let ada = a_user(&site, "ada", false, false).await;
    a_note(&site, Some(&ada), "her milk").await;
    let mut clerk = staff(&site, "user.view user.delete").await;
    let path = format!("/admin/users/{}/delete/", ada.id);
    let page = clerk.get(&path).await;
    assert!(
        page.text.contains("You may not delete all of these notes"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("her milk"), "{}", page.text);
    assert_eq!(clerk.post(&path, &[]).await.status, 403);
    let id = ada.id.to_string();
    let bulk = [
        ("action", "delete"),
        ("confirmed", "yes"),
        ("id", id.as_str()),
    ];
    assert_eq!(clerk.post("/admin/users/", &bulk).await.status, 403);
    assert!(read::<user::Entity>(&site, ada.id).await.is_some());
}

#[tokio::test]
async fn what_goes_with_a_row_is_what_the_database_deletes() {
    let site = TestSite::new().await;
    let db = site.app.db.read();
    if db.get_database_backend() != DbBackend::Sqlite {
        eprintln!("skipped: this asks SQLite for its foreign keys");
        return;
    }
    for model in site.app.admin.models() {
        let table = model.options().plural;
        let sql = format!("SELECT \"from\", \"table\" FROM pragma_foreign_key_list('{table}')");
        let statement = sea_orm::Statement::from_string(DbBackend::Sqlite, sql);
        let keys = db.query_all_raw(statement).await.expect("SQLite answers");
        let key = |key: &sea_orm::QueryResult| -> (String, String) {
            let text = |name: &str| key.try_get("", name).expect("it is text");
            (text("from"), text("table"))
        };
        let mut keys: Vec<(String, String)> = keys.iter().map(key).collect();
        let fields = model
            .options()
            .fields
            .iter()
            .filter(|field| field.goes_with);
        let target = |field: &lesson_12::fields::Field| field.refers_to.unwrap_or_default().into();
        let mut fields: Vec<(String, String)> = fields
            .map(|field| (field.name.into(), target(field)))
            .collect();
        keys.sort();
        fields.sort();
        assert_eq!(fields, keys, "{table}");
    }
}

#[tokio::test]
async fn many_rows_are_deleted_after_a_page_that_asks() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    for text in ["first", "second", "third"] {
        a_note(&site, None, text).await;
    }
    let asked = root
        .post(
            "/admin/notes/",
            &[("action", "delete"), ("id", "1"), ("id", "2")],
        )
        .await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    assert!(
        asked.text.contains("first") && !asked.text.contains("third"),
        "{}",
        asked.text
    );
    assert!(
        read::<note::Entity>(&site, 1).await.is_some(),
        "asking deletes nothing"
    );
    let fields = [
        ("action", "delete"),
        ("id", "1"),
        ("id", "2"),
        ("confirmed", "yes"),
    ];
    assert_eq!(root.post("/admin/notes/", &fields).await.status, 303);
    for (id, is_there) in [(1, false), (2, false), (3, true)] {
        assert_eq!(
            read::<note::Entity>(&site, id).await.is_some(),
            is_there,
            "{id}"
        );
    }
    let nothing = root.post("/admin/notes/", &[("action", "delete")]).await;
    assert_eq!(nothing.status, 303);
    for fields in [
        [("action", "nothing"), ("id", "3")],
        [("action", "99"), ("id", "3")],
        [("action", "0"), ("id", "x")],
    ] {
        assert_eq!(
            root.post("/admin/notes/", &fields).await.status,
            422,
            "{fields:?}"
        );
    }
}

#[tokio::test]
async fn a_models_own_action_changes_what_was_picked_or_all_that_was_shown() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    for text in ["first", "second", "third"] {
        a_note(&site, None, text).await;
    }
    // Action 4 colours plum.
    assert_eq!(
        root.post("/admin/notes/?q=first", &[("action", "4"), ("id", "1")])
            .await
            .header("location"),
        "/admin/notes/?q=first"
    );
    let fields = [
        ("action", "3"),
        ("all", "yes"),
        ("shown", "2"),
        ("shown", "3"),
        ("id", "1"),
    ];
    assert_eq!(root.post("/admin/notes/", &fields).await.status, 303);
    for (id, color) in [(1, "plum"), (2, "lightsalmon"), (3, "lightsalmon")] {
        let note = read::<note::Entity>(&site, id).await.expect("it is there");
        assert_eq!(note.color, color, "{id}");
    }
}

#[tokio::test]
async fn a_password_is_set_on_a_page_of_its_own_and_ends_all_sessions() {
    let site = TestSite::new().await;
    let ada = a_user(&site, "ada", false, false).await;
    let mut hers = as_user(&site, &ada).await;
    let mut clerk = staff(&site, "user.change").await;
    let path = format!("/admin/users/{}/password/", ada.id);
    let page = clerk.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("the-hash-of"), "{}", page.text);
    let new = "correct horse battery";
    let different = [("new_password1", new), ("new_password2", "correct horse")];
    let refused = clerk.post(&path, &different).await;
    assert_eq!(refused.status, 422);
    assert!(!refused.text.contains("correct horse"), "{}", refused.text);
    let same = [("new_password1", new), ("new_password2", new)];
    assert_eq!(clerk.post(&path, &same).await.status, 303);
    let after = read::<user::Entity>(&site, ada.id)
        .await
        .expect("it is there");
    let verdict = site.app.passwords.verify(new, Some(&after.password)).await;
    assert_ne!(verdict.expect("it is checked"), Verdict::Wrong);
    // Her session is of the old password.
    let page = hers.get("/").await;
    assert!(!page.text.contains("Log out"), "{}", page.text);
    let history = clerk
        .get(&format!("/admin/users/{}/history/", ada.id))
        .await;
    assert!(history.text.contains("password") && !history.text.contains("horse"));
}

#[tokio::test]
async fn nobody_sets_the_password_of_one_who_may_do_more() {
    let site = TestSite::new().await;
    let root = a_user(&site, "root", true, true).await;
    let colleague = a_user(&site, "colleague", true, false).await;
    let mut clerk = staff(&site, "user.change").await;
    let new = "correct horse battery";
    for user in [root, colleague] {
        let path = format!("/admin/users/{}/password/", user.id);
        assert_eq!(clerk.get(&path).await.status, 403);
        let same = [("new_password1", new), ("new_password2", new)];
        assert_eq!(clerk.post(&path, &same).await.status, 403);
        assert_eq!(read::<user::Entity>(&site, user.id).await, Some(user));
    }
    assert_eq!(clerk.get("/admin/notes/1/password/").await.status, 404);
}

#[tokio::test]
async fn a_user_who_is_added_has_a_profile_and_no_password_that_fits() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    let fields = [("username", "ada"), ("email", ""), ("is_active", "1")];
    assert_eq!(root.post("/admin/users/add/", &fields).await.status, 303);
    let profiles = profile::Entity::find().all(site.app.db.read()).await;
    let profiles = profiles.expect("the database answers");
    assert_eq!(profiles.len(), 1);
    let ada = read::<user::Entity>(&site, profiles[0].user_id)
        .await
        .expect("it is there");
    assert_eq!((ada.username.as_str(), ada.password.as_str()), ("ada", "!"));
    for password in ["!", ""] {
        let verdict = site
            .app
            .passwords
            .verify(password, Some(&ada.password))
            .await;
        assert_eq!(verdict.expect("it is checked"), Verdict::Wrong);
    }
}
