//! A guest's order.

use async_trait::async_trait;
use sea_orm::entity::prelude::*;

use super::tea;
use crate::fields::Meta;
use crate::signals;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(40))")]
    pub guest: String,
    pub tea_id: i64,
    #[sea_orm(belongs_to, from = "tea_id", to = "id")]
    pub tea: HasOne<tea::Entity>,
}

#[async_trait]
impl ActiveModelBehavior for ActiveModel {
    async fn after_save<C: ConnectionTrait>(
        order: Model,
        db: &C,
        new: bool,
    ) -> Result<Model, DbErr> {
        signals::order_saved(db, &order, new).await?;
        Ok(order)
    }
}

impl Meta for Entity {
    const NAME: &'static str = "order";

    fn show(order: &Model) -> String {
        order.guest.clone()
    }
}
