//! Passwords: how they are kept, which are taken, and how they are guessed.

use std::time::{Duration, Instant};

use lesson_12::auth::password::{NOBODY, Passwords, Verdict};
use lesson_12::auth::throttle;
use lesson_12::auth::users::{self, Flags};
use lesson_12::models::user;
use lesson_12::testing::{Client, TestSite};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use tokio::time::timeout;

use crate::admin::{a_user, as_user};
use crate::auth::{PASSWORD, count, is_in, logged_in, try_login, user};

async fn register(client: &mut Client, name: &str, password: &str) -> u16 {
    let fields = [
        ("username", name),
        ("email", ""),
        ("password1", password),
        ("password2", password),
    ];
    client.post("/accounts/register/", &fields).await.status
}

#[tokio::test]
async fn s25_passwords_are_kept_as_argon2id_with_a_salt_of_their_own() {
    let site = TestSite::new().await;
    let (ada, bob) = (user(&site, "ada").await, user(&site, "bob").await);
    assert!(
        ada.password.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{}",
        ada.password
    );
    let salt = |hash: &str| {
        hash.split('$')
            .nth(4)
            .map(str::to_string)
            .unwrap_or_default()
    };
    assert_eq!(salt(&ada.password).len(), 22, "16 bytes in base64");
    assert_ne!(salt(&ada.password), salt(&bob.password));
    assert_ne!(ada.password, bob.password);
}

#[tokio::test]
async fn s26_a_hash_with_old_settings_is_made_anew_at_login() {
    let site = TestSite::new().await;
    let ada = user(&site, "ada").await;
    let old = old_hash(&site, ada).await;
    // Somewhere else she is logged in since before the settings were changed.
    let mut elsewhere = as_user(&site, &old).await;
    assert!(is_in(&mut elsewhere).await);
    let mut client = logged_in(&site, "ada").await;
    let ada = user::Entity::find()
        .one(site.app.db.read())
        .await
        .expect("the table can be read");
    assert!(ada.is_some_and(|ada| ada.password.contains("$m=19456,t=2,p=1$")));
    assert!(
        is_in(&mut client).await,
        "the session belongs to the new hash"
    );
    assert!(
        is_in(&mut elsewhere).await,
        "a better hash is no new password"
    );
}

#[tokio::test]
async fn s26_a_hash_of_today_is_never_called_old() {
    let passwords = Passwords::new(2);
    for _ in 0..20 {
        let hash = passwords.hash(PASSWORD).await.expect("it can be hashed");
        let verdict = passwords.verify(PASSWORD, Some(&hash)).await.ok();
        assert_eq!(verdict, Some(Verdict::Right), "{hash}");
        let renewed = passwords.renewed(PASSWORD, &hash).await.ok();
        assert_eq!(renewed, Some(hash), "the same salt makes the same hash");
    }
}

fn old_settings() -> argon2::Argon2<'static> {
    let params = argon2::Params::new(8, 1, 1, None).expect("these settings are allowed");
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
}

/// Gives a user a hash of PASSWORD that was made with other settings.
async fn old_hash(site: &TestSite, user: user::Model) -> user::Model {
    let old = argon2::PasswordHasher::hash_password(&old_settings(), PASSWORD.as_bytes());
    let mut row = user.into_active_model();
    row.password = Set(old.expect("it can be hashed").to_string());
    let transaction = site.app.db.begin().await.expect("the database is there");
    let row = row.update(&transaction).await.expect("the row is there");
    transaction.commit().await.expect("the change is kept");
    row
}

#[tokio::test]
async fn s27_a_password_has_8_characters_or_more_and_no_million() {
    let site = TestSite::new().await;
    let mut client = site.client();
    assert_eq!(register(&mut client, "short", "k7#pQ2v").await, 200);
    let long = "correct horse battery staple, and 38 more letters behind these. ok";
    assert!(long.len() >= 64);
    assert_eq!(register(&mut client, "long", long).await, 302);
    // Letters without a pattern: it is refused for its length, and for nothing else.
    let letter =
        |n: u32| char::from(b"etaoinshrdlucmfw"[(n.wrapping_mul(2_654_435_761) >> 28) as usize]);
    let million: String = (0..1_000_000).map(letter).collect();
    let mut client = site.client();
    let begin = Instant::now();
    assert_eq!(register(&mut client, "million", &million).await, 200);
    assert_eq!(try_login(&mut client, "long", &million).await.status, 200);
    assert!(
        begin.elapsed() < Duration::from_secs(5),
        "it was refused at once"
    );
    assert_eq!(count::<user::Entity>(&site).await, 1);
    // A hash of all of it would say `Right`. No hash is made of so much.
    let hash = argon2::PasswordHasher::hash_password(&old_settings(), million.as_bytes());
    let hash = hash.expect("it can be hashed").to_string();
    let verdict = site.app.passwords.verify(&million, Some(&hash)).await;
    assert_eq!(verdict.ok(), Some(Verdict::Wrong));
    assert!(site.app.passwords.hash(&million).await.is_err());
}

