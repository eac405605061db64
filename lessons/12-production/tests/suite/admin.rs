//! The admin: who may do what.

use axum::http::Method;
use lesson_12::auth::session::Session;
use lesson_12::auth::store;
use lesson_12::models::group::{self, member};
use lesson_12::models::{log_entry, note, user};
use lesson_12::testing::{Client, TestSite};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, PaginatorTrait};

pub async fn a_user(
    site: &TestSite,
    name: &str,
    is_staff: bool,
    is_superuser: bool,
) -> user::Model {
    let transaction = site.app.db.begin().await.expect("it begins");
    let user = user::ActiveModel {
        username: Set(name.into()),
        email: Set(format!("{name}@example.org")),
        password: Set("$argon2id$the-hash-of".to_string() + name),
        is_active: Set(true),
        is_staff: Set(is_staff),
        is_superuser: Set(is_superuser),
        created_at: Set(site.app.clock.now()),
        ..Default::default()
    };
    let user = user.insert(&transaction).await.expect("it is kept");
    transaction.commit().await.expect("it is committed");
    user
}

pub async fn a_note(site: &TestSite, owner: Option<&user::Model>, text: &str) -> note::Model {
    let transaction = site.app.db.begin().await.expect("it begins");
    let note = note::ActiveModel {
        owner_id: Set(owner.map(|owner| owner.id)),
        text: Set(text.into()),
        color: Set("khaki".into()),
        link: Set(String::new()),
        created_at: Set(site.app.clock.now()),
        updated_at: Set(site.app.clock.now()),
        ..Default::default()
    };
    let note = note.insert(&transaction).await.expect("it is kept");
    transaction.commit().await.expect("it is committed");
    note
}

pub async fn put_into_a_group(site: &TestSite, user: &user::Model, permissions: &str) {
    let transaction = site.app.db.begin().await.expect("it begins");
    let group = group::ActiveModel {
        name: Set(format!("group of {}", user.username)),
        permissions: Set(permissions.into()),
        ..Default::default()
    };
    let group = group.insert(&transaction).await.expect("it is kept");
    let member = member::ActiveModel {
        user_id: Set(user.id),
        group_id: Set(group.id),
        ..Default::default()
    };
    member.insert(&transaction).await.expect("it is kept");
    transaction.commit().await.expect("it is committed");
}

/// A visitor who has logged in.
pub async fn as_user(site: &TestSite, user: &user::Model) -> Client {
    let session = Session::default();
    session.begin(user, &site.app.settings.secret_key);
    let cookie = store::save(&site.app, &session).await;
    let cookie = cookie.expect("the session is kept").expect("it is new");
    let cookie = cookie.to_str().expect("a cookie is text");
    let (pair, _) = cookie.split_once(';').expect("it has attributes");
    let (name, value) = pair.split_once('=').expect("it has a name");
    let mut client = site.client();
    client.cookies.insert(name.into(), value.into());
    client
}

pub async fn admin(site: &TestSite) -> Client {
    let root = a_user(site, "root", true, true).await;
    as_user(site, &root).await
}

/// One of the staff who may do what the permissions say.
pub async fn staff(site: &TestSite, permissions: &str) -> Client {
    let user = a_user(site, "clerk", true, false).await;
    put_into_a_group(site, &user, permissions).await;
    as_user(site, &user).await
}

pub async fn read<E: EntityTrait>(site: &TestSite, id: i64) -> Option<E::Model>
where
    <E::PrimaryKey as sea_orm::PrimaryKeyTrait>::ValueType: From<i64>,
{
    let found = E::find_by_id(id).one(site.app.db.read()).await;
    found.expect("the database answers")
}

async fn notes(site: &TestSite) -> u64 {
    let count = note::Entity::find().count(site.app.db.read()).await;
    count.expect("the database answers")
}

const PAGES: &[&str] = &[
    "/admin/",
    "/admin/notes/",
    "/admin/notes/?q=a",
    "/admin/notes/add/",
    "/admin/notes/1/change/",
    "/admin/notes/1/delete/",
    "/admin/notes/1/history/",
    "/admin/users/",
    "/admin/users/1/change/",
    "/admin/log_entries/",
    "/admin/users/1/password/",
    "/admin/nothing/",
    "/admin/no/page/",
    "/admin/no/such/page/",
    "/admin/no/such/page/change/",
];

