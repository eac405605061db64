//! A note on coloured paper.

use sea_orm::entity::prelude::*;

use crate::fields::Described;

/// The colours of the paper.
pub const COLORS: &[&str] = &["khaki", "lightblue", "lightgreen", "lightsalmon", "plum"];

// ANCHOR: model
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notes")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose note it is. None: the board on the first page, which is everybody's.
    #[sea_orm(indexed)]
    pub owner_id: Option<i64>,
    // ANCHOR: columns
    #[sea_orm(column_type = "Text")]
    pub text: String,
    #[sea_orm(column_type = "String(StringLen::N(20))")]
    pub color: String,
    /// A page that the note is about, or empty.
    #[sea_orm(column_type = "String(StringLen::N(500))")]
    pub link: String,
    // ANCHOR_END: columns
    pub created_at: i64,
    pub updated_at: i64,
}
// ANCHOR_END: model

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Described for Entity {
    const NAME: &'static str = "note";
    const PLURAL: &'static str = "notes";

    fn show(note: &Model) -> String {
        note.text.chars().take(50).collect()
    }

    // ANCHOR: limits
    fn choices(column: Column) -> &'static [&'static str] {
        if matches!(column, Column::Color) {
            COLORS
        } else {
            &[]
        }
    }

    fn limit(column: Column) -> Option<u32> {
        matches!(column, Column::Text).then_some(100_000)
    }
    // ANCHOR_END: limits

    fn may_be_empty(column: Column) -> bool {
        matches!(column, Column::Link)
    }

    fn editable(column: Column) -> bool {
        matches!(
            column,
            Column::OwnerId | Column::Text | Column::Color | Column::Link
        )
    }

    fn is_link(column: Column) -> bool {
        matches!(column, Column::Link)
    }

    fn refers_to(column: Column) -> Option<&'static str> {
        matches!(column, Column::OwnerId).then_some("users")
    }
}
