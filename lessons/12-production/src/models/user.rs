//! Somebody who can log in.

use sea_orm::entity::prelude::*;

use crate::fields::Described;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(150))", unique)]
    pub username: String,
    #[sea_orm(column_type = "String(StringLen::N(254))")]
    pub email: String,
    /// The password's hash, as a PHC string. Never the password.
    #[sea_orm(column_type = "String(StringLen::N(256))")]
    pub password: String,
    /// One who is not active cannot log in, and is logged out.
    pub is_active: bool,
    /// May enter the admin.
    pub is_staff: bool,
    /// Has all permissions.
    pub is_superuser: bool,
    pub created_at: i64,
    pub last_login_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Described for Entity {
    const NAME: &'static str = "user";
    const PLURAL: &'static str = "users";

    fn show(user: &Model) -> String {
        user.username.clone()
    }

    fn may_be_empty(column: Column) -> bool {
        matches!(column, Column::Email)
    }

    fn ignores_case(column: Column) -> bool {
        matches!(column, Column::Username)
    }

    fn is_secret(column: Column) -> bool {
        matches!(column, Column::Password)
    }

    fn editable(column: Column) -> bool {
        use Column::{Email, IsActive, IsStaff, IsSuperuser, Username};
        matches!(column, Username | Email | IsActive | IsStaff | IsSuperuser)
    }
}
