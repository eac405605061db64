//! A guest whom the house knows.

use sea_orm::entity::prelude::*;

use super::tea;
use crate::fields::{Meta, Options};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "guests")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(60))", unique)]
    pub name: String,
    #[sea_orm(column_type = "String(StringLen::N(20))")]
    pub level: String,
    pub favorite_id: Option<i64>,
    /// The house counts them.
    pub visits: i32,
    #[sea_orm(belongs_to, from = "favorite_id", to = "id")]
    pub favorite: HasOne<tea::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Meta for Entity {
    const NAME: &'static str = "guest";

    fn show(guest: &Model) -> String {
        guest.name.clone()
    }

    fn options(column: Column) -> Options {
        match column {
            Column::Level => Options::new().choices(&["new", "regular", "friend"]),
            Column::Visits => Options::new().read_only(),
            _ => Options::new(),
        }
    }
}
