//! Columns of every type that a model may have: drafted, dumped, shown and edited. What no form can
//! show is refused when its model is registered.

use lesson_12::admin::Site;
use lesson_12::admin::model::Admin;
use lesson_12::app::App;
use lesson_12::commands::makemigrations::{Difference, Shape, declared, differences};
use lesson_12::commands::makemigrations::{shape_of, step};
use lesson_12::commands::tables::{self, AnyTable};
use lesson_12::db::Db;
use lesson_12::models::user;
use lesson_12::testing::{Client, TestSite};
use lesson_12::urls;
use sea_orm::{DatabaseTransaction, EntityTrait};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use serde_json::{Value, json};

use crate::admin::admin;
use crate::drafted;

mod sample {
    use lesson_12::fields::Described;
    use lesson_12::models::Listed;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "samples")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(column_type = "String(StringLen::N(20))", unique)]
        pub name: String,
        pub remark: Option<String>,
        #[sea_orm(unique)]
        pub small: i16,
        #[sea_orm(indexed)]
        pub number: i32,
        pub maybe: Option<i32>,
        pub large: i64,
        pub ratio: f32,
        pub weight: f64,
        pub price: Option<f64>,
        pub is_new: bool,
        pub is_good: Option<bool>,
        #[sea_orm(column_type = "Blob", nullable)]
        pub data: Option<Vec<u8>>,
        pub colour: Colour,
        #[sea_orm(unique_key = "place")]
        pub row: i32,
        #[sea_orm(unique_key = "place")]
        pub place: i32,
        pub owner_id: Option<i32>,
        #[sea_orm(default_value = 3)]
        pub rank: i32,
        pub seen_at: i64,
    }

    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(10))")]
    pub enum Colour {
        #[sea_orm(string_value = "red")]
        Red,
        #[sea_orm(string_value = "green")]
        Green,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl Listed for Entity {}

    impl Described for Entity {
        const NAME: &'static str = "sample";
        const PLURAL: &'static str = "samples";

        fn show(sample: &Model) -> String {
            sample.name.clone()
        }

        fn editable(column: Column) -> bool {
            !matches!(column, Column::Id)
        }

        fn refers_to(column: Column) -> Option<&'static str> {
            matches!(column, Column::OwnerId).then_some("users")
        }
    }
}

/// A key of two columns, neither of which counts up.
mod pair {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "pairs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: i64,
        #[sea_orm(
            primary_key,
            auto_increment = false,
            column_type = "String(StringLen::N(8))"
        )]
        pub word: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A key that is no number.
mod code {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "codes")]
    pub struct Model {
        #[sea_orm(
            primary_key,
            auto_increment = false,
            column_type = "String(StringLen::N(8))"
        )]
        pub code: String,
        pub count: u32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

fn models() -> Vec<Box<dyn AnyTable>> {
    vec![
        tables::of::<sample::Entity>(),
        tables::of::<pair::Entity>(),
        tables::of::<code::Entity>(),
    ]
}

#[tokio::test]
async fn a_draft_compiles_and_makes_what_the_models_declare() {
    let models = models();
    let declared = declared(&models).await.expect("SQLite takes it");
    let found = differences(&Shape::new(), &declared);
    // What was printed is a file of this suite: it compiles.
    let draft = step(6, &found, &models);
    let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/drafted.rs");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(recorded, format!("{}\n", draft.trim_end())).expect("it can be written");
    }
    let recorded = std::fs::read_to_string(recorded).expect("it is there");
    assert_eq!(draft.trim_end(), recorded.replace("\r\n", "\n").trim_end());
    // And it does what it says, both ways.
    let scratch = tables::scratch().await.expect("a database in memory");
    let manager = SchemaManager::new(&scratch);
    drafted::Migration.up(&manager).await.expect("it runs");
    let made = shape_of(&scratch).await.expect("it can be looked at");
    assert_eq!(differences(&made, &declared), []);
    drafted::Migration
        .down(&manager)
        .await
        .expect("it goes back");
    let made = shape_of(&scratch).await.expect("it can be looked at");
    assert_eq!(made, Shape::new());
}

