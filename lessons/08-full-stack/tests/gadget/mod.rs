//! A model with a column of each type, for the test that shows and edits them all.

use lesson_08::fields::Meta;
use lesson_08::models::user;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "gadgets")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub nick: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub story: String,
    pub is_new: bool,
    pub works: Option<bool>,
    pub small: i32,
    pub maybe_small: Option<i32>,
    pub large: i64,
    pub maybe_large: Option<i64>,
    pub ratio: f64,
    pub maybe_ratio: Option<f64>,
    pub day: TimeDate,
    pub maybe_day: Option<TimeDate>,
    pub hour: TimeTime,
    pub at: TimeDateTime,
    pub maybe_at: Option<TimeDateTimeWithTimeZone>,
    pub keeper_id: Option<i64>,
    #[sea_orm(belongs_to, from = "keeper_id", to = "id")]
    pub keeper: HasOne<user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Meta for Entity {
    const NAME: &'static str = "gadget";

    fn show(gadget: &Model) -> String {
        gadget.name.clone()
    }
}

/// A model with a column for which a form has no input.
pub mod picture {
    use lesson_08::fields::Meta;
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "pictures")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub bytes: Vec<u8>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    impl Meta for Entity {
        const NAME: &'static str = "picture";

        fn show(picture: &Model) -> String {
            picture.id.to_string()
        }
    }
}
