//! Pages for the staff: any registered model can be listed, searched and changed. Django:
//! `django.contrib.admin`.
//!
//! What knows a model's Rust types stands in `model` and `registered`. Everything else works with
//! a [`registered::Row`]: values and what `fields` says of their columns.

pub mod asked;
pub mod bulk;
pub mod cells;
pub mod delete;
pub mod edit;
pub mod history;
pub mod list;
pub mod login;
pub mod model;
pub mod registered;
mod rows;
pub mod users;
pub mod visit;

use sea_orm::ActiveValue::Set;

use crate::admin::model::Admin;
use crate::admin::registered::Registered;
use crate::auth::permissions::Action::{Change, Delete, View};
use crate::auth::{permissions, users as rules};
use crate::models::group::{self, member};
use crate::models::{attachment, log_entry, note, profile, user};

/// The models that the admin knows.
#[derive(Default)]
pub struct Site {
    models: Vec<Box<dyn Registered>>,
}

impl Site {
    /// Adds a model.
    pub fn register(mut self, model: impl Registered + 'static) -> Site {
        self.models.push(Box::new(model));
        self
    }

    /// The model with that plural name: `notes`.
    pub fn model(&self, plural: &str) -> Option<&dyn Registered> {
        let mut models = self.models();
        models.find(|model| model.options().plural == plural)
    }

    /// All models, in the order in which they were registered.
    pub fn models(&self) -> impl Iterator<Item = &dyn Registered> {
        self.models.iter().map(Box::as_ref)
    }
}

/// The models of this application.
pub fn site() -> Site {
    // ANCHOR: lines
    Site::default()
        .register(notes())
        .register(Admin::<attachment::Entity>::new().only(&[View, Change, Delete]))
        .register(users())
        .register(Admin::<profile::Entity>::new().search([profile::Column::DisplayName]))
        // ANCHOR_END: lines
        .register(
            // Who may say what a group may do, may do anything: that is for superusers.
            Admin::<group::Entity>::new()
                .search([group::Column::Name])
                .check(group::Column::Permissions, permissions::problem)
                .only_superusers(|_| true),
        )
        .register(Admin::<member::Entity>::new().only_superusers(|_| true))
        .register(
            Admin::<log_entry::Entity>::new()
                .search([log_entry::Column::Shown])
                .filters([log_entry::Column::UserId])
                .only(&[View]),
        )
}

// ANCHOR: notes
fn notes() -> Admin<note::Entity> {
    use note::Column::{Color, Id, OwnerId, Text, UpdatedAt};
    // ANCHOR: register
    let notes = Admin::<note::Entity>::new()
        .columns([Text, Id, Color, OwnerId, UpdatedAt])
        .search([Text])
        .filters([Color, OwnerId]);
    // ANCHOR_END: register
    note::COLORS.iter().fold(notes, |notes, color| {
        notes.action(format!("Colour {color}"), |note| {
            note.color = Set((*color).into());
        })
    })
}
// ANCHOR_END: notes

// ANCHOR: users
fn users() -> Admin<user::Entity> {
    use user::Column::{CreatedAt, Email, IsActive, IsStaff, IsSuperuser, Username};
    Admin::<user::Entity>::new()
        .columns([Username, Email, IsActive, IsStaff, CreatedAt])
        .search([Username, Email])
        .filters([IsActive, IsStaff, IsSuperuser])
        // Whoever may set a colleague's password or address can become that colleague.
        .only_superusers(|user| user.is_staff || user.is_superuser)
        .check(Username, rules::name_problem)
        .check(Email, rules::email_problem)
        // No password has this hash. It gets one on a page of its own.
        .before_add(|user| user.password = Set("!".into()))
        .action("Make active", |user| user.is_active = Set(true))
        .action("Make inactive", |user| user.is_active = Set(false))
}
// ANCHOR_END: users
