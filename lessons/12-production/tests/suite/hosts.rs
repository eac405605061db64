//! Headers, hosts, redirects and limits.

use axum::http::{HeaderValue, Method};
use lesson_12::auth::address::client;
use lesson_12::forms::body;
use lesson_12::testing::{Answer, TestSite};

use crate::auth::{PASSWORD, drop_table, logged_in, try_login, user};

const PATHS: &[&str] = &[
    "/",
    "/api/notes",
    "/nope",
    "/api/nope",
    "/static/site.css",
    "/static/nope",
    "/accounts/profile/",
];

fn is_careful(answer: &Answer, what: &str) {
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    let headers = [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ];
    for (name, value) in headers {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "",
        "{what}: s58"
    );
}

async fn broken() -> TestSite {
    let site = TestSite::new().await;
    for table in ["request_keys", "attachments", "notes"] {
        drop_table(&site, table).await;
    }
    site
}

#[tokio::test]
async fn s54_every_answer_has_the_security_headers() {
    let site = TestSite::new().await;
    let mut visitor = site.client();
    for path in PATHS {
        is_careful(&visitor.get(path).await, path);
    }
    let bad = visitor
        .send(Method::GET, "/", &[("host", "evil.example")], "")
        .await;
    assert_eq!(bad.status, 400);
    is_careful(&bad, "400");
    let refused = visitor.send(Method::POST, "/", &[], "").await;
    assert_eq!(refused.status, 403);
    is_careful(&refused, "403");
    let answer = broken().await.client().get("/api/notes/persist").await;
    assert_eq!(answer.status, 500);
    is_careful(&answer, "500");
}

#[tokio::test]
async fn s54_only_a_site_with_tls_asks_for_https() {
    for tls in [false, true] {
        let site = TestSite::with(|settings| settings.tls = tls).await;
        for path in PATHS {
            let answer = site.client().get(path).await;
            let wanted = if tls {
                "max-age=31536000; includeSubDomains"
            } else {
                ""
            };
            assert_eq!(answer.header("strict-transport-security"), wanted, "{path}");
        }
    }
}

#[tokio::test]
async fn s55_a_host_that_is_not_ours_is_refused() {
    let site = TestSite::with(|settings| {
        settings.allowed_hosts = vec!["notes.example".into(), ".wild.example".into()];
    })
    .await;
    let mut visitor = site.client();
    let good = [
        "notes.example",
        "notes.example:8000",
        "NOTES.example",
        "wild.example",
        "a.wild.example",
        "notes.example.",
        "a.wild.example.:8000",
    ];
    for host in good {
        let answer = visitor.send(Method::GET, "/", &[("host", host)], "").await;
        assert_eq!(answer.status, 200, "{host}");
    }
    let bad = [
        "evil.example",
        "",
        "notes.example.evil.example",
        "evilwild.example",
        "notes.example@evil.example",
        "evil.example@notes.example",
        "notes.example:80@evil.example",
        "notes.example/",
        "notes.example evil",
        "notes.example:x",
        "notes.example..",
        ".",
    ];
    for host in bad {
        let answer = visitor.send(Method::GET, "/", &[("host", host)], "").await;
        assert_eq!(answer.status, 400, "{host}");
        assert!(!answer.text.contains("evil"), "{host}");
    }
    let twice = [("host", "notes.example"), ("host", "evil.example")];
    assert_eq!(visitor.send(Method::GET, "/", &twice, "").await.status, 400);
}

