//! A group of users, and what they may do.

use sea_orm::entity::prelude::*;

use super::member;
use crate::fields::{Meta, Options};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "groups")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(150))", unique)]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub permissions: String,
    #[sea_orm(has_many)]
    pub members: HasMany<member::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Meta for Entity {
    const NAME: &'static str = "group";

    fn show(group: &Model) -> String {
        group.name.clone()
    }

    fn options(column: Column) -> Options {
        let help = "Model and action, with spaces between: note.view note.change";
        match column {
            Column::Permissions => Options::new().blank().gives_rights().help(help),
            _ => Options::new(),
        }
    }
}
