//! What this lesson promises, asked as a visitor would. Each test has a site and a database of its
//! own: in memory, or on the PostgreSQL server that `TEST_DATABASE_URL` names.

mod gadget;

use std::fs;
use std::process::Command;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request};
use lesson_08::admin::Admin;
use lesson_08::admin::model::ModelAdmin;
use lesson_08::app::App;
use lesson_08::auth::password;
use lesson_08::migrations::Migrator;
use lesson_08::models::{note, profile, user};
use lesson_08::settings::Settings;
use lesson_08::testing::Client;
use lesson_08::{commands, settings, urls};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, Schema, Set,
};
use sea_orm_migration::MigratorTrait;
use tower::ServiceExt;

const WRONG: u16 = 422;

#[tokio::test]
async fn a_user_registers_and_keeps_notes() {
    let mut ann = Client::new().await;
    let fields = [("username", "ann"), ("password", "correct horse")];
    let answer = ann.post("/accounts/register/", &fields).await;
    assert_eq!(answer.location, "/accounts/profile/", "{}", answer.text);
    // A message is told once.
    assert!(
        ann.get("/accounts/profile/")
            .await
            .text
            .contains("Welcome!")
    );
    assert!(
        !ann.get("/accounts/profile/")
            .await
            .text
            .contains("Welcome!")
    );

    let fields = [
        ("text", "<b>milk"),
        ("color", "plum"),
        ("owner_id", "77"),
        ("id", "9"),
    ];
    let answer = ann.post("/notes/add/", &fields).await;
    assert_eq!(answer.location, "/notes/");
    assert!(ann.get("/notes/").await.text.contains("&lt;b&gt;milk"));
    let fields = [("text", "bread"), ("color", "khaki")];
    ann.post("/notes/1/edit/", &fields).await;
    assert!(ann.get("/notes/").await.text.contains("bread"));

    // Another's note is not there.
    let mut bob = ann.another();
    bob.make_user("bob", false).await;
    let answer = bob.get("/notes/").await;
    assert_eq!(answer.location, "/accounts/login/?next=/notes/");
    bob.login("bob").await;
    for page in ["/notes/1/edit/", "/notes/1/delete/"] {
        assert_eq!(bob.get(page).await.status, 404);
        assert_eq!(bob.post(page, &fields).await.status, 404);
    }
    assert_eq!(
        ann.get("/notes/1/delete/").await.status,
        200,
        "GET only asks"
    );
    assert_eq!(ann.post("/notes/1/delete/", &[]).await.location, "/notes/");
    assert!(ann.get("/notes/").await.text.contains("No notes yet"));
    ann.post("/accounts/logout/", &[]).await;
    assert_eq!(ann.get("/notes/").await.status, 302);
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field() {
    let mut ann = Client::new().await;
    ann.make_user("ann", true).await;
    ann.login("ann").await;
    let long = "x".repeat(100_001);
    for (text, color, reason) in [
        ("", "plum", "This is required."),
        ("milk", "black", "This must be one of the list."),
        (
            long.as_str(),
            "plum",
            "This may have 100000 characters, and has 100001.",
        ),
    ] {
        let answer = ann
            .post("/notes/add/", &[("text", text), ("color", color)])
            .await;
        assert_eq!(answer.status, WRONG);
        assert!(answer.text.contains(reason), "{reason}");
    }
    // What only the database knows.
    let taken = [("username", "ann"), ("password", "correct horse")];
    let answer = ann.post("/accounts/register/", &taken).await;
    assert_eq!(answer.status, WRONG);
    let at_name = "id=\"id_username_error\">There is another one with this already.";
    assert!(answer.text.contains(at_name), "{}", answer.text);
    let gone = [("text", "milk"), ("color", "plum"), ("owner_id", "99")];
    let answer = ann.post("/admin/core/note/add/", &gone).await;
    assert!(answer.text.contains("is gone"), "{}", answer.text);
    assert_eq!(answer.status, WRONG);
}

#[tokio::test]
async fn without_its_token_a_request_changes_nothing() {
    let mut ann = Client::new().await;
    ann.make_user("ann", false).await;
    ann.login("ann").await;
    ann.cookies.insert("csrftoken".into(), "A".repeat(44));
    let form = "text=milk&color=plum&csrfmiddlewaretoken=B";
    let mut headers = HeaderMap::new();
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert("content-type", kind);
    let answer = ann
        .send(Method::POST, "/notes/add/", headers, form.into())
        .await;
    assert_eq!(answer.status, 403);
    assert!(answer.text.contains("<h1>403</h1>"), "{}", answer.text);
    let answer = ann
        .send(Method::POST, "/api/notes", HeaderMap::new(), "{}".into())
        .await;
    assert_eq!(answer.status, 403);
    let notes = note::Entity::find().count(&ann.app.db).await;
    assert_eq!(notes, Ok(0));
}

#[tokio::test]
async fn a_receiver_hears_of_a_user_wherever_one_is_made() {
    let mut ann = Client::new().await;
    ann.make_user("root", true).await;
    let fields = [("username", "ann"), ("password", "correct horse")];
    ann.post("/accounts/register/", &fields).await;
    let profiles = profile::Entity::find().count(&ann.app.db).await;
    assert_eq!(profiles, Ok(2));
    // A change is heard of too, and makes no second one.
    ann.login("root").await;
    let fields = [("username", "anna"), ("email", ""), ("is_active", "yes")];
    let answer = ann.post("/admin/core/user/2/change/", &fields).await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    let profiles = profile::Entity::find().count(&ann.app.db).await;
    assert_eq!(profiles, Ok(2));
}

#[tokio::test]
async fn the_admin_serves_any_model() {
    let mut root = Client::new().await;
    root.make_user("root", true).await;
    root.login("root").await;
    for model in ["note", "user", "group", "member", "profile"] {
        let list = root.get(&format!("/admin/core/{model}/")).await;
        assert_eq!(list.status, 200, "{model}: {}", list.text);
    }
    let fields = [("text", "50 % off"), ("color", "plum"), ("owner_id", "1")];
    let answer = root.post("/admin/core/note/add/", &fields).await;
    assert_eq!(answer.location, "/admin/core/note/", "{}", answer.text);
    // A reference is shown by what it refers to, not by a number.
    let list = root.get("/admin/core/note/").await.text;
    assert!(list.contains("<td>root</td>"), "{list}");
    let form = root.get("/admin/core/note/1/change/").await.text;
    assert!(
        form.contains("<option value=\"1\" selected>root</option>"),
        "{form}"
    );
    // The search takes its text as it is, but for upper and lower case.
    for (search, count) in [
        ("OFF", 1),
        ("50+%25", 1),
        ("%25o", 0),
        ("_", 0),
        ("%5C", 0),
        ("", 1),
    ] {
        let list = root
            .get(&format!("/admin/core/note/?q={search}"))
            .await
            .text;
        assert!(
            list.contains(&format!("{count} in all")),
            "{search}: {list}"
        );
    }
    assert_eq!(
        root.post("/admin/core/note/1/delete/", &[]).await.status,
        302
    );
    assert_eq!(root.get("/admin/core/note/1/change/").await.status, 404);
    assert_eq!(root.get("/admin/core/nothing/").await.status, 404);
}

#[tokio::test]
async fn the_staff_may_do_what_their_groups_may_and_no_more() {
    let mut eve = Client::new().await;
    let user = eve.make_user("eve", false).await;
    eve.login("eve").await;
    assert_eq!(eve.get("/admin/").await.status, 403);
    let mut staff = user.clone().into_active_model();
    staff.is_staff = Set(true);
    staff.update(&eve.app.db).await.unwrap();
    assert_eq!(eve.get("/admin/core/note/").await.status, 403);

    let mut root = eve.another();
    root.make_user("root", true).await;
    root.login("root").await;
    let rights = "note.view note.add user.view user.change group.view group.change member.add";
    let editors = [("name", "editors"), ("permissions", rights)];
    root.post("/admin/core/group/add/", &editors).await;
    root.post(
        "/admin/core/member/add/",
        &[("user_id", "1"), ("group_id", "1")],
    )
    .await;
    assert_eq!(eve.get("/admin/core/note/").await.status, 200);
    assert_eq!(eve.get("/admin/core/note/add/").await.status, 200);
    assert_eq!(eve.get("/admin/core/note/1/delete/").await.status, 403);

    // She may change users, and cannot make anyone a superuser by it: not herself, not another.
    let bob = root.make_user("bob", false).await;
    let fields = [
        ("username", "bob"),
        ("is_active", "yes"),
        ("is_superuser", "yes"),
    ];
    let path = format!("/admin/core/user/{}/change/", bob.id);
    assert_eq!(eve.post(&path, &fields).await.status, 302);
    let superusers = user::Entity::find().filter(user::Column::IsSuperuser.eq(true));
    assert_eq!(superusers.count(&eve.app.db).await, Ok(1));
    for path in [
        "user/1/change/",
        "user/2/change/",
        "group/1/change/",
        "member/add/",
    ] {
        let answer = eve.post(&format!("/admin/core/{path}"), &fields).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_column_of_any_type_is_shown_and_edited() {
    let mut app = Client::new().await.app;
    let schema = Schema::new(app.db.get_database_backend());
    let table = schema.create_table_from_entity(gadget::Entity);
    app.db.execute(&table).await.unwrap();
    let mut models = lesson_08::admin::registered();
    models.push(ModelAdmin::<gadget::Entity>::new().boxed());
    app.admin = Arc::new(Admin::new(models).unwrap());
    let mut root = Client::of(app);
    root.make_user("root", true).await;
    root.login("root").await;

    let full = [
        ("name", "lamp"),
        ("nick", "l"),
        ("story", "two\r\nlines"),
        ("is_new", "yes"),
        ("works", "no"),
        ("small", "-7"),
        ("maybe_small", "7"),
        ("large", "9007199254740993"),
        ("maybe_large", "1"),
        ("ratio", "2.5"),
        ("maybe_ratio", "1e-3"),
        ("day", "2026-11-30"),
        ("maybe_day", "2026-12-01"),
        ("hour", "13:22:05"),
        ("at", "2026-11-30T13:22"),
        ("maybe_at", "2026-11-30 13:22:05"),
        ("keeper_id", "1"),
    ];
    let answer = root.post("/admin/core/gadget/add/", &full).await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    let first = gadget::Entity::find_by_id(1)
        .one(&root.app.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (first.small, first.large, first.works),
        (-7, 9_007_199_254_740_993, Some(false))
    );
    assert_eq!(first.story, "two\nlines");
    // What the form shows can be sent as it is, and changes nothing.
    let form = root.get("/admin/core/gadget/1/change/").await.text;
    for shown in [
        "value=\"2026-11-30 13:22:05\"",
        "value=\"0.001\"",
        "value=\"13:22:05\"",
    ] {
        assert!(form.contains(shown), "{shown}: {form}");
    }
    let answer = root.post("/admin/core/gadget/1/change/", &full).await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    let again = gadget::Entity::find_by_id(1)
        .one(&root.app.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(again, first);

    // What may be empty may be.
    let is_optional =
        |name: &str| name.starts_with("maybe") || ["nick", "works", "keeper_id"].contains(&name);
    let bare: Vec<_> = full
        .into_iter()
        .filter(|(name, _)| !is_optional(name))
        .collect();
    let answer = root.post("/admin/core/gadget/add/", &bare).await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    let second = gadget::Entity::find_by_id(2)
        .one(&root.app.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (second.nick, second.works, second.maybe_ratio),
        (None, None, None)
    );

    let wrong = full.map(|(name, _)| (name, "1e999"));
    let answer = root.post("/admin/core/gadget/1/change/", &wrong).await;
    assert_eq!(answer.status, WRONG);
    let errors = answer.text.matches("class=\"error\"").count();
    assert_eq!(errors, 13, "{}", answer.text); // texts, and the box, take it
}

#[tokio::test]
async fn what_the_admin_cannot_show_is_refused_at_the_start() {
    let picture = vec![ModelAdmin::<gadget::picture::Entity>::new().boxed()];
    let problem = Admin::new(picture).err().unwrap().to_string();
    assert!(problem.contains("pictures.bytes"), "{problem}");
    let alone = vec![ModelAdmin::<note::Entity>::new().boxed()];
    let problem = Admin::new(alone).err().unwrap().to_string();
    assert!(
        problem.contains("notes.owner_id refers to users"),
        "{problem}"
    );
}

#[test]
fn check_looks_at_each_model() {
    let models = include_str!("../src/models.rs");
    let names = models
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod "));
    for name in names {
        let name = name.trim_end_matches(';');
        assert!(
            models.contains(&format!("look::<{name}::Entity>")),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_step_that_fails_changes_nothing() {
    let client = Client::new().await;
    let db = &client.app.db;
    Migrator::down(db, None).await.unwrap();
    // The first step makes users, then groups, which are in its way now.
    db.execute_unprepared("CREATE TABLE groups (id int)")
        .await
        .unwrap();
    let problem = commands::up(db).await.unwrap_err().to_string();
    assert!(problem.contains("m0001_users failed"), "{problem}");
    assert!(
        user::Entity::find().one(db).await.is_err(),
        "there are no users"
    );
    db.execute_unprepared("DROP TABLE groups").await.unwrap();
    let taken = commands::up(db).await.unwrap();
    assert_eq!(taken, ["m0001_users", "m0002_notes"]);
}

#[tokio::test]
async fn a_login_brings_another_session_and_another_token() {
    let mut ann = Client::new().await;
    ann.make_user("ann", false).await;
    ann.login("ann").await;
    let before = ann.cookies.clone();
    ann.login("ann").await;
    for cookie in ["sessionid", "csrftoken"] {
        assert_ne!(ann.cookies[cookie], before[cookie], "{cookie}");
    }
    assert_eq!(ann.get("/notes/").await.status, 200);
    // A session that someone has copied is dead too, once its user has logged out.
    let copy = ann.cookies.clone();
    ann.post("/accounts/logout/", &[]).await;
    for old in [before, copy] {
        ann.cookies = old;
        assert_eq!(ann.get("/notes/").await.status, 302);
    }
}

#[tokio::test]
async fn check_finds_a_migration_that_was_forgotten() {
    let client = Client::new().await;
    assert_eq!(commands::problems(&client.app).await.unwrap(), [""; 0]);
    let db = &client.app.db;
    db.execute_unprepared("ALTER TABLE notes RENAME COLUMN color TO paint")
        .await
        .unwrap();
    let problems = commands::problems(&client.app).await.unwrap();
    assert!(
        problems[0].contains("notes") && problems[0].contains("color"),
        "{problems:?}"
    );
}

#[tokio::test]
async fn what_a_visitor_sends_is_answered_by_a_4xx() {
    let mut root = Client::new().await;
    root.make_user("root", true).await;
    root.login("root").await;
    let list = "/admin/core/note/";
    let long = format!("{list}?q={}", "x".repeat(50_000));
    for (path, status) in [
        (long.as_str(), 400),
        ("/admin/core/note/?q=%00", 400),
        ("/admin/core/note/?page=x", 400),
        ("/admin/core/note/?page=0", 404),
        ("/admin/core/note/?page=2", 404),
        ("/admin/core/note/?page=18446744073709551615", 404),
        ("/notes/x/edit/", 400),
        ("/notes/99999999999999999999/edit/", 400),
        ("/admin/core/%00/", 404),
        ("/notes/1/edit/", 404),
        ("/admin/core/note/%ff/change/", 400),
        ("/static/../Cargo.toml", 404),
        ("/static/%2e%2e/x", 404),
        (&format!("/static/{}", "x".repeat(300)), 404),
    ] {
        let answer = root.get(path).await;
        assert_eq!(answer.status, status, "{:.60}: {}", path, answer.text);
        assert!(
            answer.text.contains("<title>"),
            "{:.60}: {}",
            path,
            answer.text
        );
    }
    let token = root.cookies["csrftoken"].clone();
    for (form, status) in [
        ("text=%ff&color=plum", 400),
        ("text=%00&color=plum", 400),
        ("", WRONG),
    ] {
        let form = format!("csrfmiddlewaretoken={token}&{form}");
        let mut headers = HeaderMap::new();
        headers.insert(
            "content-type",
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let answer = root.send(Method::POST, "/notes/add/", headers, form).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    for (json, status) in [
        ("{\"text\": \"\\u0000\"}".to_string(), WRONG),
        (format!("{{\"text\": \"{}\"}}", "x".repeat(100_001)), WRONG),
        (format!("{{\"text\": \"{}\"}}", " ".repeat(100_001)), WRONG),
        (format!("{{\"text\": \"{}\"}}", "x".repeat(3_000_000)), 413),
        ("{\"text\": \"\\ud800\"}".to_string(), 400),
        ("{\"text\": 1}".to_string(), WRONG),
        ("[\"text\"]".to_string(), WRONG),
    ] {
        for path in ["/api/notes", "/api/notes/persist"] {
            let answer = root.post_json(path, &json).await;
            assert_eq!(answer.status, status, "{}", answer.text);
            assert!(answer.text.starts_with("{\"error\":"), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn another_programs_cookie_logs_nobody_out() {
    let mut root = Client::new().await;
    root.make_user("root", true).await;
    root.login("root").await;
    let session = root.cookies["sessionid"].clone();
    for foreign in [
        &b"theirs=\xc3\xa9"[..],
        b"theirs=\xff\xfe",
        b"nonsense",
        b"=;;==",
    ] {
        let ours = format!("; sessionid={session}; csrftoken=x");
        let cookies = HeaderValue::from_bytes(&[foreign, ours.as_bytes()].concat()).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("cookie", cookies);
        root.cookies.clear();
        let answer = root
            .send(Method::GET, "/notes/", headers, String::new())
            .await;
        assert_eq!(answer.status, 200, "{foreign:?}");
    }
    // A session id that the site has not signed is nobody's.
    root.cookies = [(
        "sessionid".to_string(),
        "AAAAAAAAAAAAAAAAAAAAAA".to_string(),
    )]
    .into();
    assert_eq!(root.get("/notes/").await.status, 302);
}

#[tokio::test]
async fn a_planted_token_is_not_taken_over() {
    let mut ann = Client::new().await;
    let attributes = "%3B%20Domain%3Dexample.org%3B%20Path%3D%2Fx".to_string();
    let padded = format!("{attributes:x<74}"); // 44 characters, when it is decoded
    for planted in [padded, "<".repeat(44), "%0D%0A".repeat(22)] {
        ann.cookies.insert("csrftoken".into(), planted.clone());
        ann.get("/").await;
        let token = &ann.cookies["csrftoken"];
        assert!(token.len() == 44 && !token.contains('<'), "{planted}");
        assert_ne!(*token, planted);
        let answer = ann.post_json("/api/notes", "{\"text\": \"\"}").await;
        assert_eq!(answer.status, 201, "{planted}");
    }
}

#[tokio::test]
async fn with_tls_no_cookie_goes_over_http() {
    let client = Client::new().await;
    client.make_user("ann", false).await;
    let mut app = client.app.clone();
    app.settings = Arc::new(Settings {
        tls: true,
        ..(*app.settings).clone()
    });
    let token = "A".repeat(44);
    let form = format!("username=ann&password=correct+horse&csrfmiddlewaretoken={token}");
    let request = Request::post("/accounts/login/")
        .header("host", "localhost")
        .header("cookie", format!("csrftoken={token}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form));
    let answer = urls::site(app).oneshot(request.unwrap()).await.unwrap();
    let cookies = answer.headers().get_all("set-cookie").iter();
    let cookies: Vec<_> = cookies.map(|cookie| cookie.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    let is_secure = |cookie: &&str| cookie.contains("; Secure");
    assert!(cookies.iter().all(is_secure), "{cookies:?}");
}

#[tokio::test]
async fn of_two_who_want_one_name_at_once_one_gets_it() {
    let mut ann = Client::new().await;
    let mut bob = ann.another();
    let fields = [("username", "sam"), ("password", "correct horse")];
    let (first, second) = tokio::join!(
        ann.post("/accounts/register/", &fields),
        bob.post("/accounts/register/", &fields),
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [302, WRONG]);
    let profiles = profile::Entity::find().count(&ann.app.db).await;
    assert_eq!(profiles, Ok(1));
}

#[test]
fn a_password_is_not_the_name_and_a_short_name_stands_in_many() {
    let weakness = password::weakness;
    assert!(weakness("correct horse", "correct").is_some());
    assert!(weakness("correct horse", "the correct horse").is_some());
    assert!(weakness("12345678", "ann").is_some());
    assert_eq!(weakness("correct horse", "eve"), None);
    assert_eq!(weakness("correct horse", "e"), None);
}

#[test]
fn hosts_are_listed_as_people_write_them() {
    let names = settings::names("Example.com, .example.org,");
    assert_eq!(names, ["example.com", ".example.org"]);
}

/// The program itself, on a file of SQLite.
#[tokio::test]
async fn commands_on_a_file() {
    let file = std::env::temp_dir().join(format!("lesson-08-{}.sqlite3", std::process::id()));
    let url = format!("sqlite:{}", file.display());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lesson-08"));
        let command = command.env("DATABASE_URL", &url).args(arguments);
        let output = command.env("SUPERUSER_PASSWORD", "correct horse").output();
        let output = output.unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.code(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    };
    assert_eq!(run(&["migrate"]).0, Some(0));
    // Who made this user can log in as it.
    let make = ["createsuperuser", "--noinput", "--username", " root "];
    assert_eq!(run(&make).1, "Made the superuser root.\n");
    let (status, said) = run(&make);
    assert!(
        status == Some(2) && said.contains("is the name free"),
        "{said}"
    );
    assert_eq!(run(&["check"]).1, "All is well.\n");

    let mut settings = (*Client::new().await.app.settings).clone();
    settings.database_url = format!("{url}?mode=ro");
    let app = App::open(settings).await.unwrap();
    let problems = commands::problems(&app).await.unwrap().concat();
    assert!(problems.contains("cannot be written to"), "{problems}");
    app.db.close().await.unwrap();
    fs::remove_file(file).unwrap();
}