#[tokio::test]
async fn s28_every_byte_of_a_password_counts() {
    let site = TestSite::new().await;
    let passwords = &site.app.passwords;
    let base = "The quick brown fox jumps over the lazy dog while it reads 73 letters....";
    assert_eq!(base.len(), 73);
    let hash = passwords.hash(base).await.expect("it can be hashed");
    for at in [0, 71, 72] {
        let mut other = base.to_string();
        other.replace_range(at..=at, "#");
        let verdict = passwords.verify(&other, Some(&hash)).await.ok();
        assert_eq!(verdict, Some(Verdict::Wrong), "byte {at}");
    }
    for other in [
        base.to_lowercase(),
        format!("{base} "),
        base[..72].to_string(),
    ] {
        assert_eq!(
            passwords.verify(&other, Some(&hash)).await.ok(),
            Some(Verdict::Wrong)
        );
    }
    assert_eq!(
        passwords.verify(base, Some(&hash)).await.ok(),
        Some(Verdict::Right)
    );
}

#[tokio::test]
async fn s29_passwords_that_everybody_tries_are_refused() {
    let site = TestSite::new().await;
    let mut client = site.client();
    let known = [
        "password",
        "Password",
        "123456789",
        "12345678",
        "qwertyuiop",
        "iloveyou",
        "football",
        "baseball",
        "sunshine",
        "princess",
        "superman",
        "trustno1",
        "password1",
        "welcome1",
        "11111111",
        "jennifer",
        "starwars",
        "computer",
        "whatever",
        "asdfghjk",
        "1q2w3e4r",
        "abcd1234",
        "passw0rd",
        "michelle",
        "corvette",
        "mercedes",
        "dolphins",
        "butthead",
        "midnight",
        "redsox12",
        "margaret1",
        "password123",
    ];
    for password in known {
        assert_eq!(
            register(&mut client, "ada", password).await,
            200,
            "{password}"
        );
    }
    assert_eq!(
        register(&mut client, "ada.lovelace", "ada.lovelace").await,
        200,
        "the name"
    );
    assert_eq!(count::<user::Entity>(&site).await, 0);
    assert_eq!(register(&mut client, "ada", PASSWORD).await, 302);
}

#[tokio::test]
async fn s30_a_new_password_needs_the_old_one() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut client = logged_in(&site, "ada").await;
    let new = "a river of blue paper";
    for old in ["", "wrong", new] {
        let fields = [
            ("old_password", old),
            ("new_password1", new),
            ("new_password2", new),
        ];
        let answer = client.post("/accounts/password/change/", &fields).await;
        assert_eq!(answer.status, 200);
        assert!(answer.text.contains("This is not your password."));
    }
    logged_in(&site, "ada").await;
}

#[tokio::test]
async fn s31_a_name_that_is_not_there_looks_like_a_wrong_password() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut client = site.client();
    let wrong = try_login(&mut client, "ada", "wrong").await;
    let unknown = try_login(&mut client, "eve", "wrong").await;
    assert_eq!(wrong.status, unknown.status);
    let blank = |text: &str, name: &str| {
        let token = text
            .split("csrfmiddlewaretoken\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        text.replace(token.unwrap_or_default(), "")
            .replace(name, "NAME")
    };
    assert_eq!(
        blank(&wrong.text, "\"ada\""),
        blank(&unknown.text, "\"eve\"")
    );
}

#[tokio::test]
async fn s31_whoever_does_not_get_in_costs_one_hash() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    a_user(&site, "bob", false, false).await;
    let mut client = site.client();
    // A wrong password, a name that is not there, and one whose hash is none.
    for name in ["ada", "eve", "bob"] {
        for door in ["/accounts/login/", "/admin/login/"] {
            let before = site.app.passwords.made();
            let fields = [("username", name), ("password", "wrong")];
            assert_eq!(client.post(door, &fields).await.status, 200);
            assert_eq!(site.app.passwords.made(), before + 1, "{name} at {door}");
        }
    }
}

#[tokio::test]
async fn s31_a_name_that_is_not_there_costs_a_hash_too() {
    // Here nobody can hash: whoever waits for ever wants to.
    let passwords = Passwords::new(0);
    let check = passwords.verify("wrong", None);
    assert!(timeout(Duration::from_millis(200), check).await.is_err());
    // And it is a hash of the same cost and length.
    let hash = Passwords::new(1).hash(PASSWORD).await;
    let hash = hash.expect("it can be hashed");
    let (ours, nobodys): (Vec<&str>, Vec<&str>) =
        (hash.split('$').collect(), NOBODY.split('$').collect());
    assert_eq!(ours[..4], nobodys[..4]);
    assert_eq!(ours[4].len(), nobodys[4].len());
    assert_eq!(ours[5].len(), nobodys[5].len());
}

