//! The database: what is asked of it at the start, and what its errors mean.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lesson_08::db::failure::Failure;
use lesson_08::error::AppError;
use lesson_08::fields;
use lesson_08::models::note;
use lesson_08::testing::TestSite;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use tokio::sync::Barrier;

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

#[tokio::test]
async fn d10_two_who_wait_for_each_other_both_get_through() {
    let site = TestSite::new().await;
    let db = &site.app.db;
    for id in [1, 2] {
        let note = format!(
            "INSERT INTO notes (id, text, color, link, created_at, updated_at) VALUES ({id}, 'a', 'plum', '', 1, 1)"
        );
        db.writer().execute_unprepared(&note).await.expect("a note");
    }
    // SQLite lets the second begin when the first has ended: there is nobody to meet.
    let both = match db.read().get_database_backend() {
        DbBackend::Sqlite => 1,
        _ => 2,
    };
    let (meet, tries) = (Arc::new(Barrier::new(both)), Arc::new(AtomicUsize::new(0)));
    let change = async |first: i64, second: i64| {
        let first_try = AtomicUsize::new(0);
        db.write(async |transaction| {
            tries.fetch_add(1, Ordering::Relaxed);
            let touch = |id: i64| format!("UPDATE notes SET color = 'khaki' WHERE id = {id}");
            transaction.execute_unprepared(&touch(first)).await?;
            if first_try.fetch_add(1, Ordering::Relaxed) == 0 {
                meet.wait().await;
            }
            transaction.execute_unprepared(&touch(second)).await?;
            Ok::<_, AppError>(())
        })
        .await
    };
    let (one, two) = tokio::join!(change(1, 2), change(2, 1));
    one.expect("one gets through");
    two.expect("and so does the other");
    // They may meet once more at the second try.
    assert!(
        tries.load(Ordering::Relaxed) > both,
        "the one that was refused tried again"
    );
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