#[tokio::test]
async fn s40_nobody_but_the_staff_reaches_a_page_of_the_admin_by_any_method() {
    let site = TestSite::new().await;
    let ada = a_user(&site, "ada", false, false).await;
    // All permissions, and yet not of the staff.
    let odd = a_user(&site, "odd", false, true).await;
    let note = a_note(&site, Some(&ada), "milk").await;
    assert_eq!((ada.id, note.id), (1, 1));
    for mut client in [
        site.client(),
        as_user(&site, &ada).await,
        as_user(&site, &odd).await,
    ] {
        for page in PAGES {
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
                let token = client.token().await;
                let headers = [("x-csrftoken", token.as_str())];
                let method: Method = method.parse().expect("it is a method");
                let answer = client.send(method.clone(), page, &headers, "").await;
                let at_login = answer
                    .header("location")
                    .starts_with("/admin/login/?next=/admin/");
                assert!(
                    (answer.status == 302 && at_login) || answer.status == 405,
                    "{method} {page}: {} {}",
                    answer.status,
                    answer.text
                );
                assert!(!answer.text.contains("milk") && !answer.text.contains("ada"));
            }
        }
    }
    assert_eq!(notes(&site).await, 1);
}

#[tokio::test]
async fn s40_one_who_is_no_longer_of_the_staff_is_out_at_once() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    for (name, flags) in [
        ("inactive", [("is_staff", "1")]),
        ("moved", [("is_active", "1")]),
    ] {
        let user = a_user(&site, name, true, false).await;
        let mut client = as_user(&site, &user).await;
        assert_eq!(client.get("/admin/").await.status, 200, "{name}");
        let path = format!("/admin/users/{}/change/", user.id);
        let fields = [("username", name), ("email", ""), flags[0]];
        assert_eq!(root.post(&path, &fields).await.status, 303);
        assert_eq!(client.get("/admin/").await.status, 302, "{name}");
    }
}

/// For each page: what comes for staff without permissions, with `note.view`, with `note.change`,
/// with all of note's, and for a superuser.
const TABLE: &[(&str, [u16; 5])] = &[
    ("/admin/", [200, 200, 200, 200, 200]),
    ("/admin/notes/", [403, 200, 200, 200, 200]),
    ("/admin/notes/add/", [403, 403, 403, 200, 200]),
    ("/admin/notes/1/change/", [403, 200, 200, 200, 200]),
    ("/admin/notes/1/delete/", [403, 403, 403, 200, 200]),
    ("/admin/notes/1/history/", [403, 200, 200, 200, 200]),
    ("/admin/users/", [403, 403, 403, 403, 200]),
    ("/admin/users/add/", [403, 403, 403, 403, 200]),
    ("/admin/users/1/change/", [403, 403, 403, 403, 200]),
    ("/admin/groups/", [403, 403, 403, 403, 200]),
    ("/admin/log_entries/", [403, 403, 403, 403, 200]),
    ("/admin/log_entries/add/", [403, 403, 403, 403, 403]),
    ("/admin/attachments/add/", [403, 403, 403, 403, 403]),
    ("/admin/no/such/page/change/", [404, 404, 404, 404, 404]),
    ("/admin/nothing/", [404, 404, 404, 404, 404]),
    ("/admin/notes/99/change/", [403, 404, 404, 404, 404]),
    ("/admin/notes/x/change/", [403, 404, 404, 404, 404]),
];

#[tokio::test]
async fn s37_each_page_of_the_admin_for_each_kind_of_staff() {
    let site = TestSite::new().await;
    let mut clients = Vec::new();
    let all = "note.view note.add note.change note.delete";
    for (name, permissions) in [
        ("none", ""),
        ("viewer", "note.view"),
        ("changer", "note.change"),
        ("all", all),
    ] {
        let user = a_user(&site, name, true, false).await;
        put_into_a_group(&site, &user, permissions).await;
        clients.push(as_user(&site, &user).await);
    }
    clients.push(admin(&site).await);
    a_note(&site, None, "milk").await;
    for (page, expected) in TABLE {
        for (client, expected) in clients.iter_mut().zip(expected) {
            let answer = client.get(page).await;
            assert_eq!(answer.status, *expected, "{page}: {}", answer.text);
            let head = client.send(Method::HEAD, page, &[], "").await;
            assert_eq!(head.status, *expected, "HEAD {page}");
        }
    }
}

#[tokio::test]
async fn s37_what_one_may_not_do_is_not_done_by_posting_either() {
    let site = TestSite::new().await;
    let note = a_note(&site, None, "milk").await;
    let mut viewer = staff(&site, "note.view").await;
    let id = note.id.to_string();
    let change = format!("/admin/notes/{id}/change/");
    let fields = [("text", "gone"), ("color", "plum"), ("link", "")];
    assert_eq!(viewer.post(&change, &fields).await.status, 403);
    assert_eq!(viewer.post("/admin/notes/add/", &fields).await.status, 403);
    let delete = format!("/admin/notes/{id}/delete/");
    assert_eq!(viewer.post(&delete, &[]).await.status, 403);
    for action in ["delete", "0"] {
        let fields = [
            ("action", action),
            ("id", id.as_str()),
            ("confirmed", "yes"),
        ];
        assert_eq!(viewer.post("/admin/notes/", &fields).await.status, 403);
    }
    assert_eq!(read::<note::Entity>(&site, note.id).await, Some(note));
    assert_eq!(notes(&site).await, 1);
}