#[tokio::test]
async fn s32_an_account_stands_so_many_guesses_and_its_owner_still_gets_in() {
    assert!((3..=100).contains(&throttle::ACCOUNT), "it is a limit");
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut owner = site.client();
    owner.address = [192, 0, 2, 1].into();
    try_login(&mut owner, "ada", PASSWORD).await;
    let mut last = 0;
    for guess in 0..=throttle::ACCOUNT {
        let mut eve = site.client();
        // A new address for each guess does not help.
        eve.address = [198, 51, 100, u8::try_from(guess).expect("few guesses")].into();
        let answer = try_login(&mut eve, "ada", "wrong").await;
        last = answer.status;
        if guess < throttle::ACCOUNT {
            assert_eq!(last, 200, "guess {guess}");
        } else {
            let wait: i64 = answer.header("retry-after").parse().expect("seconds");
            assert!((1..=throttle::WINDOW).contains(&wait));
        }
    }
    assert_eq!(last, 429);
    let mut eve = site.client();
    eve.address = [203, 0, 113, 7].into();
    assert_eq!(
        try_login(&mut eve, "ada", PASSWORD).await.status,
        429,
        "not even with luck"
    );
    // From where the owner has come in before, they come in again; and everybody, after a while.
    let mut again = site.client();
    again.address = owner.address;
    assert_eq!(try_login(&mut again, "ada", PASSWORD).await.status, 302);
    site.app.clock.advance(throttle::WINDOW);
    assert_eq!(try_login(&mut eve, "ada", PASSWORD).await.status, 302);
}

#[tokio::test]
async fn s32_an_address_has_so_many_guesses_for_all_accounts() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut eve = site.client();
    for guess in 0..throttle::ADDRESS {
        let answer = try_login(&mut eve, &format!("user{guess}"), "wrong").await;
        assert_eq!(answer.status, 200, "guess {guess}");
    }
    assert_eq!(try_login(&mut eve, "another", "wrong").await.status, 429);
    let mut ada = site.client();
    ada.address = [192, 0, 2, 1].into();
    assert_eq!(try_login(&mut ada, "ada", PASSWORD).await.status, 302);
}

#[tokio::test]
async fn s32_guesses_at_the_same_time_are_counted_too() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let guesses = (0..3 * throttle::ACCOUNT).map(|_| {
        let mut client = site.client();
        async move { try_login(&mut client, "ada", "wrong").await.status }
    });
    let statuses = futures_util::future::join_all(guesses).await;
    let judged = statuses.iter().filter(|status| **status == 200).count();
    assert!(judged <= throttle::ACCOUNT, "{judged} were judged");
}

/// One thread answers here, and one is for work that takes long. While that one is taken, no hash
/// can be made, unless it is made by the thread that answers: then all else would stop for it.
#[test]
fn s33_hashes_are_made_beside_the_threads_that_answer() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(1).build();
    runtime.expect("a runtime").block_on(async {
        let site = TestSite::new().await;
        let (release, taken) = std::sync::mpsc::channel::<()>();
        tokio::task::spawn_blocking(move || taken.recv());
        let passwords = site.app.passwords.clone();
        let hashing = tokio::spawn(async move { passwords.hash(PASSWORD).await.is_ok() });
        for _ in 0..20 {
            assert_eq!(site.client().get("/api/notes").await.status, 200);
            tokio::task::yield_now().await;
            assert_eq!(site.app.passwords.made(), 0, "it was made here");
        }
        drop(release);
        assert!(hashing.await.expect("the task ends"));
        assert_eq!(site.app.passwords.made(), 1);
    });
}

#[tokio::test]
async fn s34_a_new_site_has_no_users() {
    let site = TestSite::new().await;
    assert_eq!(count::<user::Entity>(&site).await, 0);
    let mut client = site.client();
    for (name, password) in [
        ("admin", "admin"),
        ("admin", "password"),
        ("admin", ""),
        ("", ""),
    ] {
        assert_eq!(try_login(&mut client, name, password).await.status, 200);
    }
    assert!(!is_in(&mut client).await);
}

#[tokio::test]
async fn s36_a_password_comes_back_in_no_page() {
    let site = TestSite::new().await;
    let secret = "a secret of nobody";
    let mut client = site.client();
    let fields = [
        ("username", "a b"),
        ("email", "x"),
        ("password1", secret),
        ("password2", secret),
    ];
    let answer = client.post("/accounts/register/", &fields).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.text.contains(secret));
    assert!(
        !try_login(&mut client, "ada", secret)
            .await
            .text
            .contains(secret)
    );
    let fields = [
        ("password1", secret),
        ("password2", "another of nobody"),
        ("username", "ada"),
        ("email", ""),
    ];
    assert!(
        !client
            .post("/accounts/register/", &fields)
            .await
            .text
            .contains(secret)
    );
    // No value of our own holds a password that `{:?}` could bring into a log.
    users::create(&site.app, "ada", "", secret, Flags::default())
        .await
        .expect("the name is free");
    let rows = user::Entity::find()
        .all(site.app.db.read())
        .await
        .expect("the table can be read");
    assert!(!format!("{rows:?} {:?}", site.app.passwords).contains(secret));
    let taken = users::create(&site.app, "ada", "", secret, Flags::default()).await;
    assert!(!format!("{:?}", taken.err()).contains(secret));
}
