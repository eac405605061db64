//! The admin's lists: what they show, in which order, and what cannot be smuggled into them.

use lesson_12::admin::registered::Query;
use lesson_12::models::attachment;
use lesson_12::testing::{Answer, TestSite};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, Value};

use crate::admin::{a_note, a_user, admin};

/// The texts of the rows, in their order.
fn rows(answer: &Answer) -> Vec<String> {
    let rows = answer.text.split("<td class=\"text\">").skip(1);
    let text = |row: &str| {
        let (_, link) = row
            .split_once("change&#x2f;\">")
            .expect("a row leads to its page");
        link.split("</a>").next().unwrap_or_default().to_string()
    };
    rows.map(text).collect()
}

async fn an_attachment(site: &TestSite, note_id: i64, title: &str) {
    let transaction = site.app.db.begin().await.expect("it begins");
    let attachment = attachment::ActiveModel {
        note_id: Set(note_id),
        name: Set("generated".into()),
        title: Set(title.into()),
        content_type: Set("text/plain".into()),
        data: Set(b"all that is in the file".to_vec()),
        created_at: Set(1),
        ..Default::default()
    };
    attachment.insert(&transaction).await.expect("it is kept");
    transaction.commit().await.expect("it is committed");
}

#[tokio::test]
async fn the_admin_reads_no_files_content_and_changes_none() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    a_note(&site, None, "milk").await;
    an_attachment(&site, 1, "receipt").await;
    let model = site
        .app
        .admin
        .model("attachments")
        .expect("it is registered");
    let db = site.app.db.read().into();
    let rows = model
        .rows(&db, &Query::default())
        .await
        .expect("the database answers");
    let bytes = |value: &Value| matches!(value, Value::Bytes(Some(bytes)) if bytes.is_empty());
    assert!(rows[0].values.iter().any(bytes), "{rows:?}");
    let fields = [("title", "bill"), ("data", "nothing"), ("name", "../x")];
    assert_eq!(
        root.post("/admin/attachments/1/change/", &fields)
            .await
            .status,
        303
    );
    let found = attachment::Entity::find_by_id(1)
        .one(site.app.db.read())
        .await;
    let found = found.expect("the database answers").expect("it is there");
    assert_eq!(
        (found.title.as_str(), found.name.as_str()),
        ("bill", "generated")
    );
    assert_eq!(found.data, b"all that is in the file");
}

#[tokio::test]
async fn every_registered_model_has_all_its_pages() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    let ada = a_user(&site, "ada", false, false).await;
    a_note(&site, Some(&ada), "milk").await;
    crate::admin::put_into_a_group(&site, &ada, "note.view").await;
    assert_eq!(
        root.post(
            "/admin/profiles/add/",
            &[("user_id", "2"), ("display_name", "Ada"), ("about", "")]
        )
        .await
        .status,
        303
    );
    an_attachment(&site, 1, "receipt").await;
    for model in site.app.admin.models() {
        let plural = model.options().plural;
        let list = root.get(&format!("/admin/{plural}/")).await;
        assert_eq!(list.status, 200, "{plural}: {}", list.text);
        assert!(list.text.contains("aria-sort=\"none\""), "{plural}");
        for column in &model.options().columns {
            for (order, sort) in [("", "ascending"), ("-", "descending")] {
                let list = root
                    .get(&format!("/admin/{plural}/?order={order}{column}"))
                    .await;
                assert_eq!(
                    list.status, 200,
                    "{plural} by {order}{column}: {}",
                    list.text
                );
                assert!(list.text.contains(&format!("aria-sort=\"{sort}\"")));
            }
        }
        for page in ["change", "history"] {
            let page = format!("/admin/{plural}/1/{page}/");
            assert_eq!(root.get(&page).await.status, 200, "{page}");
        }
    }
}

#[tokio::test]
async fn a_list_is_sorted_both_ways() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    for text in ["b", "c", "a"] {
        a_note(&site, None, text).await;
    }
    assert_eq!(
        rows(&root.get("/admin/notes/?order=text").await),
        ["a", "b", "c"]
    );
    assert_eq!(
        rows(&root.get("/admin/notes/?order=-text").await),
        ["c", "b", "a"]
    );
    // Without an order: the newest first.
    assert_eq!(rows(&root.get("/admin/notes/").await), ["a", "c", "b"]);
}

#[tokio::test]
async fn a_list_has_pages_and_says_how_many_rows_there_are() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    for number in 0..51 {
        a_note(&site, None, &format!("note {number:02}")).await;
    }
    let first = root.get("/admin/notes/?order=text").await;
    assert_eq!(rows(&first).len(), 50);
    assert!(
        first.text.contains("51 notes, page 1 of 2"),
        "{}",
        first.text
    );
    assert!(
        first.text.contains("?order=text&amp;page=2"),
        "{}",
        first.text
    );
    assert_eq!(
        rows(&root.get("/admin/notes/?order=text&page=2").await),
        ["note 50"]
    );
    for (page, status) in [
        ("3", 404),
        ("0", 400),
        ("-1", 400),
        ("x", 400),
        ("99999999999", 400),
        ("4294967295", 404),
    ] {
        let answer = root.get(&format!("/admin/notes/?page={page}")).await;
        assert_eq!(answer.status, status, "{page}");
    }
}

