//! A watch channel: one task heats the water, two wait until it is hot enough for them.
//! Run it with `cargo run -p lesson-03 --example kettle`.

#![forbid(unsafe_code)]

use tokio::sync::watch;
use tokio::task::yield_now;

async fn drink(tea: &str, least: u32, mut water: watch::Receiver<u32>) {
    let degrees = *water
        .wait_for(|degrees| *degrees >= least)
        .await
        .expect("the kettle is there");
    println!("{tea}: made at {degrees} degrees.");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (kettle, water) = watch::channel(20);
    let green = tokio::spawn(drink("green tea", 70, water.clone()));
    let black = tokio::spawn(drink("black tea", 100, water));
    for _ in 0..4 {
        kettle.send_modify(|degrees| *degrees += 20);
        println!("The water has {} degrees.", *kettle.borrow());
        yield_now().await;
    }
    green.await.expect("it does not panic");
    black.await.expect("it does not panic");
}
