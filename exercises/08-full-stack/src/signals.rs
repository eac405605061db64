//! Who hears that a row was saved.
//!
//! The models' `after_save` call these, so it does not matter where a row is saved: in a form, the
//! API, or the admin. A receiver works in the transaction of the code that saves.

use sea_orm::{ConnectionTrait, DbErr};

use crate::models::{order, tea};

/// The receivers of a saved order: none so far. `new`: it was not there before.
pub async fn order_saved<C>(_db: &C, _order: &order::Model, _new: bool) -> Result<(), DbErr>
where
    C: ConnectionTrait,
{
    Ok(())
}

/// The receivers of a saved tea: none so far.
pub async fn tea_saved<C>(_db: &C, _tea: &tea::Model, _new: bool) -> Result<(), DbErr>
where
    C: ConnectionTrait,
{
    Ok(())
}