#[tokio::test]
async fn s41_a_bulk_action_asks_for_each_row_and_does_all_or_nothing() {
    let site = TestSite::new().await;
    let ada = a_user(&site, "ada", false, false).await;
    let root = a_user(&site, "root", true, true).await;
    let mut clerk = staff(&site, "user.view user.change user.delete").await;
    let (first, second) = (ada.id.to_string(), root.id.to_string());
    // Action 1 makes inactive.
    for action in ["1", "delete"] {
        let fields = [
            ("action", action),
            ("confirmed", "yes"),
            ("id", first.as_str()),
            ("id", second.as_str()),
        ];
        let answer = clerk.post("/admin/users/", &fields).await;
        assert_eq!(answer.status, 403, "{}", answer.text);
        assert!(
            read::<user::Entity>(&site, ada.id)
                .await
                .is_some_and(|user| user.is_active)
        );
        assert!(
            read::<user::Entity>(&site, root.id)
                .await
                .is_some_and(|user| user.is_active)
        );
    }
    let fields = [("action", "1"), ("id", first.as_str())];
    assert_eq!(clerk.post("/admin/users/", &fields).await.status, 303);
    assert!(
        read::<user::Entity>(&site, ada.id)
            .await
            .is_some_and(|user| !user.is_active)
    );
}

#[tokio::test]
async fn nobody_raises_their_own_rights() {
    let site = TestSite::new().await;
    let clerk = a_user(&site, "clerk", true, false).await;
    let every = "user.view user.add user.change user.delete group.view group.add group.change \
                 member.view member.add member.change note.view";
    put_into_a_group(&site, &clerk, every).await;
    let ada = a_user(&site, "ada", false, false).await;
    let root = a_user(&site, "root", true, true).await;
    let mut client = as_user(&site, &clerk).await;
    // Oneself, another, a superuser.
    for user in [&clerk, &ada, &root] {
        let fields = [
            ("username", user.username.as_str()),
            ("email", "clerk@example.org"),
            ("is_active", "1"),
            ("is_staff", "1"),
            ("is_superuser", "1"),
        ];
        let answer = client
            .post(&format!("/admin/users/{}/change/", user.id), &fields)
            .await;
        assert_eq!(answer.status, 403, "{}", answer.text);
        assert_eq!(
            read::<user::Entity>(&site, user.id).await.as_ref(),
            Some(user)
        );
    }
    let new = [
        ("username", "new"),
        ("email", ""),
        ("is_active", "1"),
        ("is_staff", "1"),
    ];
    assert_eq!(client.post("/admin/users/add/", &new).await.status, 403);
    let group = [("name", "mine"), ("permissions", "note.delete")];
    assert_eq!(client.post("/admin/groups/add/", &group).await.status, 403);
    assert_eq!(
        client.post("/admin/groups/1/change/", &group).await.status,
        403
    );
    let id = clerk.id.to_string();
    put_into_a_group(&site, &root, "note.delete").await;
    // Not 2: PostgreSQL gives no number twice, and a group that was refused has had one.
    let groups = group::Entity::find().all(site.app.db.read()).await;
    let newest = groups.expect("the database answers");
    let newest = newest
        .iter()
        .map(|group| group.id)
        .max()
        .unwrap_or_default();
    let newest = newest.to_string();
    let member = [("user_id", id.as_str()), ("group_id", newest.as_str())];
    assert_eq!(
        client.post("/admin/members/add/", &member).await.status,
        403
    );
    // What is not about rights may be changed.
    let fields = [
        ("username", "ada"),
        ("email", "new@example.org"),
        ("is_active", "1"),
    ];
    let answer = client
        .post(&format!("/admin/users/{}/change/", ada.id), &fields)
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let groups = group::Entity::find().count(site.app.db.read()).await;
    assert_eq!(groups.expect("the database answers"), 2);
}