#[tokio::test]
async fn a_list_is_filtered_by_choice_reference_and_yes_or_no() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    let ada = a_user(&site, "ada", false, false).await;
    a_note(&site, Some(&ada), "hers").await;
    a_note(&site, None, "nobody's").await;
    let path = format!("/admin/notes/?owner_id={}", ada.id);
    assert_eq!(rows(&root.get(&path).await), ["hers"]);
    assert_eq!(
        rows(&root.get("/admin/notes/?owner_id=none").await),
        ["nobody&#x27;s"]
    );
    assert_eq!(
        rows(&root.get("/admin/notes/?color=khaki&q=hers").await),
        ["hers"]
    );
    assert_eq!(rows(&root.get("/admin/notes/?color=plum").await).len(), 0);
    let staff = root.get("/admin/users/?is_staff=1").await;
    assert!(staff.text.contains("1 user"), "{}", staff.text);
    for wrong in [
        "color=black",
        "owner_id=x",
        "is_staff=1",
        "order=link",
        "order=--text",
        "text=a",
        "password=a",
    ] {
        let answer = root.get(&format!("/admin/notes/?{wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
    for wrong in [
        "is_staff=2",
        "order=password",
        "order=-password",
        "password=a",
    ] {
        let answer = root.get(&format!("/admin/users/?{wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

/// What would be SQL if it were not a parameter.
const PAYLOADS: &[&str] = &[
    "'",
    "\"",
    ";",
    "--",
    "' OR '1'='1",
    "\" OR \"\"=\"",
    "1; DROP TABLE notes",
    "') OR ('a'='a",
    "' UNION SELECT password FROM users --",
    "/**/",
    "*/",
    "\\",
    "\\'",
    "$1",
    "?",
    "?1",
    ":a",
    "%27",
    "'||'",
    "x' AND 1=1 --",
    "{{7*7}}",
    "`",
    "E'\\''",
    "$$a$$",
    "0x27",
    "CHAR(39)",
    "é'",
];

#[tokio::test]
async fn s44_what_is_searched_in_the_admin_is_text_and_never_sql() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    a_note(&site, None, "harmless").await;
    for payload in PAYLOADS {
        a_note(&site, None, &format!("<{payload}>")).await;
    }
    for payload in PAYLOADS {
        let text = percent(&format!("<{payload}>"));
        let found = root.get(&format!("/admin/notes/?q={text}")).await;
        assert_eq!(found.status, 200, "{payload}");
        assert_eq!(rows(&found).len(), 1, "{payload}: {:?}", rows(&found));
        let text = percent(payload);
        for name in ["order", "color", "owner_id", "page"] {
            let answer = root.get(&format!("/admin/notes/?{name}={text}")).await;
            assert_eq!(answer.status, 400, "{name}={payload}");
        }
        let answer = root.get(&format!("/admin/notes/?{text}=1")).await;
        assert_eq!(answer.status, 400, "{payload}=1");
        let answer = root.get(&format!("/admin/notes/{text}/change/")).await;
        let is_nothing = answer.status == 404 || answer.status == 301;
        assert!(
            is_nothing,
            "{payload}: {} {:?}",
            answer.status, answer.headers
        );
    }
    assert_eq!(root.get("/admin/notes/?q=%00").await.status, 400);
    assert_eq!(
        rows(&root.get("/admin/notes/").await).len(),
        PAYLOADS.len() + 1
    );
}

#[tokio::test]
async fn s45_the_wildcards_of_like_stand_for_themselves_in_the_admin() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    for text in ["100% wool", "100 sheep", "a_b", "axb", "back\\slash"] {
        a_note(&site, None, text).await;
    }
    for (q, found) in [
        ("0%25", "100% wool"),
        ("a_b", "a_b"),
        ("%5C", "back\\slash"),
        ("WOOL", "100% wool"),
    ] {
        assert_eq!(
            rows(&root.get(&format!("/admin/notes/?q={q}")).await),
            [found],
            "{q}"
        );
    }
}

/// Each would run, if a page held it as it is.
const SCRIPTS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "{{71*73*79}}",
    "<!--<script>",
];

#[tokio::test]
async fn s46_what_people_write_stays_text_on_every_page_of_the_admin() {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    for script in SCRIPTS {
        let user = a_user(&site, script, false, false).await;
        let note = a_note(&site, Some(&user), script).await;
        let bad = [("text", ""), ("color", *script), ("link", *script)];
        let wrong = root
            .post(&format!("/admin/notes/{}/change/", note.id), &bad)
            .await;
        assert_eq!(wrong.status, 422);
        let changed = [("text", *script), ("color", "plum"), ("link", "")];
        let changed = root
            .post(&format!("/admin/notes/{}/change/", note.id), &changed)
            .await;
        assert_eq!(changed.status, 303);
        let mut pages = vec![wrong];
        for path in [
            // The message, too.
            "/admin/".to_string(),
            "/admin/notes/".into(),
            format!("/admin/notes/?q={}", percent(script)),
            format!("/admin/notes/{}/change/", note.id),
            format!("/admin/notes/{}/history/", note.id),
            format!("/admin/notes/{}/delete/", note.id),
            format!("/admin/users/{}/change/", user.id),
            format!("/admin/users/{}/delete/", user.id),
            "/admin/log_entries/".into(),
        ] {
            pages.push(root.get(&path).await);
        }
        for page in pages {
            for tag in [
                "<script",
                "<img",
                "<svg",
                "</textarea><",
                "</title><s",
                "onmouseover='",
                "<!--",
                "409457",
            ] {
                let is_there = page.text.contains(tag);
                assert!(!is_there, "{tag} of {script} in {}", page.text);
            }
        }
    }
}

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
