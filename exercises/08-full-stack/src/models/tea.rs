//! A tea of the house.

use async_trait::async_trait;
use sea_orm::entity::prelude::*;

use crate::fields::Meta;
use crate::signals;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "teas")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(40))", unique)]
    pub name: String,
    /// How often it can still be ordered.
    pub portions: i32,
    /// The first page shows what is on the menu.
    pub on_menu: bool,
}

#[async_trait]
impl ActiveModelBehavior for ActiveModel {
    async fn after_save<C: ConnectionTrait>(tea: Model, db: &C, new: bool) -> Result<Model, DbErr> {
        signals::tea_saved(db, &tea, new).await?;
        Ok(tea)
    }
}

impl Meta for Entity {
    const NAME: &'static str = "tea";

    fn show(tea: &Model) -> String {
        tea.name.clone()
    }
}
