//! The database: what is asked of it at the start, and what its errors mean.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::{Method, StatusCode};
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use lesson_12::db::failure::Failure;
use lesson_12::error::Problem;
use lesson_12::fields;
use lesson_12::forms::json::JsonObject;
use lesson_12::middleware::again::again;
use lesson_12::models::note;
use lesson_12::testing::{Answer, Client, TestSite};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, Statement};

use crate::admin::{a_note, admin};

async fn ask(connection: &impl ConnectionTrait, sql: &str) -> String {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection
        .query_one_raw(statement)
        .await
        .expect("it answers");
    let row = row.expect("one row");
    match row.try_get_by_index::<String>(0) {
        Ok(text) => text,
        Err(_) => row
            .try_get_by_index::<i32>(0)
            .expect("a number")
            .to_string(),
    }
}

#[tokio::test]
async fn d02_sqlite_syncs_each_commit_and_waits_for_locks() {
    let site = TestSite::new().await;
    for connection in [site.app.db.read(), site.app.db.writer()] {
        if connection.get_database_backend() == DbBackend::Sqlite {
            assert_eq!(ask(connection, "PRAGMA journal_mode").await, "wal");
            assert_eq!(ask(connection, "PRAGMA synchronous").await, "2", "FULL");
            assert_eq!(ask(connection, "PRAGMA foreign_keys").await, "1");
            let patience = ask(connection, "PRAGMA busy_timeout").await;
            assert!(patience.parse::<u32>().unwrap() >= 5_000, "{patience}");
        } else {
            assert_eq!(ask(connection, "SHOW synchronous_commit").await, "on");
        }
    }
}

#[tokio::test]
async fn d06_a_write_takes_the_lock_when_it_begins() {
    let site = TestSite::new().await;
    let db = &site.app.db;
    if db.read().get_database_backend() != DbBackend::Sqlite {
        return;
    }
    let _first = db.begin().await.expect("nobody else writes");
    // From outside, with no patience: the lock is there although nothing was written.
    let mut options = sea_orm::ConnectOptions::new(site.database_url());
    options.map_sqlx_sqlite_opts(|options| options.busy_timeout(std::time::Duration::ZERO));
    let other = sea_orm::Database::connect(options).await.expect("it opens");
    let refused = other.execute_unprepared("BEGIN IMMEDIATE").await;
    let refused = refused.expect_err("the lock is taken");
    assert_eq!(Failure::of(&refused), Failure::Unavailable);
}

async fn fails(site: &TestSite, sql: &str) -> DbErr {
    let done = site.app.db.writer().execute_unprepared(sql).await;
    done.expect_err(sql)
}

