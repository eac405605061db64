//! Who has been here before, and for how long that is remembered.

use std::collections::HashSet;

use axum::http::Method;
use lesson_12::auth::session::{Id, Session};
use lesson_12::auth::store::{self, IDLE, LONGEST};
use lesson_12::models::{session, user};
use lesson_12::testing::TestSite;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};

use crate::auth::{PASSWORD, count, is_in, logged_in, try_login, user};

#[test]
fn s11_ids_have_256_bits_and_do_not_repeat() {
    let ids: HashSet<String> = (0..10_000).map(|_| Id::new("key").value).collect();
    assert_eq!(ids.len(), 10_000);
    assert!(ids.iter().all(|id| id.len() == 43), "43 letters of 6 bits");
    // Each of the first 42 letters takes all its 64 values: none of the bits is fixed.
    for at in 0..42 {
        let seen: HashSet<u8> = ids.iter().map(|id| id.as_bytes()[at]).collect();
        assert_eq!(seen.len(), 64, "letter {at}");
    }
}

#[tokio::test]
async fn s12_a_login_has_a_new_id_and_the_old_one_is_dead() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut client = logged_in(&site, "ada").await;
    let old = client.clone();
    try_login(&mut client, "ada", PASSWORD).await;
    assert_ne!(client.cookies["sessionid"], old.cookies["sessionid"]);
    assert!(is_in(&mut client).await);
    assert!(!is_in(&mut old.clone()).await, "the old id");
    assert_eq!(count::<session::Entity>(&site).await, 1);
}

#[tokio::test]
async fn s13_an_id_that_is_not_ours_is_not_taken_over() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut client = site.client();
    let planted = Id::new("some key").value;
    client.cookies.insert("sessionid".into(), planted.clone());
    try_login(&mut client, "ada", PASSWORD).await;
    assert_ne!(client.cookies["sessionid"], planted);
    // Not even for somebody who is nobody yet, and whom the next page has something to tell.
    let kept = store::load(&site.app, &planted).await;
    let kept = kept.expect("the database answers");
    kept.set("messages", "hello");
    let cookie = store::save(&site.app, &kept).await;
    let cookie = cookie.expect("it is kept").expect("under an id of ours");
    assert!(!cookie.to_str().expect("it is text").contains(&planted));
    let key = &site.app.settings.secret_key;
    let row = session::Entity::find_by_id(Id::hash(key, &planted));
    let row = row.one(site.app.db.read()).await;
    assert_eq!(row.expect("the table can be read"), None);
    let mut thief = site.client();
    thief.cookies.insert("sessionid".into(), planted);
    assert!(!is_in(&mut thief).await);
}

#[tokio::test]
async fn s14_logout_ends_the_session_at_the_server() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut client = logged_in(&site, "ada").await;
    let mut copy = client.clone();
    assert!(is_in(&mut copy).await);
    assert_eq!(client.post("/accounts/logout/", &[]).await.status, 302);
    let answer = copy.get("/accounts/profile/").await;
    assert_eq!(answer.status, 302);
    assert_eq!(
        answer.header("location"),
        "/accounts/login/?next=/accounts/profile/"
    );
    assert!(!is_in(&mut client).await);
}

#[tokio::test]
async fn s15_a_new_password_ends_all_other_sessions() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut here = logged_in(&site, "ada").await;
    let mut there = logged_in(&site, "ada").await;
    let new = "a river of blue paper";
    let fields = [
        ("old_password", PASSWORD),
        ("new_password1", new),
        ("new_password2", new),
    ];
    let answer = here.post("/accounts/password/change/", &fields).await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    assert!(is_in(&mut here).await);
    assert!(!is_in(&mut there).await);
}

#[tokio::test]
async fn s16_who_is_shut_out_is_out_at_once() {
    let site = TestSite::new().await;
    let ada = user(&site, "ada").await;
    let mut client = logged_in(&site, "ada").await;
    let mut ada = ada.into_active_model();
    ada.is_active = Set(false);
    change(&site, ada).await;
    assert!(!is_in(&mut client).await);
    assert_eq!(try_login(&mut client, "ada", PASSWORD).await.status, 200);
    assert!(!is_in(&mut client).await);
}

