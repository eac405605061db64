//! A note on colored paper.

use async_trait::async_trait;
use sea_orm::Set;
use sea_orm::entity::prelude::*;
use time::OffsetDateTime;

use super::user;
use crate::fields::{Meta, Options};
use crate::signals;

pub const COLORS: &[&str] = &["khaki", "lightblue", "lightgreen", "lightsalmon", "plum"];

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notes")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Whose note it is. None: it hangs on the board of the first page.
    pub owner_id: Option<i64>,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    #[sea_orm(column_type = "String(StringLen::N(20))")]
    pub color: String,
    pub created_at: TimeDateTimeWithTimeZone,
    #[sea_orm(belongs_to, from = "owner_id", to = "id")]
    pub owner: HasOne<user::Entity>,
}

#[async_trait]
impl ActiveModelBehavior for ActiveModel {
    async fn before_save<C: ConnectionTrait>(mut self, _: &C, new: bool) -> Result<Self, DbErr> {
        if new {
            self.created_at = Set(OffsetDateTime::now_utc());
        }
        Ok(self)
    }

    async fn after_save<C: ConnectionTrait>(
        note: Model,
        db: &C,
        new: bool,
    ) -> Result<Model, DbErr> {
        signals::note_saved(db, &note, new).await?;
        Ok(note)
    }
}

impl Meta for Entity {
    const NAME: &'static str = "note";

    fn show(note: &Model) -> String {
        note.text.chars().take(50).collect()
    }

    fn options(column: Column) -> Options {
        match column {
            Column::Color => Options::new().choices(COLORS),
            Column::CreatedAt => Options::new().read_only(),
            _ => Options::new(),
        }
    }
}
