//! Making users, in the one way that the register page, the admin and `createsuperuser` share.
//!
//! Without it, one of them would forget the signal, and its users had no profile.

use axum::http::StatusCode;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait};
use sea_orm::{PaginatorTrait, QueryFilter, SqlErr};

use crate::app::App;
use crate::error::AppError;
use crate::models::user;
use crate::signals::UserCreated;

/// What a new user may do. `Flags::default()` is anybody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flags {
    pub is_staff: bool,
    pub is_superuser: bool,
}

impl Flags {
    /// May do everything.
    pub const SUPERUSER: Flags = Flags {
        is_staff: true,
        is_superuser: true,
    };
}

/// Makes a user, and what belongs to one, in a transaction of its own.
///
/// # Errors
/// When the name is taken, or the database cannot be used.
pub async fn create(
    app: &App,
    username: &str,
    email: &str,
    password: &str,
    flags: Flags,
) -> Result<user::Model, AppError> {
    // Before the transaction: nobody else can write while it is open.
    let hash = app.passwords.hash(password).await?;
    let transaction = app.db.begin().await?;
    let user = create_in(app, &transaction, username, email, hash, flags).await?;
    transaction.commit().await?;
    Ok(user)
}

/// The same, within a transaction that the caller commits. `hash` is what `Passwords::hash` made.
///
/// # Errors
/// As `create`, and when a receiver of the signal failed: then the transaction must not be kept.
pub async fn create_in(
    app: &App,
    transaction: &DatabaseTransaction,
    username: &str,
    email: &str,
    hash: String,
    flags: Flags,
) -> Result<user::Model, AppError> {
    let user = user::ActiveModel {
        username: Set(username.into()),
        email: Set(email.into()),
        password: Set(hash),
        is_active: Set(true),
        is_staff: Set(flags.is_staff),
        is_superuser: Set(flags.is_superuser),
        created_at: Set(app.clock.now()),
        last_login_at: Set(None),
        ..Default::default()
    };
    let user = user.insert(transaction).await.map_err(taken)?;
    let created = UserCreated { user: user.clone() };
    app.signals.user_created.send(transaction, &created).await?;
    Ok(user)
}

/// Two may have asked for the same name at once. The database keeps the first.
fn taken(error: DbErr) -> AppError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            AppError::new(StatusCode::CONFLICT, "Somebody has this name already.")
        }
        _ => error.into(),
    }
}

/// Whether somebody has this name. To people, `Ada` and `ada` are one.
///
/// # Errors
/// When the database cannot be asked.
pub async fn is_taken(app: &App, username: &str) -> Result<bool, DbErr> {
    let lower = Expr::expr(Func::lower(Expr::col(user::Column::Username)));
    let taken = user::Entity::find()
        .filter(lower.eq(username.to_ascii_lowercase()))
        .count(app.db.read())
        .await?;
    Ok(taken > 0)
}

/// What is wrong with a username, if anything is. Plain letters only: some others look the same.
pub fn name_problem(username: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "@.+-_".contains(c);
    if username.is_empty() {
        Some("It must not be empty.")
    } else if username.len() > 150 {
        Some("It must have 150 characters or fewer.")
    } else if !username.chars().all(allowed) {
        Some("It may have letters, digits and @ . + - _ only.")
    } else {
        None
    }
}

/// What is wrong with an e-mail address, if anything is. Whether it exists, only a letter tells.
pub fn email_problem(email: &str) -> Option<&'static str> {
    let Some((name, host)) = email.split_once('@') else {
        return (!email.is_empty()).then_some("An address looks like ada@example.org.");
    };
    let plain = email
        .chars()
        .all(|c| c.is_ascii_graphic() && !"<>()[],;:\\\"".contains(c));
    let good = plain && !name.is_empty() && !host.is_empty() && !host.contains('@');
    (!good || email.len() > 254).then_some("An address looks like ada@example.org.")
}
