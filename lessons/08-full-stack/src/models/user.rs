//! Who can log in.

use async_trait::async_trait;
use sea_orm::entity::prelude::*;

use crate::fields::{Meta, Options};
use crate::signals;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(150))", unique)]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(254))")]
    pub email: String,
    /// A hash, never the password.
    pub password: String,
    pub is_active: bool,
    pub is_staff: bool,
    pub is_superuser: bool,
}

#[async_trait]
impl ActiveModelBehavior for ActiveModel {
    async fn after_save<C: ConnectionTrait>(
        user: Model,
        db: &C,
        new: bool,
    ) -> Result<Model, DbErr> {
        signals::user_saved(db, &user, new).await?;
        Ok(user)
    }
}

impl Meta for Entity {
    const NAME: &'static str = "user";

    fn show(user: &Model) -> String {
        user.username.clone()
    }

    fn options(column: Column) -> Options {
        match column {
            Column::Email => Options::new().blank(),
            Column::Password => Options::new().read_only(),
            Column::IsActive => Options::new().help("Who is not active cannot log in."),
            Column::IsStaff | Column::IsSuperuser => Options::new().gives_rights(),
            _ => Options::new(),
        }
    }
}
