//! What a user tells of themselves. A signal makes it.

use sea_orm::entity::prelude::*;

use super::user;
use crate::fields::{Meta, Options};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "profiles")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub user_id: i64,
    #[sea_orm(column_type = "Text")]
    pub bio: String,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: HasOne<user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Meta for Entity {
    const NAME: &'static str = "profile";

    fn show(profile: &Model) -> String {
        format!("profile {}", profile.id)
    }

    fn options(column: Column) -> Options {
        match column {
            Column::Bio => Options::new().blank(),
            _ => Options::new(),
        }
    }
}
