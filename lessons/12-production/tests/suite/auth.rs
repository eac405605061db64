//! What the tests of accounts share: a user, and a login.

use lesson_12::auth::users::{self, Flags};
use lesson_12::models::user;
use lesson_12::testing::{Answer, Client, TestSite};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

pub const PASSWORD: &str = "a lake of green glass";

pub async fn user(site: &TestSite, name: &str) -> user::Model {
    let email = format!("{name}@example.org");
    users::create(&site.app, name, &email, PASSWORD, Flags::default())
        .await
        .expect("the name is free")
}

pub async fn try_login(client: &mut Client, name: &str, password: &str) -> Answer {
    let fields = [("username", name), ("password", password)];
    client.post("/accounts/login/", &fields).await
}

/// A browser in which this user is logged in.
pub async fn logged_in(site: &TestSite, name: &str) -> Client {
    let mut client = site.client();
    let answer = try_login(&mut client, name, PASSWORD).await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    client
}

/// Whether the visitor sees a page that only users see.
pub async fn is_in(client: &mut Client) -> bool {
    client.get("/accounts/profile/").await.status == 200
}

pub async fn count<E>(site: &TestSite) -> usize
where
    E: EntityTrait,
{
    let rows: Result<Vec<_>, DbErr> = E::find().all(site.app.db.read()).await;
    rows.expect("the table can be read").len()
}

/// Breaks the site: what asks this table fails from now on.
pub async fn drop_table(site: &TestSite, name: &str) {
    let transaction = site.app.db.begin().await.expect("the database is there");
    let dropped = transaction
        .execute_unprepared(&format!("DROP TABLE {name}"))
        .await;
    dropped.expect("the table is there");
    transaction.commit().await.expect("it is gone");
}