#[tokio::test]
async fn s42_who_may_not_look_at_users_learns_none_from_notes() {
    let site = TestSite::new().await;
    let ada = a_user(&site, "ada-lovelace", false, false).await;
    let note = a_note(&site, Some(&ada), "milk").await;
    let mut clerk = staff(&site, "note.view note.add note.change note.delete").await;
    for page in [
        "/admin/".to_string(),
        "/admin/notes/".to_string(),
        "/admin/notes/add/".to_string(),
        format!("/admin/notes/{}/change/", note.id),
        format!("/admin/notes/{}/delete/", note.id),
        format!("/admin/notes/{}/history/", note.id),
    ] {
        let answer = clerk.get(&page).await;
        assert_eq!(answer.status, 200, "{page}");
        assert!(!answer.text.contains("lovelace"), "{page}: {}", answer.text);
    }
    // The number of rows would tell whose note it is.
    let filtered = format!("/admin/notes/?owner_id={}", ada.id);
    assert_eq!(clerk.get(&filtered).await.status, 400);
    // Nor may they give a note to somebody, or take it away.
    let fields = [
        ("text", "new"),
        ("color", "plum"),
        ("link", ""),
        ("owner_id", ""),
    ];
    let answer = clerk
        .post(&format!("/admin/notes/{}/change/", note.id), &fields)
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let after = read::<note::Entity>(&site, note.id)
        .await
        .expect("it is there");
    assert_eq!((after.owner_id, after.text.as_str()), (Some(ada.id), "new"));
}

#[tokio::test]
async fn s43_no_cache_keeps_a_page_of_the_admin() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    a_note(&site, None, "milk").await;
    for page in PAGES {
        let answer = root.get(page).await;
        if answer.status == 200 {
            assert_eq!(answer.header("cache-control"), "no-store", "{page}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_kept_in_the_history_is_not_done() {
    let site = TestSite::new().await;
    let note = a_note(&site, None, "milk").await;
    let mut root = admin(&site).await;
    let transaction = site.app.db.begin().await.expect("it begins");
    let statement = "ALTER TABLE log_entries RENAME TO elsewhere";
    sea_orm::ConnectionTrait::execute_unprepared(&transaction, statement)
        .await
        .expect("it is renamed");
    transaction.commit().await.expect("it is committed");
    let id = note.id.to_string();
    let fields = [("text", "gone"), ("color", "plum"), ("link", "")];
    root.post(&format!("/admin/notes/{id}/change/"), &fields)
        .await;
    root.post("/admin/notes/add/", &fields).await;
    root.post(&format!("/admin/notes/{id}/delete/"), &[]).await;
    root.post("/admin/notes/", &[("action", "0"), ("id", &id)])
        .await;
    root.post(
        "/admin/notes/",
        &[("action", "delete"), ("id", &id), ("confirmed", "yes")],
    )
    .await;
    assert_eq!(read::<note::Entity>(&site, note.id).await, Some(note));
    assert_eq!(notes(&site).await, 1);
}

#[tokio::test]
async fn the_history_says_who_did_what() {
    let site = TestSite::new().await;
    let note = a_note(&site, None, "milk").await;
    let mut root = admin(&site).await;
    let path = format!("/admin/notes/{}/change/", note.id);
    let fields = [("text", "bread"), ("color", "plum"), ("link", "")];
    assert_eq!(root.post(&path, &fields).await.status, 303);
    let page = root
        .get(&format!("/admin/notes/{}/history/", note.id))
        .await
        .text;
    assert!(
        page.contains("root") && page.contains("text, color"),
        "{page}"
    );
    let index = root.get("/admin/").await.text;
    assert!(index.contains("bread"), "{index}");
    assert_eq!(
        root.post(&format!("/admin/notes/{}/delete/", note.id), &[])
            .await
            .status,
        303
    );
    let entries = log_entry::Entity::find()
        .all(site.app.db.read())
        .await
        .expect("it answers");
    let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["change", "delete"]);
    for action in ["change", "delete"] {
        let path = format!("/admin/log_entries/{}/{action}/", entries[0].id);
        assert_eq!(root.post(&path, &[("shown", "nothing")]).await.status, 403);
    }
}

#[tokio::test]
async fn s53_a_text_cannot_begin_a_line_in_the_log_or_speak_to_a_terminal() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    let text = "milk\r\n2026-11-21 root deleted everything\u{1b}[2J\u{7}\u{85}\u{2028}\u{202e}";
    let fields = [("text", text), ("color", "plum"), ("link", "")];
    assert_eq!(root.post("/admin/notes/add/", &fields).await.status, 303);
    let entries = log_entry::Entity::find()
        .all(site.app.db.read())
        .await
        .expect("it answers");
    let shown = &entries[0].shown;
    assert!(
        shown.contains("milk") && shown.contains("\\n2026"),
        "{shown:?}"
    );
    let is_bad = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{202e}');
    assert!(!shown.contains(is_bad), "{shown:?}");
}
