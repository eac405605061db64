//! How often somebody may guess.
//!
//! Without it, a program tries thousands of passwords a minute. The counts stand in the database,
//! so that all processes of this site count together.
//!
//! Two things are counted: the failures of one account, whoever guesses, and those of one address,
//! whatever account it tries. An attacker must not be able to shut an owner out by guessing, so an
//! account's limit does not hold for an address from which its owner has logged in before.

use std::net::IpAddr;

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait,
    DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
};

use super::signing;
use crate::app::App;
use crate::error::AppError;
use crate::models::attempt;

/// For how long a failure counts, in seconds.
pub const WINDOW: i64 = 15 * 60;
/// How many failures an account may have in that time.
pub const ACCOUNT: usize = 10;
/// How many an address may have. Behind one address there may be a whole school.
pub const ADDRESS: usize = 50;
/// For how long an address is known to be an owner's.
const KNOWN: i64 = 30 * 24 * 3600;

/// An attempt that has been counted as a failure, until it is known to be none.
#[derive(Debug)]
pub struct Attempt {
    rows: Vec<i64>,
    account: String,
    known: String,
}

/// Counts an attempt. It is counted first and judged then: of a hundred guesses sent at once, no
/// more than the limit get through.
///
/// # Errors
/// 429 when there were too many, with the time after which it can be tried again.
pub async fn begin(
    app: &App,
    purpose: &str,
    account: &str,
    address: IpAddr,
) -> Result<Attempt, AppError> {
    let now = app.clock.now();
    let account_key = key(app, &format!("account {purpose}"), account);
    let address_key = key(app, &format!("address {purpose}"), &network(address));
    let known = key(app, "known", &format!("{account}\0{}", network(address)));
    let transaction = app.db.begin().await?;
    let mut rows = Vec::new();
    for key in [&account_key, &address_key] {
        rows.push(add(&transaction, key, now).await?);
    }
    transaction.commit().await?;

    let of_account = since(app, &account_key, now - WINDOW).await?;
    let of_address = since(app, &address_key, now - WINDOW).await?;
    let is_known = !since(app, &known, now - KNOWN).await?.is_empty();
    let full = if of_address.len() > ADDRESS {
        of_address.first()
    } else if of_account.len() > ACCOUNT && !is_known {
        of_account.first()
    } else {
        let account = account_key;
        return Ok(Attempt {
            rows,
            account,
            known,
        });
    };
    // One that is refused does not count: else who keeps asking would never get in again.
    forget(app, attempt::Column::Id.is_in(rows)).await?;
    Err(AppError::TooOften(
        full.map_or(WINDOW, |oldest| oldest + WINDOW - now),
    ))
}

impl Attempt {
    /// The password was right. The account's failures are forgotten; those of the address stay,
    /// since an attacker may own an account too.
    pub async fn succeeded(self, app: &App, db: &DatabaseTransaction) -> Result<(), DbErr> {
        let now = app.clock.now();
        let over = Condition::any()
            .add(attempt::Column::Id.is_in(self.rows))
            .add(attempt::Column::Key.eq(self.account))
            .add(attempt::Column::Key.eq(self.known.as_str()))
            .add(attempt::Column::MadeAt.lte(now - KNOWN));
        attempt::Entity::delete_many().filter(over).exec(db).await?;
        add(db, &self.known, now).await?;
        Ok(())
    }
}

/// What is counted, as a keyed hash: people type passwords where the name belongs, and this table
/// shall know neither.
fn key(app: &App, kind: &str, what: &str) -> String {
    let hash = signing::signature(&app.settings.secret_key, "throttle", what.as_bytes());
    format!("{kind} {hash}")
}

/// One customer's network: with IPv6, each has 2⁶⁴ addresses or more to guess from.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x?}", &address.segments()[..4]),
    }
}

async fn add(db: &impl ConnectionTrait, key: &str, now: i64) -> Result<i64, DbErr> {
    let attempt = attempt::ActiveModel {
        key: Set(key.into()),
        made_at: Set(now),
        ..Default::default()
    };
    Ok(attempt.insert(db).await?.id)
}

/// When these were made, the oldest first.
async fn since(app: &App, key: &str, time: i64) -> Result<Vec<i64>, DbErr> {
    let found = attempt::Entity::find()
        .filter(attempt::Column::Key.eq(key))
        .filter(attempt::Column::MadeAt.gt(time))
        .order_by_asc(attempt::Column::MadeAt)
        .all(app.db.read())
        .await?;
    Ok(found.into_iter().map(|attempt| attempt.made_at).collect())
}

async fn forget(app: &App, which: impl sea_orm::sea_query::IntoCondition) -> Result<(), DbErr> {
    let transaction = app.db.begin().await?;
    attempt::Entity::delete_many()
        .filter(which)
        .exec(&transaction)
        .await?;
    transaction.commit().await
}
