//! Two tasks on one thread. Run it with `cargo run -p lesson-03 --example tasks`.

#![forbid(unsafe_code)]

use std::time::Duration;

use tokio::time::sleep;

async fn count(name: &str) {
    for number in 1..=3 {
        println!("{name}: {number}");
        sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let ada = tokio::spawn(count("Ada"));
    let bob = tokio::spawn(count("Bob"));
    println!("Two tasks were spawned.");
    ada.await.expect("Ada does not panic");
    bob.await.expect("Bob does not panic");
}
