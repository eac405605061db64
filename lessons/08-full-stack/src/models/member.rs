//! That a user is in a group.

use sea_orm::entity::prelude::*;

use super::{group, user};
use crate::fields::{Meta, Options};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "members")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub user_id: i64,
    pub group_id: i64,
    #[sea_orm(belongs_to, from = "user_id", to = "id")]
    pub user: HasOne<user::Entity>,
    #[sea_orm(belongs_to, from = "group_id", to = "id")]
    pub group: HasOne<group::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Meta for Entity {
    const NAME: &'static str = "member";

    fn show(member: &Model) -> String {
        format!("member {}", member.id)
    }

    fn options(_: Column) -> Options {
        Options::new().gives_rights()
    }
}