#[tokio::test]
async fn s55_a_host_in_the_request_line_is_checked_too() {
    let site = TestSite::new().await;
    let mut visitor = site.client();
    let ours = [("host", "localhost")];
    let answer = visitor
        .send(Method::GET, "http://evil.example/", &ours, "")
        .await;
    assert_eq!(answer.status, 400);
    let evil = [("host", "evil.example")];
    assert_eq!(
        visitor
            .send(Method::GET, "http://localhost/", &evil, "")
            .await
            .status,
        400
    );
    assert_eq!(
        visitor
            .send(Method::GET, "http://localhost/", &ours, "")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn s55_the_host_that_a_proxy_reports_is_not_believed() {
    let site = TestSite::new().await;
    let headers = [
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example"),
    ];
    let answer = site
        .client()
        .send(Method::GET, "/accounts/profile", &headers, "")
        .await;
    assert_eq!(answer.header("location"), "/accounts/profile/");
    let headers = [("host", "evil.example"), ("x-forwarded-host", "localhost")];
    assert_eq!(
        site.client()
            .send(Method::GET, "/", &headers, "")
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn s56_a_login_leads_to_no_other_site() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let away = [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "%2f%2fevil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "\t//evil.example",
        "///evil.example",
        "http:///evil.example",
        "evil.example",
        "/\r\nLocation: //evil.example",
        " //evil.example",
        "data:text/html,x",
        "",
    ];
    for next in away {
        let fields = [("username", "ada"), ("password", PASSWORD), ("next", next)];
        let answer = site.client().post("/accounts/login/", &fields).await;
        assert_eq!(answer.status, 302);
        assert_eq!(answer.header("location"), "/accounts/profile/", "{next:?}");
        let query: String = next.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let path = format!("/accounts/login/?next={query}");
        let answer = site.client().post(&path, &fields[..2]).await;
        assert_eq!(
            answer.header("location"),
            "/accounts/profile/",
            "{next:?} in the query"
        );
        assert!(
            !site.client().get(&path).await.text.contains("evil"),
            "{next:?}"
        );
    }
    let fields = [
        ("username", "ada"),
        ("password", PASSWORD),
        ("next", "/notes/?page=2"),
    ];
    let answer = site.client().post("/accounts/login/", &fields).await;
    assert_eq!(answer.header("location"), "/notes/?page=2");
}

#[test]
fn s57_only_what_a_trusted_proxy_wrote_is_believed() {
    let (proxy, inner) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
    let (real, fake) = ([198, 51, 100, 7].into(), [203, 0, 113, 9]);
    let mut headers = axum::http::HeaderMap::new();
    let fake = std::net::IpAddr::from(fake);
    headers.append(
        "x-forwarded-for",
        format!("{fake}, {real}").parse().expect("a header"),
    );
    assert_eq!(client(real, &headers, &[]), real, "no proxy is trusted");
    assert_eq!(
        client(fake, &headers, &[proxy]),
        fake,
        "this one is no proxy"
    );
    assert_eq!(
        client(proxy, &headers, &[proxy]),
        real,
        "what stands before it, anybody wrote"
    );
    headers.append(
        "x-forwarded-for",
        format!("{inner}").parse().expect("a header"),
    );
    assert_eq!(
        client(proxy, &headers, &[proxy, inner]),
        real,
        "through two proxies"
    );
    headers.append("x-forwarded-for", "nonsense".parse().expect("a header"));
    assert_eq!(client(proxy, &headers, &[proxy]), proxy);
    // What the client wrote before it need be no text.
    let mut headers = axum::http::HeaderMap::new();
    let written = HeaderValue::from_bytes("naïve \u{fe0f}, 198.51.100.7".as_bytes());
    headers.append("x-forwarded-for", written.expect("a header"));
    assert_eq!(client(proxy, &headers, &[proxy]), real);
    assert_eq!(client(proxy, &headers, &[proxy, real]), real);
}

#[tokio::test]
async fn s57_a_made_up_header_gives_no_new_guesses() {
    let site = TestSite::new().await;
    let mut eve = site.client();
    let token = eve.token().await;
    let mut last = 0;
    for guess in 0..=lesson_12::auth::throttle::ADDRESS {
        let made_up = format!("198.51.100.{guess}");
        let headers = [
            ("x-forwarded-for", made_up.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let body = format!("csrfmiddlewaretoken={token}&username=user{guess}&password=x");
        last = eve
            .send(Method::POST, "/accounts/login/", &headers, body)
            .await
            .status;
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn s58_no_other_site_may_read_our_answers() {
    let site = TestSite::new().await;
    user(&site, "ada").await;
    let mut ada = logged_in(&site, "ada").await;
    for path in PATHS {
        for method in [Method::GET, Method::OPTIONS] {
            let asks = [
                ("origin", "http://evil.example"),
                ("access-control-request-method", "POST"),
            ];
            let answer = ada.send(method, path, &asks, "").await;
            assert!(
                answer
                    .headers
                    .keys()
                    .all(|name| !name.as_str().starts_with("access-control")),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn s59_a_form_has_limits() {
    let site = TestSite::new().await;
    let mut visitor = site.client();
    let token = visitor.token().await;
    let form = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-csrftoken", token.as_str()),
    ];
    let fields = |count: usize| "a=1&".repeat(count);
    let path = "/accounts/register/";
    for (body, status) in [
        (fields(body::MOST_FIELDS), 200),
        (fields(body::MOST_FIELDS + 1), 400),
        (format!("a={}", "x".repeat(body::LARGEST - 2)), 200),
        (format!("a={}", "x".repeat(body::LARGEST)), 413),
        ("a=%ff".into(), 400),
    ] {
        let answer = visitor.send(Method::POST, path, &form, body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    let form = [
        ("content-type", "multipart/form-data; boundary=x"),
        ("x-csrftoken", token.as_str()),
    ];
    let part = |what: &str, data: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"a\"{what}\r\n\r\n{data}\r\n")
    };
    let file = "; filename=\"a.txt\"";
    let large = "x".repeat(body::LARGEST + 1);
    for (body, status) in [
        (part("", "1").repeat(body::MOST_FIELDS), 200),
        (part("", "1").repeat(body::MOST_FIELDS + 1), 400),
        (part(file, "1").repeat(body::MOST_FILES), 200),
        (part(file, "1").repeat(body::MOST_FILES + 1), 400),
        (part("", &large), 413),
        (part(file, &large), 200),
        (part(file, &large).repeat(2), 413),
    ] {
        let answer = visitor
            .send(Method::POST, path, &form, format!("{body}--x--\r\n"))
            .await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    let answer = visitor
        .send(Method::POST, path, &form, "--x\r\nbroken")
        .await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn s60_a_failure_tells_no_more_than_that() {
    let quiet = TestSite::with(|settings| settings.debug = false).await;
    drop_table(&quiet, "attempts").await;
    let answer = try_login(&mut quiet.client(), "ada", PASSWORD).await;
    assert_eq!(answer.status, 500);
    for told in [
        "attempts",
        "table",
        "sqlite",
        "INSERT",
        "src/",
        "lesson",
        "panic",
        "developer",
        &quiet.app.settings.secret_key,
    ] {
        assert!(!answer.text.contains(told), "{told}");
    }
}

#[tokio::test]
async fn s60_the_debug_page_is_for_this_machine_and_shows_no_secret() {
    let site = TestSite::new().await;
    drop_table(&site, "attempts").await;
    let mut here = site.client();
    let shown = try_login(&mut here, "ada", PASSWORD).await;
    assert_eq!(shown.status, 500);
    assert!(shown.text.contains("attempts"), "{}", shown.text);
    assert!(!shown.text.contains(&site.app.settings.secret_key));
    assert!(!shown.text.contains(PASSWORD));
    let mut there = site.client();
    there.address = [192, 0, 2, 1].into();
    assert!(
        !try_login(&mut there, "ada", PASSWORD)
            .await
            .text
            .contains("attempts")
    );
    // A proxy on this machine asks for somebody who is not here.
    let token = here.token().await;
    let body = format!("csrfmiddlewaretoken={token}&username=ada&password=x");
    let headers = [
        ("x-forwarded-for", "192.0.2.1"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let answer = here
        .send(Method::POST, "/accounts/login/", &headers, body)
        .await;
    assert_eq!(answer.status, 500);
    assert!(!answer.text.contains("attempts"));
}