#[tokio::test]
async fn errors_of_the_database_are_told_apart() {
    let site = TestSite::new().await;
    let user = |name: &str| {
        format!(
            "INSERT INTO users (username, email, password, is_active, is_staff, is_superuser, created_at) VALUES ('{name}', '', '', true, true, true, 1)"
        )
    };
    let made = site.app.db.writer().execute_unprepared(&user("ada")).await;
    made.expect("the first is made");
    assert_eq!(
        Failure::of(&fails(&site, &user("ada")).await),
        Failure::Taken
    );
    let member = "INSERT INTO members (user_id, group_id) VALUES (1, 99)";
    assert_eq!(Failure::of(&fails(&site, member).await), Failure::Dangling);
    let long = fails(&site, &user(&"x".repeat(151))).await;
    assert_eq!(Failure::of(&long), Failure::Refused);
    let mistake = fails(&site, "SELECT nothing FROM nowhere").await;
    assert_eq!(Failure::of(&mistake), Failure::Ours);
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused_by_the_table_itself() {
    let site = TestSite::new().await;
    let long = |length: usize| {
        format!(
            "INSERT INTO notes (text, color, link, created_at, updated_at) VALUES ('{}', 'plum', '', 1, 1)",
            "ü".repeat(length)
        )
    };
    let limit = fields::field::<note::Entity>(note::Column::Text).max_length;
    let limit = limit.expect("a text has a limit") as usize;
    let fits = site.app.db.writer().execute_unprepared(&long(limit)).await;
    fits.expect("so many characters fit, whatever their bytes");
    let too_long = fails(&site, &long(limit + 1)).await;
    assert_eq!(Failure::of(&too_long), Failure::Refused);
}

/// Lets a bulk action of the admin and a transaction of ours wait for each other's notes. None: the
/// server ended our transaction, and not that of the view.
async fn meet(site: &TestSite, root: &Client, notes: [i64; 2]) -> Option<Answer> {
    let db = &site.app.db;
    let ours = db.begin().await.expect("it begins");
    let touch = |id: i64| format!("UPDATE notes SET color = 'plum' WHERE id = {id}");
    // The server looks for such pairs when somebody has waited a second. We wait longer.
    let patience = "SET LOCAL deadlock_timeout = '20s'";
    ours.execute_unprepared(patience).await.expect("it is set");
    ours.execute_unprepared(&touch(notes[0]))
        .await
        .expect("it is ours");
    let mut root = root.clone();
    let view = tokio::spawn(async move {
        let picked = notes.map(|id| id.to_string());
        let fields = [("action", "1"), ("id", &picked[0]), ("id", &picked[1])];
        root.post("/admin/notes/", &fields).await
    });
    let waiting = "SELECT count(*)::int4 FROM pg_locks WHERE NOT granted AND pid IN \
                   (SELECT pid FROM pg_stat_activity WHERE datname = current_database())";
    while ask(db.read(), waiting).await == "0" {
        assert!(!view.is_finished(), "the view has met nobody");
    }
    // The view has the second note and waits for the first; we have the first.
    let touched = ours.execute_unprepared(&touch(notes[1])).await;
    let committed = match touched {
        Ok(_) => ours.commit().await.is_ok(),
        Err(_) => ours.rollback().await.is_err(),
    };
    let answer = view.await.expect("the view answers");
    committed.then_some(answer)
}

#[tokio::test]
async fn d10_two_who_wait_for_each_other_both_get_through() {
    let site = TestSite::new().await;
    if site.app.db.read().get_database_backend() == DbBackend::Sqlite {
        // The second begins when the first has ended: there is nobody to meet.
        return;
    }
    let root = admin(&site).await;
    let (first, second) = (
        a_note(&site, None, "a").await,
        a_note(&site, None, "b").await,
    );
    let mut answer = None;
    for _ in 0..5 {
        if answer.is_none() {
            answer = meet(&site, &root, [first.id, second.id]).await;
        }
    }
    let answer = answer.expect("one of five times the view was the one to be ended");
    assert_eq!(answer.status, 303, "{}", answer.text);
    let notes = note::Entity::find().all(site.app.db.read()).await;
    for note in notes.expect("the notes are there") {
        assert_eq!(note.color, note::COLORS[1], "the view had the last word");
    }
}

#[tokio::test]
async fn a_view_that_is_called_again_reads_the_same_body() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let view = async move |JsonObject(sent): JsonObject| {
        let mut response = Json(sent).into_response();
        if counted.fetch_add(1, Ordering::Relaxed) < 2 {
            response.extensions_mut().insert(Problem {
                status: StatusCode::SERVICE_UNAVAILABLE,
                reason: String::new(),
                place: serde_json::Value::Null,
                again: true,
                detail: None,
            });
        }
        response
    };
    let site = TestSite::new().await;
    let mut client = site.client();
    client.router = Router::new().route("/", post(view)).layer(from_fn(again));
    let json = [("content-type", "application/json")];
    let answer = client
        .send(Method::POST, "/", &json, r#"{"text": "milk"}"#)
        .await;
    assert_eq!(answer.json()["text"], "milk");
    assert_eq!(calls.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn d09_without_its_file_nothing_is_acknowledged() {
    let site = TestSite::new().await;
    if site.app.db.read().get_database_backend() != DbBackend::Sqlite {
        return;
    }
    let path = site.database_url().replace("sqlite:", "");
    std::fs::remove_file(&path).expect("it is a file");
    let answer = site
        .client()
        .json(
            axum::http::Method::POST,
            "/api/notes/persist",
            r#"{"text": "lost?"}"#,
        )
        .await;
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert_eq!(answer.header("retry-after"), "5");
}
