//! The database: can it be used, is it whole, is it where the models are?

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryResult,
    Statement,
};

use super::Finding;
use crate::commands::{makemigrations, migrate};
use crate::db::Db;
use crate::db::place::Place;
use crate::models::user;

pub async fn of_url(url: &str, deploy: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    match makemigrations::found().await {
        Ok(differences) if differences.is_empty() => {}
        Ok(differences) => findings.push(Finding::error(
            "models.E001",
            format!("The models and the migrations differ: {}", differences[0]),
            "See makemigrations.",
        )),
        Err(error) => findings.push(Finding::error(
            "models.E002",
            format!("The migrations fail: {error}."),
            "Run the tests.",
        )),
    }
    let place = Place::parse(url);
    if place.as_ref().is_ok_and(Place::is_missing) {
        let says = "There is no database yet.";
        findings.push(Finding::warning("database.W001", says, "Run migrate."));
        return findings;
    }
    match Db::connect(url).await {
        Ok(db) => findings.extend(of_db(&db, deploy).await),
        Err(problem) => findings.push(Finding::error("database.E001", problem, "")),
    }
    findings
}

async fn of_db(db: &Db, deploy: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    match migrate::pending(db).await {
        Ok(pending) if pending.is_empty() => {}
        Ok(pending) => {
            let says = format!("The database has not seen {}.", pending.join(", "));
            findings.push(Finding::warning("database.W002", says, "Run migrate."));
            return findings;
        }
        Err(problem) => {
            findings.push(Finding::error("database.E002", problem, ""));
            return findings;
        }
    }
    match db.read().get_database_backend() {
        DbBackend::Sqlite => findings.extend(of_sqlite(db).await),
        _ => findings.extend(of_postgres(db).await),
    }
    if deploy {
        findings.extend(of_users(db).await);
    }
    findings
}

async fn of_sqlite(db: &Db) -> Vec<Finding> {
    let mut findings = Vec::new();
    let whole = ask(db, "PRAGMA integrity_check").await;
    if whole.first().map(String::as_str) != Some("ok") {
        findings.push(Finding::error(
            "database.E003",
            format!("The database is damaged: {}.", whole.join("; ")),
            "Take the last backup.",
        ));
    }
    if !ask(db, "SELECT \"table\" FROM pragma_foreign_key_check")
        .await
        .is_empty()
    {
        findings.push(Finding::error(
            "database.E004",
            "Rows name rows that are not there.",
            "Something wrote to the file without PRAGMA foreign_keys.",
        ));
    }
    findings
}

async fn of_postgres(db: &Db) -> Vec<Finding> {
    let mut findings = Vec::new();
    let settings = [
        ("fsync", "database.W003"),
        ("full_page_writes", "database.W004"),
    ];
    for (setting, id) in settings {
        if ask(db, &format!("SHOW {setting}")).await == ["off"] {
            findings.push(Finding::warning(
                id,
                format!(
                    "{setting} is off in the database server: a loss of power can damage the data."
                ),
                "Set it to on in postgresql.conf.",
            ));
        }
    }
    findings
}

async fn of_users(db: &Db) -> Vec<Finding> {
    let mut findings = Vec::new();
    let supers = user::Entity::find()
        .filter(user::Column::IsSuperuser.eq(true))
        .filter(user::Column::IsActive.eq(true));
    match supers.clone().count(db.read()).await {
        Ok(0) => findings.push(Finding::warning(
            "security.W040",
            "There is no superuser: nobody can enter the admin.",
            "Run createsuperuser.",
        )),
        Ok(many) if many > 5 => findings.push(Finding::warning(
            "security.W041",
            format!("There are {many} superusers."),
            "Put most of them into groups with the permissions that they need.",
        )),
        _ => {}
    }
    let known = supers.filter(user::Column::Username.is_in(["admin", "root", "administrator"]));
    if known.count(db.read()).await.is_ok_and(|count| count > 0) {
        findings.push(Finding::warning(
            "security.W042",
            "A superuser has a name that is tried first: admin, root or administrator.",
            "Make another with a name of its own.",
        ));
    }
    findings
}

/// The first column of each row, as text; an error as one row.
async fn ask(db: &Db, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(db.read().get_database_backend(), sql);
    let text = |row: QueryResult| row.try_get_by_index(0).unwrap_or_default();
    match db.read().query_all_raw(statement).await {
        Ok(rows) => rows.into_iter().map(text).collect(),
        Err(error) => vec![error.to_string()],
    }
}
