//! A file that belongs to a note. Its bytes stand in the database too, so that each process and
//! each machine has it.

use sea_orm::entity::prelude::*;

use crate::fields::Described;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachments")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(indexed)]
    pub note_id: i64,
    /// The name under which it is kept and sent: ours, not the client's.
    #[sea_orm(column_type = "String(StringLen::N(80))", unique)]
    pub name: String,
    /// What the client called it. It is shown, and used for nothing else.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub content_type: String,
    #[sea_orm(column_type = "Blob")]
    pub data: Vec<u8>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Described for Entity {
    const NAME: &'static str = "attachment";
    const PLURAL: &'static str = "attachments";

    fn show(attachment: &Model) -> String {
        attachment.title.clone()
    }

    fn editable(column: Column) -> bool {
        matches!(column, Column::Title)
    }

    fn refers_to(column: Column) -> Option<&'static str> {
        matches!(column, Column::NoteId).then_some("notes")
    }
}
