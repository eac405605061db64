//! What a client called a request that makes a note, so that sending it again makes no second one.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "request_keys")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// One user's keys are not another's.
    #[sea_orm(unique_key = "request_key")]
    pub user_id: i64,
    #[sea_orm(unique_key = "request_key", column_type = "String(StringLen::N(100))")]
    pub key: String,
    /// What the request has made. None: it was deleted since.
    #[sea_orm(indexed)]
    pub note_id: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
