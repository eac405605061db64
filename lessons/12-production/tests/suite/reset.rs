//! A new password for one who forgot the old one.

use std::path::PathBuf;
use std::{env, fs, process};

use lesson_12::auth::reset::LASTS;
use lesson_12::testing::{Client, TestSite};

use crate::auth::{PASSWORD, is_in, logged_in, try_login, user};

const NEW: &str = "a river of blue paper";

/// A site whose letters are kept in a folder of their own.
struct Post {
    site: TestSite,
    folder: PathBuf,
}

impl Post {
    async fn new(name: &str) -> Post {
        let folder = env::temp_dir().join(format!("lesson-12-{}-{name}", process::id()));
        let kept = folder.clone();
        let site = TestSite::with(|settings| settings.email_folder = Some(kept)).await;
        user(&site, "ada").await;
        Post { site, folder }
    }

    fn letters(&self) -> String {
        fs::read_to_string(self.folder.join("outbox.txt")).unwrap_or_default()
    }

    /// Asks for a link, and gives its path.
    async fn link(&self) -> String {
        let fields = [("email", "ada@example.org")];
        let answer = self
            .site
            .client()
            .post("/accounts/password/reset/", &fields)
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let letters = self.letters();
        let (_, path) = letters
            .rsplit_once("http://localhost:8000")
            .expect("a link of ours");
        path.trim().to_string()
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

async fn set(client: &mut Client, link: &str, password: &str) -> u16 {
    let fields = [("new_password1", password), ("new_password2", password)];
    client.post(link, &fields).await.status
}

#[tokio::test]
async fn s35_a_link_sets_one_new_password_and_no_second() {
    let post = Post::new("once").await;
    let mut before = logged_in(&post.site, "ada").await;
    let (link, mut client) = (post.link().await, post.site.client());
    assert_eq!(client.get(&link).await.status, 200);
    assert_eq!(set(&mut client, &link, "short").await, 200);
    assert_eq!(set(&mut client, &link, NEW).await, 302);
    assert_eq!(
        set(&mut client, &link, "a third one of green glass").await,
        404
    );
    assert_eq!(try_login(&mut client, "ada", PASSWORD).await.status, 200);
    assert_eq!(try_login(&mut client, "ada", NEW).await.status, 302);
    assert!(!is_in(&mut before).await, "older sessions have ended");
}

#[tokio::test]
async fn s35_a_link_ends_with_another_change_of_the_password() {
    let post = Post::new("bound").await;
    let mut client = logged_in(&post.site, "ada").await;
    let link = post.link().await;
    let fields = [
        ("old_password", PASSWORD),
        ("new_password1", NEW),
        ("new_password2", NEW),
    ];
    assert_eq!(
        client
            .post("/accounts/password/change/", &fields)
            .await
            .status,
        302
    );
    assert_eq!(client.get(&link).await.status, 404);
}

#[tokio::test]
async fn s35_a_link_lasts_an_hour() {
    let post = Post::new("hour").await;
    let (link, mut client) = (post.link().await, post.site.client());
    post.site.app.clock.advance(LASTS - 10);
    assert_eq!(client.get(&link).await.status, 200);
    post.site.app.clock.advance(10);
    assert_eq!(client.get(&link).await.status, 404);
}

#[tokio::test]
async fn s35_a_link_that_was_changed_is_worth_nothing() {
    let post = Post::new("changed").await;
    user(&post.site, "bob").await;
    let (link, mut client) = (post.link().await, post.site.client());
    let token = link
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .expect("a token");
    let (time, signature) = token.split_once('-').expect("time and signature");
    let wrong = [
        format!("/accounts/password/reset/2/{token}/"),
        format!("/accounts/password/reset/x/{token}/"),
        format!("/accounts/password/reset/1/f{time}-{signature}/"),
        format!("/accounts/password/reset/1/{time}-{}A/", &signature[..42]),
        format!("/accounts/password/reset/1/{time}/"),
        format!("/accounts/password/reset/1/{time}-/"),
    ];
    for wrong in wrong.iter().filter(|wrong| **wrong != link) {
        assert_eq!(client.get(wrong).await.status, 404, "{wrong}");
    }
}

#[tokio::test]
async fn s35_the_host_of_a_link_is_ours_whatever_the_request_says() {
    let post = Post::new("host").await;
    let mut client = post.site.client();
    let token = client.token().await;
    let headers = [
        ("host", "evil.localhost"),
        ("x-forwarded-host", "evil.example"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let body = format!("csrfmiddlewaretoken={token}&email=ada@example.org");
    let method = axum::http::Method::POST;
    let answer = client
        .send(method, "/accounts/password/reset/", &headers, body)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(post.letters().contains("http://localhost:8000/accounts/"));
    assert!(!post.letters().contains("evil"));
}

#[tokio::test]
async fn s35_nobody_learns_which_addresses_are_known() {
    let post = Post::new("unknown").await;
    let mut client = post.site.client();
    let known = client
        .post("/accounts/password/reset/", &[("email", "ada@example.org")])
        .await;
    let letters = post.letters();
    let other = client
        .post("/accounts/password/reset/", &[("email", "eve@example.org")])
        .await;
    assert_eq!((known.status, known.text), (other.status, other.text));
    assert_eq!(post.letters(), letters);
}
