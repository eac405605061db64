//! What a user may do. A permission is a model and an action, `note.change`, and comes from the
//! groups that the user is in. Django: `Permission`, `ModelBackend.get_all_permissions`.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::models::group::{self, member};
use crate::models::user;

/// What can be done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    View,
    Add,
    Change,
    Delete,
}

impl Action {
    /// All of them.
    pub const ALL: &'static [Action] = &[Action::View, Action::Add, Action::Change, Action::Delete];

    /// As it stands in a permission.
    pub fn name(self) -> &'static str {
        match self {
            Action::View => "view",
            Action::Add => "add",
            Action::Change => "change",
            Action::Delete => "delete",
        }
    }
}

/// What one user may do, as it was when the request came.
#[derive(Clone, Debug, Default)]
pub struct Permissions {
    everything: bool,
    granted: BTreeSet<String>,
}

impl Permissions {
    /// Asks the database. Nobody's rights are kept from one request to the next, so that what is
    /// taken away is gone at once.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn of(user: &user::Model, db: &impl ConnectionTrait) -> Result<Permissions, DbErr> {
        if !user.is_active || user.is_superuser {
            return Ok(Permissions {
                everything: user.is_active,
                granted: BTreeSet::new(),
            });
        }
        let mine = member::Column::UserId.eq(user.id);
        let mine = member::Entity::find().filter(mine).all(db).await?;
        let groups = mine.iter().map(|member| member.group_id);
        let groups = group::Column::Id.is_in(groups);
        let groups = group::Entity::find().filter(groups).all(db).await?;
        let granted = groups
            .iter()
            .flat_map(|group| group.permissions.split_whitespace());
        Ok(Permissions {
            everything: false,
            granted: granted.map(str::to_string).collect(),
        })
    }

    /// Whether the user may do that with rows of that model: `may("note", Action::Change)`. Who
    /// may change a row may look at it too.
    pub fn may(&self, model: &str, action: Action) -> bool {
        let has = |action: Action| self.granted.contains(&format!("{model}.{}", action.name()));
        self.everything || has(action) || (action == Action::View && has(Action::Change))
    }

    /// Whether the user has all permissions.
    pub fn is_superuser(&self) -> bool {
        self.everything
    }
}

/// What is wrong with a group's permissions, if anything is.
pub fn problem(permissions: &str) -> Option<&'static str> {
    let is_one = |word: &str| {
        let (model, action) = word.split_once('.').unwrap_or_default();
        !model.is_empty() && Action::ALL.iter().any(|known| known.name() == action)
    };
    let all_are = permissions.split_whitespace().all(is_one);
    (!all_are).then_some("Permissions look like note.view note.change, with blanks between them.")
}
