//! Sessions as rows of a table, for tower-sessions. Django: `contrib.sessions.backends.db`.

use async_trait::async_trait;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, Set};
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use crate::models::session::{ActiveModel, Column, Entity};

#[derive(Clone, Debug)]
pub struct Store(pub DatabaseConnection);

#[async_trait]
impl SessionStore for Store {
    /// 128 random bits do not come twice. If they did, the insert would fail.
    async fn create(&self, record: &mut Record) -> Result<()> {
        let over = Column::ExpiresAt.lt(OffsetDateTime::now_utc());
        let clean = Entity::delete_many().filter(over).exec(&self.0).await;
        clean.map_err(failed)?;
        row(record)?.insert(&self.0).await.map_err(failed)?;
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let mut again = OnConflict::column(Column::Id);
        again.update_columns([Column::Data, Column::ExpiresAt]);
        let save = Entity::insert(row(record)?).on_conflict(again);
        save.exec_without_returning(&self.0).await.map_err(failed)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let alive = Column::ExpiresAt.gt(OffsetDateTime::now_utc());
        let row = Entity::find_by_id(id.to_string()).filter(alive);
        let Some(row) = row.one(&self.0).await.map_err(failed)? else {
            return Ok(None);
        };
        let data = serde_json::from_str(&row.data);
        let data = data.map_err(|error| Error::Decode(error.to_string()))?;
        let (id, expiry_date) = (*id, row.expires_at);
        Ok(Some(Record {
            id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let delete = Entity::delete_by_id(id.to_string());
        delete.exec(&self.0).await.map_err(failed)?;
        Ok(())
    }
}

fn row(record: &Record) -> Result<ActiveModel> {
    let data = serde_json::to_string(&record.data);
    Ok(ActiveModel {
        id: Set(record.id.to_string()),
        data: Set(data.map_err(|error| Error::Encode(error.to_string()))?),
        expires_at: Set(record.expiry_date),
    })
}

fn failed(error: sea_orm::DbErr) -> Error {
    Error::Backend(error.to_string())
}
