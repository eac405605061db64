//! Groups of users, and what they may do. A permission is a model and an action: `note.change`.

use sea_orm::entity::prelude::*;

use crate::fields::Described;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "groups")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "String(StringLen::N(150))", unique)]
    pub name: String,
    /// Separated by spaces: `note.view note.change`.
    #[sea_orm(column_type = "Text")]
    pub permissions: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Described for Entity {
    const NAME: &'static str = "group";
    const PLURAL: &'static str = "groups";

    fn show(group: &Model) -> String {
        group.name.clone()
    }

    fn limit(column: Column) -> Option<u32> {
        matches!(column, Column::Permissions).then_some(2_000)
    }

    fn may_be_empty(column: Column) -> bool {
        matches!(column, Column::Permissions)
    }
}

/// Who is in which group.
pub mod member {
    use sea_orm::entity::prelude::*;

    use crate::fields::Described;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "members")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique_key = "member")]
        pub user_id: i64,
        #[sea_orm(unique_key = "member")]
        pub group_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl Described for Entity {
        const NAME: &'static str = "member";
        const PLURAL: &'static str = "members";

        fn show(member: &Model) -> String {
            format!("user {} in group {}", member.user_id, member.group_id)
        }

        fn refers_to(column: Column) -> Option<&'static str> {
            match column {
                Column::UserId => Some("users"),
                Column::GroupId => Some("groups"),
                Column::Id => None,
            }
        }
    }
}
