//! What every store promises, asked of each of them.

use std::env;
use std::io::{Write, stderr};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;
use lesson_09::item::{Item, Page, Sort};
use lesson_09::store::Store;
use lesson_09::store::sqlite::Sqlite;
use rust_decimal::Decimal;

fn item(name: &str, price: &str) -> Item {
    let price: Decimal = price.parse().expect("a number");
    Item {
        name: name.to_string().try_into().expect("a name"),
        price: price.try_into().expect("a price"),
        description: None,
        tax: None,
        parts: None,
    }
}

/// A name that no earlier run has used: some stores outlive it.
fn fresh(name: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("the clock is past 1970").as_nanos();
    format!("{name} {now} {}", std::process::id())
}

async fn keeps_its_promises(store: &dyn Store) {
    a_list_has_an_order_and_an_end(store).await;
    what_is_found_is_what_was_kept(store).await;
    the_first_of_two_stays(store).await;
    one_of_many_at_once_wins(store).await;
    what_is_replaced_or_removed_was_there(store).await;
}

async fn a_list_has_an_order_and_an_end(store: &dyn Store) {
    for (name, price) in [("!c", "0.03"), ("!a", "0.2"), ("!b", "0.1")] {
        store.remove(name).await.unwrap();
        assert!(store.insert(&item(name, price)).await.unwrap());
    }
    let page = |offset, sort| Page {
        limit: 2.try_into().ok(),
        offset: Some(offset),
        sort: Some(sort),
    };
    let names = async |page| {
        let items = store.list(&page).await.unwrap();
        let names = items.iter().map(|item| item.name.as_str().to_string());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names(page(0, Sort::Name)).await, ["!a", "!b"]);
    assert_eq!(names(page(1, Sort::Name)).await, ["!b", "!c"]);
    assert_eq!(names(page(0, Sort::Price)).await, ["!c", "!b"]);
    for name in ["!a", "!b", "!c"] {
        store.remove(name).await.unwrap();
    }
}

async fn what_is_found_is_what_was_kept(store: &dyn Store) {
    let names = [
        "Item1",
        "café 世界 🦀",
        " ",
        "a/b?c#d%25",
        "' OR 1=1 --",
        "\"",
        "$where",
        "a.b",
        "a\0b",
    ];
    let prices = [
        "0",
        "12.34",
        "12.50",
        "0.1",
        "999999999999.9999999999999999",
    ];
    for (number, name) in names.into_iter().enumerate() {
        let name = fresh(name);
        assert_eq!(store.find(&name).await.unwrap(), None, "{name:?}");
        let kept = Item {
            description: [None, Some(String::new()), Some("Ω\n".into())][number % 3].clone(),
            ..item(&name, prices[number % prices.len()])
        };
        assert!(store.insert(&kept).await.unwrap(), "{name:?}");
        let found = store.find(&name).await.unwrap().expect("it was kept");
        assert_eq!(found, kept);
        // 12.50 and 12.5 are equal. The digits are kept all the same.
        let digits = |item: &Item| Decimal::from(item.price).to_string();
        assert_eq!(digits(&found), digits(&kept));
        // A name is compared letter by letter.
        let others = [
            name.to_uppercase() + "A",
            name.clone() + " ",
            name[1..].to_string(),
        ];
        for other in others {
            assert_eq!(store.find(&other).await.unwrap(), None, "{other:?}");
        }
    }
}

async fn the_first_of_two_stays(store: &dyn Store) {
    let name = fresh("twice");
    assert!(store.insert(&item(&name, "1")).await.unwrap());
    assert!(!store.insert(&item(&name, "2")).await.unwrap());
    assert_eq!(store.find(&name).await.unwrap(), Some(item(&name, "1")));
}

async fn one_of_many_at_once_wins(store: &dyn Store) {
    let name = fresh("race");
    let prices = 0..32;
    let items: Vec<Item> = prices
        .map(|price| item(&name, &price.to_string()))
        .collect();
    let kept = join_all(items.iter().map(|item| store.insert(item))).await;
    let kept: Vec<bool> = kept.into_iter().map(Result::unwrap).collect();
    assert_eq!(kept.iter().filter(|kept| **kept).count(), 1);
    let winner = kept.iter().position(|kept| *kept).expect("one of them");
    let found = store.find(&name).await.unwrap();
    assert_eq!(found.as_ref(), Some(&items[winner]));
}

async fn what_is_replaced_or_removed_was_there(store: &dyn Store) {
    let name = fresh("change");
    assert!(!store.replace(&item(&name, "1")).await.unwrap());
    assert!(!store.remove(&name).await.unwrap());
    assert!(store.insert(&item(&name, "1")).await.unwrap());
    assert!(store.replace(&item(&name, "2")).await.unwrap());
    assert_eq!(store.find(&name).await.unwrap(), Some(item(&name, "2")));
    assert!(store.remove(&name).await.unwrap());
    assert_eq!(store.find(&name).await.unwrap(), None);
}

#[tokio::test]
async fn sqlite_in_memory_keeps_its_promises() {
    let store = Sqlite::open("sqlite::memory:").await;
    keeps_its_promises(&store.expect("memory is there")).await;
}

#[tokio::test]
async fn sqlite_in_a_file_keeps_its_promises_and_its_items() {
    let folder = Folder::new();
    let url = format!("sqlite:{}", folder.0.join("items.sqlite3").display());
    let store = Sqlite::open(&url).await.expect("the file can be made");
    keeps_its_promises(&store).await;
    assert!(store.insert(&item("kept", "1")).await.unwrap());
    drop(store);
    let store = Sqlite::open(&url).await.expect("the file is there");
    assert_eq!(store.find("kept").await.unwrap(), Some(item("kept", "1")));
}

#[tokio::test]
async fn a_document_that_somebody_has_spoilt_is_an_error_and_no_item() {
    let folder = Folder::new();
    let url = format!("sqlite:{}", folder.0.join("items.sqlite3").display());
    let store = Sqlite::open(&url).await.expect("the file can be made");
    let other = sqlx::SqlitePool::connect(&url)
        .await
        .expect("a second connection");
    let spoil = r#"INSERT INTO items VALUES ('spoilt', '{"name": "spoilt", "price": "cheap"}')"#;
    sqlx::query(spoil).execute(&other).await.expect("one row");
    let error = store
        .find("spoilt")
        .await
        .expect_err("cheap is not a price");
    assert!(error.to_string().contains("type_error.decimal"), "{error}");
}

#[tokio::test]
async fn mongodb_keeps_its_promises() {
    let Ok(uri) = env::var("MONGODB_URI") else {
        // Written to the stream itself: what a test prints is not shown when it passes.
        let _ = writeln!(stderr(), "skipped: MONGODB_URI is not set");
        return;
    };
    mongodb_at(&uri).await;
}

#[cfg(feature = "mongodb")]
#[path = "../examples/mongodb.rs"]
#[expect(dead_code, reason = "only its store is needed here")]
mod mongo;

#[cfg(feature = "mongodb")]
async fn mongodb_at(uri: &str) {
    let store = mongo::Mongo::open(uri)
        .await
        .expect("a MongoDB at MONGODB_URI");
    keeps_its_promises(&store).await;
}

#[cfg(not(feature = "mongodb"))]
async fn mongodb_at(_: &str) {
    panic!("MONGODB_URI is set: run these tests with --features mongodb");
}

/// A folder for a test, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let folder = env::temp_dir().join(fresh("lesson-09").replace(' ', "-"));
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