#[tokio::test]
async fn a_column_that_is_new_is_drafted_with_its_type() {
    let models = models();
    let declared = declared(&models).await.expect("SQLite takes it");
    let mut made = declared.clone();
    let samples = made.get_mut("samples").expect("there are samples");
    for name in ["name", "maybe", "price", "rank", "small"] {
        samples.columns.remove(name);
        samples.unique.remove(&vec![name.to_string()]);
    }
    let found = differences(&made, &declared);
    let draft = step(7, &found, &models);
    for line in [
        r#"add_column(integer_null("maybe"))"#,
        r#"add_column(double_null("price"))"#,
        r#"add_column(integer("rank").default(3))"#,
        r#"add_column(small_integer("small").default(/* TODO"#,
        r#"add_column(string_len("name", 20).default(/* TODO"#,
        r#"Index::create().unique().name("samples_name").table("samples").col("name")"#,
    ] {
        assert!(draft.contains(line), "{line} is not in {draft}");
    }
    // Each index goes before its column does.
    let (_, down) = draft
        .split_once("async fn down")
        .expect("there is a way back");
    let index = down.find("samples_small").expect("the index is dropped");
    let column = down.find(r#"drop_column("small")"#);
    assert!(index < column.expect("the column is dropped"), "{down}");
    assert!(found.contains(&Difference::NewIndex(
        "samples".into(),
        vec!["name".into()],
        "unique"
    )));
}

/// A site with samples in its admin, and its superuser.
async fn with_samples() -> (TestSite, Client) {
    let site = TestSite::new().await;
    let mut root = admin(&site).await;
    let manager = SchemaManager::new(site.app.db.writer());
    drafted::Migration.up(&manager).await.expect("it runs");
    let samples = Admin::<sample::Entity>::new()
        .search([sample::Column::Name])
        .filters([
            sample::Column::IsGood,
            sample::Column::IsNew,
            sample::Column::OwnerId,
        ]);
    let models = Site::default()
        .register(Admin::<user::Entity>::new())
        .register(samples);
    let db = Db::connect(&site.database_url()).await;
    let db = db.expect("the database opens twice");
    root.router = urls::site(App::with_admin(site.app.settings.clone(), db, models));
    (site, root)
}

const SAMPLE: &[(&str, &str)] = &[
    ("name", "one"),
    ("remark", ""),
    ("small", "-7"),
    ("number", "2147483647"),
    ("maybe", ""),
    ("large", "-9223372036854775808"),
    ("ratio", "0.1"),
    ("weight", "1e10"),
    ("price", "2.5"),
    ("is_new", "1"),
    ("is_good", ""),
    ("colour", "red"),
    ("row", "1"),
    ("place", "2"),
    ("owner_id", "1"),
    ("rank", "5"),
    ("seen_at", "1700000000"),
];

/// The same with one field otherwise.
fn sample_with<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let others = SAMPLE.iter().copied().filter(|(known, _)| *known != name);
    others.chain([(name, value)]).collect()
}

async fn first(site: &TestSite) -> sample::Model {
    let found = sample::Entity::find().one(site.app.db.read()).await;
    found.expect("the database answers").expect("it is there")
}

