//! Each user has a profile, from the beginning.

use async_trait::async_trait;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction};

use super::{Receiver, UserCreated};
use crate::error::AppError;
use crate::models::profile;

pub struct MakeProfile;

#[async_trait]
impl Receiver<UserCreated> for MakeProfile {
    async fn receive(
        &self,
        transaction: &DatabaseTransaction,
        event: &UserCreated,
    ) -> Result<(), AppError> {
        let profile = profile::ActiveModel {
            user_id: Set(event.user.id),
            display_name: Set(event.user.username.chars().take(80).collect()),
            about: Set(String::new()),
            ..Default::default()
        };
        profile.insert(transaction).await?;
        Ok(())
    }
}
