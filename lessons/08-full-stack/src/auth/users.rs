//! Making users, in the one way that the register page, the admin and `createsuperuser` share.
//!
//! Without it, one of them would forget the signal, and its users had no profile.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction};

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
    let user = user.insert(transaction).await?;
    let created = UserCreated { user: user.clone() };
    app.signals.user_created.send(transaction, &created).await?;
    Ok(user)
}
