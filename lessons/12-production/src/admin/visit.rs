//! Somebody of the staff, asking for a page of the admin, and what they may do there. No view of
//! the admin can be called without this: it is how they get their `Page`.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use minijinja::{Value, context};
use sea_orm::DbErr;

use super::history;
use super::model::Options;
use super::registered::{Db, Filling, Query, Registered, Row};
use crate::app::App;
use crate::auth::permissions::{Action, Permissions};
use crate::auth::user::Staff;
use crate::error::AppError;
use crate::fields::{Field, Kind};
use crate::models::user;
use crate::page::Page;
use crate::urls;

/// More rows than this are not offered as choices: whoever fills in the form writes the id.
const MOST_CHOICES: u64 = 100;

/// One of the staff, and the page they ask for.
pub struct Visit {
    pub page: Page,
    pub user: Arc<user::Model>,
    pub permissions: Permissions,
}

// ANCHOR: visit
impl FromRequestParts<App> for Visit {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Visit, AppError> {
        let Staff(user) = Staff::from_request_parts(parts, app).await?;
        let Ok(page) = Page::from_request_parts(parts, app).await;
        let permissions = Permissions::of(&user, app.db.read()).await?;
        Ok(Visit {
            page,
            user,
            permissions,
        })
    }
}
// ANCHOR_END: visit

impl Visit {
    /// The model with that plural name, if this user may do that with its rows.
    ///
    /// # Errors
    /// 404 when there is none, 403 when the user may not.
    pub fn model(&self, plural: &str, action: Action) -> Result<&dyn Registered, AppError> {
        let model = self.page.app.admin.model(plural);
        let model = model.ok_or_else(AppError::not_found)?;
        if self.may(model, action) {
            return Ok(model);
        }
        Err(forbidden(action, model.options()))
    }

    /// Whether this user may do that with rows of that model.
    pub fn may(&self, model: &dyn Registered, action: Action) -> bool {
        let options = model.options();
        options.possible.contains(&action) && self.permissions.may(options.name, action)
    }

    /// Whether this user may do that with this row.
    pub fn may_with(&self, model: &dyn Registered, row: &Row, action: Action) -> bool {
        let is_free = !row.only_superusers || self.permissions.is_superuser();
        self.may(model, action) && (action == Action::View || is_free)
    }

    /// The model that a field names rows of, if this user may look at them.
    pub fn target(&self, field: &Field) -> Option<&dyn Registered> {
        let target = self.page.app.admin.model(field.refers_to?)?;
        self.may(target, Action::View).then_some(target)
    }

    /// What this user may set in a form, and choose there.
    ///
    /// # Errors
    /// 403 for a new row that must name one which this user may not look at.
    pub async fn filling(
        &self,
        db: &Db<'_>,
        model: &dyn Registered,
        action: Action,
    ) -> Result<Filling, AppError> {
        let mut filling = Filling {
            names: Vec::new(),
            options: Vec::new(),
            is_superuser: self.permissions.is_superuser(),
            now: self.page.app.clock.now(),
        };
        for field in model.options().fields.iter().filter(|field| field.editable) {
            match (field.refers_to, self.target(field)) {
                (Some(_), Some(target)) => {
                    filling.names.push(field.name);
                    filling.options.extend(choices(db, field, target).await?);
                }
                (Some(_), None) if field.required && action == Action::Add => {
                    return Err(forbidden(Action::Add, model.options()));
                }
                (Some(_), None) => {}
                (None, _) if matches!(field.kind, Kind::Bytes | Kind::Secret) => {}
                (None, _) => filling.names.push(field.name),
            }
        }
        Ok(filling)
    }

    /// Renders a template of the admin. `trail` is the way to this page: names and paths.
    ///
    /// # Errors
    /// When the template has a mistake.
    pub fn render(
        &self,
        template: &str,
        trail: &[(String, String)],
        values: Value,
    ) -> Result<Response, AppError> {
        let trail: Vec<Value> = trail
            .iter()
            .map(|(name, path)| context! { name => name.as_str(), path => path.as_str() })
            .collect();
        self.page
            .render(template, context! { trail => trail, ..values })
    }

    /// Keeps in the history what this user does, in the transaction in which it is done.
    ///
    /// # Errors
    /// When it cannot be kept. Then it must not be done either.
    pub async fn log(
        &self,
        db: &Db<'_>,
        model: &dyn Registered,
        row: &Row,
        action: Action,
        detail: &str,
    ) -> Result<(), DbErr> {
        let entry = history::Entry {
            user_id: self.user.id,
            model: model.options().plural,
            row,
            action,
            detail,
            now: self.page.app.clock.now(),
        };
        history::keep(db, &entry).await
    }
}

/// The rows that a field can name, unless there are too many of them.
pub async fn choices(
    db: &Db<'_>,
    field: &Field,
    target: &dyn Registered,
) -> Result<Option<(&'static str, Vec<(String, String)>)>, DbErr> {
    let query = Query {
        limit: Some(MOST_CHOICES + 1),
        ..Query::default()
    };
    let rows = target.rows(db, &query).await?;
    let options = rows
        .iter()
        .map(|row| (row.id.to_string(), row.shown.clone()));
    Ok((rows.len() as u64 <= MOST_CHOICES).then(|| (field.name, options.collect())))
}

/// For paths that no view of the admin has.
pub async fn not_found(_visit: Visit) -> AppError {
    AppError::not_found()
}

/// That this user may not do that.
pub fn forbidden(action: Action, options: &Options) -> AppError {
    let reason = format!("You may not {} {}.", action.name(), words(options.plural));
    AppError::new(StatusCode::FORBIDDEN, reason)
}

/// A name as people read it: `log entries`.
pub fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// The way to a model's list, for the line at the top of a page.
pub fn trail(options: &Options) -> Vec<(String, String)> {
    vec![(
        words(options.plural),
        urls::reverse("admin_list", &[options.plural]),
    )]
}
