//! Sessions in the database, so that each process of this site knows them, and a restart forgets
//! none.
//!
//! Without it, a visitor would be logged out whenever another process answers.

use axum::http::HeaderValue;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
};

use super::cookies;
use super::session::{Ending, Id, Session};
use crate::app::App;
use crate::error::AppError;
use crate::models::{session, user};

/// How long a session lasts without a request, in seconds: a day.
pub const IDLE: i64 = 24 * 3600;
/// How long it lasts in any case: as long as its cookie.
pub const LONGEST: i64 = cookies::SESSION.age as i64;
/// How old `seen_at` may be before it is written again, so that not every request writes.
const TOUCH_AFTER: i64 = IDLE / 24;

/// The session whose id is in the cookie; an empty one when there is none, or it is too old. One
/// query finds the session and its user.
pub async fn load(app: &App, id: &str) -> Result<Session, AppError> {
    let hash = Id::hash(&app.settings.secret_key, id);
    let found = session::Entity::find_by_id(hash)
        .find_also_related(user::Entity)
        .one(app.db.read())
        .await?;
    let now = app.clock.now();
    let Some((row, user)) = found else {
        return Ok(Session::default());
    };
    if now - row.seen_at >= IDLE || now - row.created_at >= LONGEST {
        return Ok(Session::default());
    }
    Ok(Session::opened(row, user))
}

/// Keeps what has changed. What comes back is the `Set-Cookie` that tells the browser.
pub async fn save(app: &App, session: &Session) -> Result<Option<HeaderValue>, AppError> {
    let (now, tls) = (app.clock.now(), app.settings.tls);
    let key = &app.settings.secret_key;
    match session.ending(now, key, TOUCH_AFTER) {
        Ending::Nothing => Ok(None),
        Ending::Update(row) => {
            // Changes no row when the session has been ended meanwhile: it must not come back.
            let transaction = app.db.begin().await?;
            session::Entity::update_many()
                .col_expr(session::Column::Data, Expr::value(row.data))
                .col_expr(session::Column::SeenAt, Expr::value(row.seen_at))
                .filter(session::Column::IdHash.eq(row.id_hash))
                .exec(&transaction)
                .await?;
            transaction.commit().await?;
            Ok(None)
        }
        Ending::Insert(id, row, old) => {
            let transaction = app.db.begin().await?;
            // Who logs in sweeps up what has run out.
            let too_old = Condition::any()
                .add(session::Column::SeenAt.lte(now - IDLE))
                .add(session::Column::CreatedAt.lte(now - LONGEST))
                .add_option(old.map(|old| session::Column::IdHash.eq(old)));
            session::Entity::delete_many()
                .filter(too_old)
                .exec(&transaction)
                .await?;
            row.into_active_model().insert(&transaction).await?;
            transaction.commit().await?;
            Ok(Some(cookies::SESSION.set(&id.value, tls)))
        }
        Ending::Delete(old) => {
            if let Some(old) = old {
                let transaction = app.db.begin().await?;
                session::Entity::delete_by_id(old)
                    .exec(&transaction)
                    .await?;
                transaction.commit().await?;
            }
            Ok(Some(cookies::SESSION.forget(tls)))
        }
    }
}
