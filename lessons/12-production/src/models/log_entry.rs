//! What somebody did in the admin.

use sea_orm::entity::prelude::*;

use crate::fields::Described;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "log_entries")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_id: Option<i64>,
    /// The plural name of the model: `notes`.
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub model: String,
    #[sea_orm(indexed)]
    pub row_id: i64,
    /// The row in a few words, as it was then.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub shown: String,
    /// `add`, `change` or `delete`.
    #[sea_orm(column_type = "String(StringLen::N(20))")]
    pub action: String,
    /// Which fields were changed.
    #[sea_orm(column_type = "Text")]
    pub detail: String,
    pub made_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Described for Entity {
    const NAME: &'static str = "log_entry";
    const PLURAL: &'static str = "log_entries";

    fn show(entry: &Model) -> String {
        format!("{} {}", entry.action, entry.shown)
    }

    fn editable(_column: Column) -> bool {
        false
    }

    fn refers_to(column: Column) -> Option<&'static str> {
        matches!(column, Column::UserId).then_some("users")
    }

    /// What somebody did stays known when they are gone.
    fn goes_with(_column: Column) -> bool {
        false
    }
}
