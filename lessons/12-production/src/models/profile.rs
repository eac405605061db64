//! What a user tells of themselves. Made by a signal when the user is made.

use sea_orm::entity::prelude::*;

use crate::fields::Described;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "profiles")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub user_id: i64,
    #[sea_orm(column_type = "String(StringLen::N(80))")]
    pub display_name: String,
    #[sea_orm(column_type = "Text")]
    pub about: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Described for Entity {
    const NAME: &'static str = "profile";
    const PLURAL: &'static str = "profiles";

    fn show(profile: &Model) -> String {
        profile.display_name.clone()
    }

    fn limit(column: Column) -> Option<u32> {
        matches!(column, Column::About).then_some(1_000)
    }

    fn may_be_empty(column: Column) -> bool {
        matches!(column, Column::DisplayName | Column::About)
    }

    fn refers_to(column: Column) -> Option<&'static str> {
        matches!(column, Column::UserId).then_some("users")
    }
}
