//! Every link of every page, followed as a search engine would: nothing may change.

use std::collections::BTreeSet;

use axum::http::Method;
use lesson_12::auth::users::{self, Flags};
use lesson_12::models::group::{self, member};
use lesson_12::models::{attachment, attempt, log_entry, note, profile, session, user as people};
use lesson_12::testing::{Client, TestSite};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};

use crate::admin::{a_note, as_user, put_into_a_group};
use crate::auth::{PASSWORD, count, user};

/// All tables, but the times at which sessions were seen last.
async fn dump(site: &TestSite) -> String {
    async fn of<E: EntityTrait>(site: &TestSite) -> Vec<E::Model> {
        let rows = E::find().all(site.app.db.read()).await;
        rows.expect("the table can be read")
    }
    let mut sessions = of::<session::Entity>(site).await;
    for session in &mut sessions {
        session.seen_at = 0;
    }
    let users = of::<people::Entity>(site).await;
    let groups = of::<group::Entity>(site).await;
    let members = of::<member::Entity>(site).await;
    let profiles = of::<profile::Entity>(site).await;
    let attempts = of::<attempt::Entity>(site).await;
    let notes = of::<note::Entity>(site).await;
    let attachments = of::<attachment::Entity>(site).await;
    let entries = of::<log_entry::Entity>(site).await;
    let people = format!("{users:#?} {groups:#?} {members:#?} {profiles:#?} {attempts:#?}");
    format!("{people} {sessions:#?} {notes:#?} {attachments:#?} {entries:#?}")
}

/// Where a page leads: its links, files and forms, as paths of this site.
fn links(page: &str, html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in ["href=\"", "src=\"", "action=\"", "formaction=\""] {
        for rest in html.split(attribute).skip(1) {
            let link = rest.split('"').next().unwrap_or_default();
            let link = link.replace("&amp;", "&").replace("&#x2f;", "/");
            let link = link.split('#').next().unwrap_or_default();
            let path = page.split('?').next().unwrap_or_default();
            match link.chars().next() {
                Some('/') => found.push(link.to_string()),
                Some('?') => found.push(format!("{path}{link}")),
                _ => {}
            }
        }
    }
    found
}

/// One of the many lists that differ in the values of a query, not in its names.
fn kind_of(link: &str) -> String {
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let names: BTreeSet<&str> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .collect();
    format!("{path}?{names:?}")
}

/// Asks for all that can be reached from these pages.
async fn crawl(client: &mut Client, begin: &[&str]) -> usize {
    let mut seen = BTreeSet::new();
    let mut next: Vec<String> = begin.iter().map(ToString::to_string).collect();
    while let Some(link) = next.pop() {
        if !seen.insert(kind_of(&link)) {
            continue;
        }
        for method in [Method::OPTIONS, Method::HEAD, Method::GET] {
            let answer = client.send(method.clone(), &link, &[], "").await;
            assert!(answer.status < 500, "{method} {link}: {}", answer.status);
            assert_ne!(answer.status, 404, "{method} {link}: a link to nothing");
            if method == Method::GET {
                next.extend(links(&link, &answer.text));
                next.extend(links(
                    &link,
                    &format!("href=\"{}\"", answer.header("location")),
                ));
            }
        }
    }
    seen.len()
}

#[tokio::test]
async fn s07_no_link_of_any_page_changes_anything() {
    let site = TestSite::new().await;
    let ada = user(&site, "ada").await;
    let root = users::create(&site.app, "root", "", PASSWORD, Flags::SUPERUSER).await;
    let root = root.expect("the name is free");
    put_into_a_group(&site, &ada, "note.view").await;
    let note = a_note(&site, Some(&ada), "milk").await;
    a_note(&site, None, "for all").await;
    let file = attachment::ActiveModel {
        note_id: Set(note.id),
        name: Set("0123456789abcdef.txt".into()),
        title: Set("list.txt".into()),
        content_type: Set("text/plain".into()),
        data: Set(b"milk".to_vec()),
        created_at: Set(0),
        ..Default::default()
    };
    let transaction = site.app.db.begin().await.expect("it begins");
    file.insert(&transaction).await.expect("it is kept");
    transaction.commit().await.expect("it is committed");
    let visitors = [
        (site.client(), &["/", "/board/"][..], 5),
        (
            as_user(&site, &ada).await,
            &["/", "/notes/", "/accounts/profile/"],
            15,
        ),
        (
            as_user(&site, &root).await,
            &["/", "/admin/", "/notes/"],
            50,
        ),
    ];
    for (mut client, begin, at_least) in visitors {
        let before = dump(&site).await;
        let board = client.get("/api/notes").await.text;
        let count = crawl(&mut client, begin).await;
        assert!(count >= at_least, "only {count} pages were found");
        assert!(dump(&site).await == before, "after {begin:?}");
        assert_eq!(client.get("/api/notes").await.text, board);
    }
    assert_eq!(count::<session::Entity>(&site).await, 2);
}
