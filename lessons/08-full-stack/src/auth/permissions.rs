//! What a user may do: what the groups that they are in may do. Django: `user.has_perm`.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::error::AppError;
use crate::models::{group, member, user::Model as User};

pub struct Permissions {
    all: bool,
    names: Vec<String>,
}

impl Permissions {
    pub async fn of(user: &User, db: &impl ConnectionTrait) -> Result<Permissions, DbErr> {
        let groups = group::Entity::find().inner_join(member::Entity);
        let groups = groups.filter(member::Column::UserId.eq(user.id));
        let mut names = Vec::new();
        for group in groups.all(db).await? {
            names.extend(group.permissions.split_whitespace().map(String::from));
        }
        let all = user.is_superuser;
        Ok(Permissions { all, names })
    }

    /// Whether they hold a permission, by name: `note.delete`. A superuser holds each.
    pub fn has(&self, permission: &str) -> bool {
        self.all || self.names.iter().any(|name| name == permission)
    }

    /// Refuses the others. Django: `@permission_required`.
    pub fn require(&self, permission: &str) -> Result<(), AppError> {
        match self.has(permission) {
            true => Ok(()),
            false => Err(AppError::forbidden("You may not do this.")),
        }
    }
}
