//! Who hears that a row was saved. Django: `post_save` and `@receiver`.
//!
//! The models' `after_save` call these, so it does not matter where a row is saved: in a view, the
//! API, the admin, or a command. A receiver works in the transaction of whoever saves.

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, Set};

use crate::models::{note, profile, user};

/// The receivers of a saved user. `new`: it was not there before. Django: `created`.
pub async fn user_saved<C>(db: &C, user: &user::Model, new: bool) -> Result<(), DbErr>
where
    C: ConnectionTrait,
{
    if new {
        make_profile(db, user).await?;
    }
    Ok(())
}

/// The receivers of a saved note: none so far.
pub async fn note_saved<C>(_db: &C, _note: &note::Model, _new: bool) -> Result<(), DbErr>
where
    C: ConnectionTrait,
{
    Ok(())
}

async fn make_profile(db: &impl ConnectionTrait, user: &user::Model) -> Result<(), DbErr> {
    let profile = profile::ActiveModel {
        user_id: Set(user.id),
        bio: Set(String::new()),
        ..Default::default()
    };
    profile.insert(db).await?;
    Ok(())
}
