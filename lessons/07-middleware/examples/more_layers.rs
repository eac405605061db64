//! Five more layers from the shelf: compression, CORS, a limit for bodies, for time, for requests.
//!
//! Run it: `cargo run -p lesson-07 --example more_layers`
//!
//! | method | path          | answer                                                        |
//! |--------|---------------|---------------------------------------------------------------|
//! | GET    | `/poem`       | a text that is long enough to be worth compressing            |
//! | POST   | `/count`      | how long the body is                                          |
//! | GET    | `/slow`       | nothing in time                                               |
//! | GET    | `/secret`     | when you were here last, from an encrypted cookie             |
//! | GET    | `/scarce`     | a page that may be asked for twice a minute                   |
#![forbid(unsafe_code)]

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum_extra::extract::PrivateCookieJar;
use axum_extra::extract::cookie::{Cookie, Key, SameSite};
use lesson_07::serve::serve;
use lesson_07::session::secret_key;
use lesson_07::visits::now;
use tower::ServiceBuilder;
use tower_governor::GovernorLayer;
use tower_governor::governor::GovernorConfigBuilder;
use tower_governor::key_extractor::GlobalKeyExtractor;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

#[tokio::main]
async fn main() {
    let served = async { serve(app(secret_key()?)).await };
    if let Err(problem) = served.await {
        eprintln!("{problem:#}");
        std::process::exit(2);
    }
}

// ANCHOR: layers
fn app(key: Key) -> Router {
    // Other sites' scripts may read our answers only if we say which sites, and only then.
    let cors = CorsLayer::new()
        .allow_origin(HeaderValue::from_static("https://friend.example"))
        .allow_methods([Method::GET, Method::POST]);
    let layers = ServiceBuilder::new()
        .layer(cors)
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(1),
        ))
        .layer(RequestBodyLimitLayer::new(1000));
    // Two at once, then one every 30 seconds; for all clients together.
    let mut scarcity = GovernorConfigBuilder::default().key_extractor(GlobalKeyExtractor);
    let scarcity = scarcity.period(Duration::from_secs(30)).burst_size(2);
    let scarcity = scarcity.finish().expect("neither number is 0");
    let scarce = Router::new()
        .route("/scarce", get(async || "one of two\n"))
        .layer(GovernorLayer::new(scarcity));
    Router::new()
        .route("/poem", get(poem))
        .route("/count", post(count))
        .route("/slow", get(slow))
        .route("/secret", get(secret))
        .merge(scarce)
        .layer(layers)
        .with_state(key)
}
// ANCHOR_END: layers

async fn poem() -> String {
    "Said the outer layer to the inner: what you do not see, I have seen to.\n".repeat(20)
}

async fn count(body: Bytes) -> String {
    format!("{} bytes\n", body.len())
}

async fn slow() {
    tokio::time::sleep(Duration::from_secs(60)).await;
}

// ANCHOR: secret
/// Like the page of `layers_from_the_shelf`, with another jar: the cookie is encrypted.
async fn secret(jar: PrivateCookieJar) -> impl IntoResponse {
    let last_visit = jar.get("secret");
    let page = match &last_visit {
        Some(cookie) => format!("You were here on {}.\n", cookie.value()),
        None => "You were never here.\n".to_string(),
    };
    let cookie = Cookie::build(("secret", now()));
    let cookie = cookie.http_only(true).same_site(SameSite::Lax).path("/");
    (jar.add(cookie), page)
}
// ANCHOR_END: secret
