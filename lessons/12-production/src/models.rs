//! What is kept, and with which types and limits. Each is said once, here; forms, the API and the
//! admin ask these declarations. Django: `models.py`.
//!
//! A column whose name ends in `_at` is a time, in seconds since 1970, UTC.

pub mod attachment;
pub mod attempt;
pub mod group;
pub mod log_entry;
pub mod note;
pub mod profile;
pub mod request_key;
pub mod session;
pub mod user;

use crate::commands::tables::{self, AnyTable};

macro_rules! list {
    ($($model:ty),+ $(,)?) => {
        $(impl Listed for $model {})+

        /// The tables of all models, in their order.
        pub fn tables() -> Vec<Box<dyn AnyTable>> {
            vec![$(tables::of::<$model>()),+]
        }
    };
}

// ANCHOR: list
// Each model, once: what stands here is compared with the migrations, dumped and loaded. A row
// names rows of models that stand further up only, so that they can be loaded in this order.
list![
    user::Entity,
    group::Entity,
    group::member::Entity,
    profile::Entity,
    session::Entity,
    attempt::Entity,
    note::Entity,
    request_key::Entity,
    attachment::Entity,
    log_entry::Entity,
];
// ANCHOR_END: list

/// A model of that list. What has a form or a place in the admin must be one: the compiler refuses
/// it otherwise.
#[diagnostic::on_unimplemented(
    message = "the model of `{Self}` is not listed",
    label = "not in the list of src/models.rs",
    note = "makemigrations and dumpdata know what stands there, and nothing else"
)]
pub trait Listed {}
