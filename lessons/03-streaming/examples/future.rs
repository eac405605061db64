//! A future, asked by hand. Run it with `cargo run -p lesson-03 --example future`.

#![forbid(unsafe_code)]

use std::pin::pin;
use std::task::{Context, Waker};

use tokio::task::yield_now;

async fn tea() -> &'static str {
    println!("  The water is on the stove.");
    yield_now().await;
    println!("  The water boils.");
    "a cup of tea"
}

fn main() {
    let mut future = pin!(tea());
    println!("The function was called.");

    let mut context = Context::from_waker(Waker::noop());
    println!("First poll: {:?}", future.as_mut().poll(&mut context));
    println!("Second poll: {:?}", future.as_mut().poll(&mut context));
}
