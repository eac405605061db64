//! Who hears that a row was saved.
//!
//! The models' `after_save` call these, so it does not matter where a row is saved: in a form, the
//! API, or the admin. A receiver works in the transaction of the code that saves.

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, Set};

use crate::models::{order, tea};

/// The receivers of a saved order. `new`: it was not there before.
pub async fn order_saved<C>(db: &C, order: &order::Model, new: bool) -> Result<(), DbErr>
where
    C: ConnectionTrait,
{
    if new {
        take_a_portion(db, order).await?;
    }
    Ok(())
}

/// The receivers of a saved tea.
pub async fn tea_saved<C>(db: &C, tea: &tea::Model, _new: bool) -> Result<(), DbErr>
where
    C: ConnectionTrait,
{
    // What this saves is a saved tea, too: that one is off the menu, and ends it.
    if tea.portions == 0 && tea.on_menu {
        take_off_the_menu(db, tea).await?;
    }
    Ok(())
}

async fn take_a_portion(db: &impl ConnectionTrait, order: &order::Model) -> Result<(), DbErr> {
    let tea = tea::Entity::find_by_id(order.tea_id).one(db).await?;
    if let Some(tea) = tea.filter(|tea| tea.portions > 0) {
        let portions = Set(tea.portions - 1);
        let fewer = tea::ActiveModel {
            portions,
            ..tea.into_active_model()
        };
        fewer.update(db).await?;
    }
    Ok(())
}

async fn take_off_the_menu(db: &impl ConnectionTrait, tea: &tea::Model) -> Result<(), DbErr> {
    let off = tea::ActiveModel {
        on_menu: Set(false),
        ..tea.clone().into_active_model()
    };
    off.update(db).await?;
    Ok(())
}
