//! Nobody posts in another's name.

use axum::http::Method;
use lesson_12::models::{note, session};
use lesson_12::testing::{Answer, Client, TestSite};

use crate::auth::{PASSWORD, count, logged_in, try_login, user};

const NOTES: &str = "/api/notes/persist";
const MILK: &str = r#"{"text": "milk"}"#;

async fn send(client: &mut Client, headers: &[(&str, &str)]) -> Answer {
    let mut all = vec![("content-type", "application/json")];
    all.extend(headers);
    client.send(Method::POST, NOTES, &all, MILK).await
}

#[tokio::test]
async fn s01_without_a_token_nothing_is_changed() {
    let site = TestSite::new().await;
    let mut client = site.client();
    client.get("/").await;
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let json = [("content-type", "application/json")];
        let answer = client.send(method.clone(), NOTES, &json, MILK).await;
        assert_eq!(answer.status, 403, "{method}");
    }
    assert_eq!(count::<note::Entity>(&site).await, 0);
}

#[tokio::test]
async fn s02_the_token_and_cookie_of_another_session_are_refused() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    user(&site, "eve").await;
    let mut ada = logged_in(&site, "ada").await;
    let mut eve = logged_in(&site, "eve").await;
    let token = eve.token().await;
    assert_eq!(send(&mut ada, &[("x-csrftoken", &token)]).await.status, 403);
    // Eve has planted her cookie too, from a neighbouring host.
    let planted = eve.cookies["csrftoken"].clone();
    ada.cookies.insert("csrftoken".into(), planted);
    assert_eq!(send(&mut ada, &[("x-csrftoken", &token)]).await.status, 403);
    assert_eq!(count::<note::Entity>(&site).await, 0);
}

#[tokio::test]
async fn s03_a_token_ends_at_login_and_at_logout() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut client = site.client();
    let before = client.token().await;
    let cookie = client.cookies["csrftoken"].clone();
    try_login(&mut client, "ada", PASSWORD).await;
    assert_ne!(
        client.cookies["csrftoken"], cookie,
        "the login sets a new one"
    );
    assert_eq!(
        send(&mut client, &[("x-csrftoken", &before)]).await.status,
        403
    );
    let inside = client.token().await;
    client.post("/accounts/logout/", &[]).await;
    assert_eq!(
        send(&mut client, &[("x-csrftoken", &inside)]).await.status,
        403
    );
    let after = client.token().await;
    assert_eq!(
        send(&mut client, &[("x-csrftoken", &after)]).await.status,
        201
    );
}

#[tokio::test]
async fn s04_two_renders_of_a_token_differ_and_both_verify() {
    let site = TestSite::new().await;
    let mut client = site.client();
    let (one, two) = (client.token().await, client.token().await);
    assert_ne!(one, two);
    for token in [one, two] {
        assert_eq!(
            send(&mut client, &[("x-csrftoken", &token)]).await.status,
            201
        );
    }
}

#[tokio::test]
async fn s05_a_page_of_another_site_is_refused_with_a_good_token() {
    let site = TestSite::new().await;
    let mut client = site.client();
    let token = client.token().await;
    for origin in [
        "http://evil.example",
        "null",
        "https://localhost",
        "http://localhost.evil.example",
        "",
    ] {
        let headers = [("x-csrftoken", token.as_str()), ("origin", origin)];
        assert_eq!(send(&mut client, &headers).await.status, 403, "{origin:?}");
    }
    let headers = [
        ("x-csrftoken", token.as_str()),
        ("origin", "http://localhost"),
    ];
    assert_eq!(send(&mut client, &headers).await.status, 201);
}

#[tokio::test]
async fn a_port_that_goes_without_saying_makes_no_other_site() {
    for (tls, host, origin, status) in [
        (false, "localhost:80", "http://localhost", 201),
        (false, "localhost", "http://localhost:80", 201),
        (false, "LOCALHOST:80", "http://localhost", 201),
        (false, "localhost:", "http://localhost", 201),
        (false, "[::1]:80", "http://[::1]", 201),
        (false, "localhost:8000", "http://localhost:8000", 201),
        (false, "localhost:8000", "http://localhost", 403),
        (false, "localhost:8080", "http://localhost:80", 403),
        (false, "localhost:443", "http://localhost", 403),
        (false, "localhost:80", "https://localhost", 403),
        (true, "localhost:443", "https://localhost", 201),
        (true, "localhost", "https://localhost:443", 201),
        (true, "localhost:80", "https://localhost", 403),
    ] {
        let site = TestSite::with(|settings| settings.tls = tls).await;
        let mut client = site.client();
        let token = client.token().await;
        let referer = format!("{origin}/board/");
        for (name, value) in [("origin", origin), ("referer", referer.as_str())] {
            let headers = [
                ("x-csrftoken", token.as_str()),
                ("host", host),
                (name, value),
            ];
            // Without TLS, nobody asks for the Referer.
            let expected = if tls || name == "origin" { status } else { 201 };
            let answer = send(&mut client, &headers).await;
            assert_eq!(answer.status, expected, "{host}, {name}: {value}");
        }
    }
}