#[tokio::test]
async fn the_admin_shows_and_edits_a_column_of_each_type() {
    let (site, mut root) = with_samples().await;
    let added = root.post("/admin/samples/add/", SAMPLE).await;
    assert_eq!(added.status, 303, "{}", added.text);
    let expected = sample::Model {
        id: 1,
        name: "one".into(),
        remark: None,
        small: -7,
        number: i32::MAX,
        maybe: None,
        large: i64::MIN,
        ratio: 0.1,
        weight: 1e10,
        price: Some(2.5),
        is_new: true,
        is_good: None,
        data: None,
        colour: sample::Colour::Red,
        row: 1,
        place: 2,
        owner_id: Some(1),
        rank: 5,
        seen_at: 1_700_000_000,
    };
    assert_eq!(first(&site).await, expected);
    let list = root.get("/admin/samples/").await;
    assert_eq!(list.status, 200, "{}", list.text);
    for shown in [
        ">-7<",
        ">2147483647<",
        ">0.1<",
        ">2.5<",
        ">10000000000<",
        ">root<",
    ] {
        assert!(list.text.contains(shown), "{shown} is not in {}", list.text);
    }
    for query in [
        "q=one",
        "is_new=1",
        "is_good=true",
        "owner_id=1",
        "order=-price",
    ] {
        let list = root.get(&format!("/admin/samples/?{query}")).await;
        assert_eq!(list.status, 200, "{query}: {}", list.text);
    }
    let page = "/admin/samples/1/change/";
    let form = root.get(page).await;
    assert_eq!(
        (form.field("price"), form.field("maybe")),
        ("2.5".into(), String::new())
    );
    // What is sent back as it was shown changes nothing, and what was none is none.
    assert_eq!(root.post(page, SAMPLE).await.status, 303);
    assert_eq!(first(&site).await, expected);
    for (name, value) in [
        ("maybe", "-3"),
        ("price", ""),
        ("is_good", "false"),
        ("owner_id", ""),
    ] {
        let changed = root.post(page, &sample_with(name, value)).await;
        assert_eq!(changed.status, 303, "{name}={value}: {}", changed.text);
    }
    let found = first(&site).await;
    // The form sends all fields each time: the last one is as it was sent last.
    assert_eq!(
        (found.price, found.is_good, found.owner_id),
        (Some(2.5), None, None)
    );
    assert_eq!(root.get("/admin/samples/1/history/").await.status, 200);
    let deleted = root.post("/admin/samples/1/delete/", &[]).await;
    assert_eq!(deleted.status, 303, "{}", deleted.text);
}

#[tokio::test]
async fn a_value_that_a_column_cannot_have_is_refused_at_its_field() {
    let (site, mut root) = with_samples().await;
    for (name, value, reason) in [
        ("small", "32768", "It is too large a number."),
        ("number", "2147483648", "It is too large a number."),
        ("maybe", "-2147483649", "It is too large a number."),
        ("large", "9223372036854775808", "It must be a whole number."),
        ("number", "1.5", "It must be a whole number."),
        ("price", "cheap", "It must be a number, such as 2.5."),
        ("price", "inf", "It must be a number, such as 2.5."),
        ("weight", "NaN", "It must be a number, such as 2.5."),
        ("weight", "", "It must not be empty."),
        ("ratio", "1e39", "It is too large a number."),
        ("is_good", "perhaps", "It must be one of true, false."),
        ("colour", "blue", "It is no value of this field."),
        ("owner_id", "99", "There is no such row."),
    ] {
        let refused = root
            .post("/admin/samples/add/", &sample_with(name, value))
            .await;
        assert_eq!(refused.status, 422, "{name}={value}: {}", refused.text);
        assert!(
            refused.text.contains(reason),
            "{name}={value}: {}",
            refused.text
        );
    }
    let found = sample::Entity::find().one(site.app.db.read()).await;
    assert_eq!(found.expect("the database answers"), None);
}

async fn begin(site: &TestSite) -> DatabaseTransaction {
    site.app.db.begin().await.expect("it begins")
}

#[tokio::test]
async fn a_column_of_each_type_is_dumped_and_loaded() {
    let (site, _) = with_samples().await;
    let samples = tables::of::<sample::Entity>();
    let full = json!({
        "id": 7, "name": "one", "remark": "ü", "small": -7, "number": 2147483647, "maybe": 0,
        "large": -9223372036854775808_i64, "ratio": 0.1_f32, "weight": 1e300, "price": 2.5,
        "is_new": true, "is_good": false, "data": "AP8i", "colour": "green", "row": 1, "place": 2,
        "owner_id": 1, "rank": 5, "seen_at": 1,
    });
    let mut empty = full.clone();
    for (name, value) in [
        ("id", json!(8)),
        ("name", json!("two")),
        ("small", json!(8)),
    ] {
        empty[name] = value;
    }
    for name in ["remark", "maybe", "price", "is_good", "data", "owner_id"] {
        empty[name] = Value::Null;
    }
    empty["row"] = json!(2);
    let rows = [full.clone(), empty];
    let transaction = begin(&site).await;
    for row in &rows {
        let row = row.as_object().expect("an object");
        samples.load(&transaction, row).await.expect("it is loaded");
    }
    samples.loaded(&transaction).await.expect("the ids go on");
    let dumped = samples.rows(&transaction).await.expect("it is dumped");
    assert_eq!(dumped, rows);
    for (name, wrong) in [
        ("small", json!(32768)),
        ("number", json!(2147483648_i64)),
        ("number", json!(1.5)),
        ("number", json!("1")),
        ("price", json!("dear")),
        ("price", json!(true)),
        ("weight", Value::Null),
        ("is_good", json!(1)),
        ("data", json!("?")),
        ("colour", json!("blue")),
    ] {
        let mut row = full.clone();
        row[name] = wrong;
        let row = row.as_object().expect("an object");
        let loaded = samples.load(&transaction, row).await;
        assert!(loaded.is_err(), "{name}: {}", row[name]);
    }
    // A number that JSON has no number for.
    let mut row = full.clone();
    row["weight"] = json!("inf");
    let row = row.as_object().expect("an object");
    samples.load(&transaction, row).await.expect("it is loaded");
    let dumped = samples.rows(&transaction).await.expect("it is dumped");
    assert_eq!(dumped[0]["weight"], json!("inf"));
}