async fn change(site: &TestSite, row: user::ActiveModel) {
    let transaction = site.app.db.begin().await.expect("the database is there");
    row.update(&transaction).await.expect("the row is there");
    transaction.commit().await.expect("the change is kept");
}

#[tokio::test]
async fn s17_a_session_ends_a_day_after_its_last_request() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut client = logged_in(&site, "ada").await;
    for _ in 0..3 {
        site.app.clock.advance(IDLE - 60);
        assert!(is_in(&mut client).await);
    }
    site.app.clock.advance(IDLE);
    assert!(!is_in(&mut client).await);
}

#[tokio::test]
async fn s18_a_session_ends_two_weeks_after_its_login() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut client = logged_in(&site, "ada").await;
    let half = IDLE / 2;
    for _ in 0..LONGEST / half - 1 {
        site.app.clock.advance(half);
        assert!(is_in(&mut client).await);
    }
    site.app.clock.advance(half);
    assert!(!is_in(&mut client).await);
}

#[tokio::test]
async fn s19_the_database_does_not_hold_the_id() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let client = logged_in(&site, "ada").await;
    let rows = session::Entity::find().all(site.app.db.read()).await;
    let rows = rows.expect("the table can be read");
    assert_eq!(rows.len(), 1);
    assert!(!format!("{rows:?}").contains(&client.cookies["sessionid"]));
    let mut thief = site.client();
    thief
        .cookies
        .insert("sessionid".into(), rows[0].id_hash.clone());
    assert!(!is_in(&mut thief).await);
}

#[tokio::test]
async fn s20_a_damaged_cookie_is_a_stranger() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let client = logged_in(&site, "ada").await;
    let good = client.cookies["sessionid"].clone();
    let mut wrong = vec![
        good[1..].to_string(),
        good[..42].to_string(),
        format!("{good}{good}"),
        String::new(),
    ];
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] ^= 1;
        wrong.push(String::from_utf8(bytes).expect("still ASCII"));
    }
    for wrong in wrong {
        let mut client = site.client();
        client.cookies.insert("sessionid".into(), wrong.clone());
        assert_eq!(
            client.get("/accounts/profile/").await.status,
            302,
            "{wrong}"
        );
    }
    let twice = [("cookie", format!("sessionid={good}; sessionid={good}"))];
    let twice: Vec<_> = twice
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let answer = site
        .client()
        .send(Method::GET, "/accounts/profile/", &twice, "")
        .await;
    assert_eq!(answer.status, 302, "two cookies of that name");
}

#[tokio::test]
async fn what_others_keep_beside_our_cookie_is_not_looked_at() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let client = logged_in(&site, "ada").await;
    let (good, csrf) = (&client.cookies["sessionid"], &client.cookies["csrftoken"]);
    let ours = format!("sessionid={good}; csrftoken={csrf}");
    for lines in [
        // Raw UTF-8, as a script of another program on this host may set it.
        vec![format!("name=Zoë; {ours}")],
        vec![format!("{ours}; city=Zürich; ☃=1")],
        vec!["name=Zoë".into(), ours.clone()],
        vec![format!("{ours};name=Zoë;;=;a;sessionid2=x; xsessionid=y")],
    ] {
        let mut lines: Vec<_> = lines.iter().map(|line| ("cookie", line.as_str())).collect();
        let mut browser = site.client();
        let page = browser.send(Method::GET, "/accounts/profile/", &lines, "");
        let page = page.await;
        assert_eq!(page.status, 200, "{lines:?}");
        let token = page.field("csrfmiddlewaretoken");
        lines.push(("x-csrftoken", &token));
        lines.push(("content-type", "application/json"));
        let milk = r#"{"text": "milk"}"#;
        // The lines are all that this one sends: no jar of its own.
        let mut browser = site.client();
        let sent = browser.send(Method::POST, "/api/my/notes", &lines, milk);
        let sent = sent.await;
        assert_eq!(sent.status, 201, "{lines:?}: {}", sent.text);
    }
    // A cookie of our name that is no text is none of ours.
    let wrong = format!("sessionid={good}ö");
    let headers = [("cookie", wrong.as_str())];
    let mut browser = site.client();
    let answer = browser.send(Method::GET, "/accounts/profile/", &headers, "");
    assert_eq!(answer.await.status, 302);
}