#[tokio::test]
async fn s06_over_https_the_referer_must_be_ours_when_there_is_no_origin() {
    let site = TestSite::with(|settings| settings.tls = true).await;
    let mut client = site.client();
    let token = client.token().await;
    for referer in [
        "https://evil.example/",
        "https://localhost.evil.example/",
        "https://localhost@evil.example/",
        "https://localhost:443.evil.example/",
        "https:/localhost/",
        "https:///localhost/",
        "http://localhost/",
        "",
    ] {
        let headers = [("x-csrftoken", token.as_str()), ("referer", referer)];
        assert_eq!(send(&mut client, &headers).await.status, 403, "{referer:?}");
    }
    assert_eq!(
        send(&mut client, &[("x-csrftoken", &token)]).await.status,
        403
    );
    let headers = [
        ("x-csrftoken", token.as_str()),
        ("referer", "https://localhost/board/"),
    ];
    assert_eq!(send(&mut client, &headers).await.status, 201);
}

#[tokio::test]
async fn s07_methods_that_only_ask_change_nothing() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut client = logged_in(&site, "ada").await;
    for (_, path) in lesson_12::urls::URLS {
        let path = path.replace("{*path}", "site.css").replace("{user}", "1");
        let path = path
            .replace("{id}", "1")
            .replace("{token}", "x")
            .replace("{model}", "notes");
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let answer = client.send(method.clone(), &path, &[], "").await;
            assert!(answer.status < 500, "{method} {path}: {}", answer.status);
        }
    }
    assert_eq!(count::<note::Entity>(&site).await, 0);
    assert_eq!(count::<session::Entity>(&site).await, 1, "logout is no GET");
    assert!(crate::auth::is_in(&mut client).await);
}

#[tokio::test]
async fn s08_a_token_is_no_part_of_an_address() {
    let site = TestSite::new().await;
    let mut client = site.client();
    let token = client.token().await;
    let json = [("content-type", "application/json")];
    let path = format!("{NOTES}?csrfmiddlewaretoken={token}&X-CSRFToken={token}");
    assert_eq!(
        client.send(Method::POST, &path, &json, MILK).await.status,
        403
    );
}

#[tokio::test]
async fn s08_a_token_that_is_wrong_in_one_byte_is_refused() {
    let site = TestSite::new().await;
    let mut client = site.client();
    let token = client.token().await;
    for at in 0..token.len() - 1 {
        let other = if token.as_bytes()[at] == b'A' {
            "B"
        } else {
            "A"
        };
        let mut wrong = token.clone();
        wrong.replace_range(at..=at, other);
        assert_eq!(
            send(&mut client, &[("x-csrftoken", &wrong)]).await.status,
            403,
            "byte {at}"
        );
    }
    for wrong in ["", "A", &token[1..], &format!("{token}A"), "%%%"] {
        assert_eq!(
            send(&mut client, &[("x-csrftoken", wrong)]).await.status,
            403,
            "{wrong:?}"
        );
    }
}

#[tokio::test]
async fn s09_another_method_in_the_form_needs_a_token_like_any_form() {
    let site = TestSite::new().await;
    let mut client = site.client();
    client.get("/").await;
    let form = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-http-method-override", "GET"),
    ];
    for body in ["_method=DELETE", "_method=GET&text=x"] {
        assert_eq!(
            client.send(Method::POST, NOTES, &form, body).await.status,
            403
        );
    }
}

#[tokio::test]
async fn s10_the_login_form_needs_a_token_too() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut client = site.client();
    client.get("/accounts/login/").await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("username=ada&password={}", PASSWORD.replace(' ', "+"));
    let answer = client
        .send(Method::POST, "/accounts/login/", &form, body)
        .await;
    assert_eq!(answer.status, 403);
    assert!(!crate::auth::is_in(&mut client).await);
}

#[tokio::test]
async fn a_token_in_a_form_with_files_is_found() {
    let site = TestSite::new().await;
    let mut client = site.client();
    let token = client.token().await;
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"csrfmiddlewaretoken\"\r\n\r\n{token}\r\n--x--\r\n"
    );
    let form = [("content-type", "multipart/form-data; boundary=x")];
    let answer = client
        .send(Method::POST, "/accounts/register/", &form, body)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}