mod refused {
    //! Models that the admin refuses, each for a column.

    macro_rules! model {
        ($name:ident, $key:ident: $key_type:ty, $column:ident: $column_type:ty) => {
            pub mod $name {
                use lesson_12::fields::Described;
                use lesson_12::models::Listed;
                use sea_orm::entity::prelude::*;

                #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
                #[sea_orm(table_name = "refused")]
                pub struct Model {
                    #[sea_orm(primary_key, auto_increment = false)]
                    pub $key: $key_type,
                    pub $column: $column_type,
                }

                #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
                pub enum Relation {}

                impl ActiveModelBehavior for ActiveModel {}

                impl Listed for Entity {}

                impl Described for Entity {
                    const NAME: &'static str = "one";
                    const PLURAL: &'static str = "ones";

                    fn show(_: &Model) -> String {
                        String::new()
                    }
                }
            }
        };
    }

    model!(unsigned, id: i64, count: u32);
    model!(tiny, id: i64, count: Option<i8>);
    model!(short_time, id: i64, made_at: i32);
    model!(text_key, id: String, count: i64);
    model!(no_id, key: i64, count: i64);
}

#[test]
fn what_the_admin_cannot_show_is_refused_when_it_is_registered() {
    fn says<E: lesson_12::fields::Described>() -> String
    where
        E::ActiveModel: 'static,
    {
        let registered = std::panic::catch_unwind(|| drop(Admin::<E>::new()));
        let said = registered.expect_err("it is refused");
        said.downcast_ref::<String>().cloned().unwrap_or_default()
    }
    for (said, why) in [
        (
            says::<refused::unsigned::Entity>(),
            "count is of a type that no form shows, Unsigned",
        ),
        (
            says::<refused::tiny::Entity>(),
            "count is of a type that no form shows, TinyInteger",
        ),
        (
            says::<refused::short_time::Entity>(),
            "made_at is a time, which is an i64",
        ),
        (
            says::<refused::text_key::Entity>(),
            "it wants a number named id",
        ),
        (
            says::<refused::no_id::Entity>(),
            "it wants a number named id",
        ),
    ] {
        assert_eq!(said, format!("the admin cannot have ones: {why}"));
    }
}

#[tokio::test]
async fn a_type_that_no_dump_knows_is_said_and_is_no_panic() {
    let site = TestSite::new().await;
    let manager = SchemaManager::new(site.app.db.writer());
    drafted::Migration.up(&manager).await.expect("it runs");
    let codes = tables::of::<code::Entity>();
    let transaction = begin(&site).await;
    let row = json!({ "code": "a", "count": 1 });
    let row = row.as_object().expect("an object");
    let loaded = codes.load(&transaction, row).await;
    assert_eq!(loaded, Err("count has a value of a wrong type".into()));
    let insert = "INSERT INTO codes (code, count) VALUES ('a', 1)";
    let inserted = sea_orm::ConnectionTrait::execute_unprepared(&transaction, insert).await;
    inserted.expect("a row");
    let said = codes.rows(&transaction).await.expect_err("it is said");
    let said = said.to_string();
    let expected = if site.database_url().starts_with("sqlite") {
        "codes.count has a type that no dump knows"
    } else {
        "" // sqlx reads no such number there
    };
    assert!(said.contains(expected), "{said}");
}