#[tokio::test]
async fn s21_a_session_of_another_key_is_a_stranger() {
    let site = TestSite::new().await;
    let ada = user(&site, "ada").await;
    logged_in(&site, "ada").await;
    let hers = session::Entity::find().one(site.app.db.read()).await;
    let hers = hers.expect("the table can be read").expect("a session");
    // Somebody who can read the database and write into it, and does not know the key.
    let id = Id::new("another key of more than fifty characters, as it should be");
    let row = session::ActiveModel {
        id_hash: Set(id.hash),
        user_id: Set(Some(ada.id)),
        data: Set(hers.data),
        created_at: Set(site.app.clock.now()),
        seen_at: Set(site.app.clock.now()),
    };
    let transaction = site.app.db.begin().await.expect("the database is there");
    row.insert(&transaction).await.expect("the row is new");
    transaction.commit().await.expect("the row is kept");
    let mut thief = site.client();
    thief.cookies.insert("sessionid".into(), id.value);
    assert!(!is_in(&mut thief).await);
}

#[tokio::test]
async fn s22_cookies_say_who_may_read_and_send_them() {
    for tls in [false, true] {
        let site = TestSite::with(|settings| settings.tls = tls).await;
        user(&site, "ada").await;
        let mut client = site.client();
        let token = client.token().await;
        let body = format!(
            "csrfmiddlewaretoken={token}&username=ada&password={}",
            PASSWORD.replace(' ', "+")
        );
        let form = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("referer", "https://localhost/"),
        ];
        let answer = client
            .send(Method::POST, "/accounts/login/", &form, body)
            .await;
        let cookies: Vec<&str> = answer
            .headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|c| c.to_str().ok())
            .collect();
        assert_eq!(cookies.len(), 2, "{cookies:?}");
        for cookie in cookies {
            for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age="] {
                assert!(cookie.contains(part), "{cookie}");
            }
            assert!(!cookie.contains("Domain"), "{cookie}");
            assert_eq!(cookie.contains("; Secure"), tls, "{cookie}");
            assert_eq!(cookie.starts_with("__Host-"), tls, "{cookie}");
            assert!(cookie.len() <= 4096, "s24: browsers keep no longer ones");
        }
    }
}

#[tokio::test]
async fn s23_a_visitor_without_a_login_has_no_session() {
    let site = TestSite::new().await;
    for path in [
        "/",
        "/board/",
        "/accounts/login/",
        "/accounts/register/",
        "/nope",
    ] {
        let mut client = site.client();
        client.get(path).await;
        assert!(!client.cookies.contains_key("sessionid"), "{path}");
    }
    assert_eq!(count::<session::Entity>(&site).await, 0);
}

#[tokio::test]
async fn s24_what_a_session_knows_does_not_make_its_cookie_longer() {
    let site = TestSite::new().await;
    let session = Session::default();
    session.set("large", "x".repeat(10_000));
    let cookie = store::save(&site.app, &session).await;
    let cookie = cookie.expect("it is kept").expect("it is new");
    assert!(cookie.len() <= 4096, "browsers keep no longer ones");
    user(&site, "ada").await;
    let client = logged_in(&site, "ada").await;
    let mut pairs = client.cookies.iter();
    assert!(pairs.all(|(name, value)| name.len() + value.len() < 200));
}

#[tokio::test]
async fn who_is_not_logged_in_costs_no_question_and_who_is_costs_one() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut ada = logged_in(&site, "ada").await;
    site.statements();
    for path in ["/", "/accounts/login/", "/static/site.css", "/nope"] {
        site.client().get(path).await;
        assert_eq!(site.statements(), [""; 0], "{path}");
        ada.get(path).await;
        let asked = site.statements();
        assert_eq!(asked.len(), 1, "{path}: {asked:?}");
        assert!(asked[0].contains("sessions"), "{path}: {asked:?}");
    }
}

#[tokio::test]
async fn a_message_is_shown_once() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut client = logged_in(&site, "ada").await;
    client
        .post(
            "/accounts/profile/",
            &[("display_name", "Ada L."), ("about", "")],
        )
        .await;
    assert!(
        client
            .get("/accounts/profile/")
            .await
            .text
            .contains("Your profile was changed.")
    );
    assert!(
        !client
            .get("/accounts/profile/")
            .await
            .text
            .contains("Your profile was changed.")
    );
}
