//! A reading that many share.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use futures_util::future::{join_all, pending};
use tokio::task::yield_now;

use lesson_12::together::*;

/// A reading that takes a while and gives its number: 1 for the first.
async fn numbered(readings: &AtomicUsize) -> usize {
    let number = readings.fetch_add(1, Ordering::Relaxed) + 1;
    for _ in 0..10 {
        yield_now().await;
    }
    number
}

#[tokio::test]
async fn who_asks_during_a_reading_gets_the_next_one_and_all_of_them_the_same() {
    let (together, readings) = (Together::default(), AtomicUsize::new(0));
    let first = together.get(numbered(&readings));
    let later = async {
        while readings.load(Ordering::Relaxed) == 0 {
            yield_now().await;
        }
        join_all((0..100).map(|_| together.get(numbered(&readings)))).await
    };
    let (first, later) = tokio::join!(first, later);
    assert_eq!(first, 1);
    assert_eq!(later, [2; 100]);
    assert_eq!(together.get(numbered(&readings)).await, 3);
}

#[tokio::test]
async fn who_goes_away_leaves_the_reading_to_another() {
    let (together, readings) = (Together::default(), AtomicUsize::new(0));
    let mut reader = Box::pin(together.get(pending()));
    assert_eq!(reader.as_mut().now_or_never(), None);
    // Two of the next group: the first of them would read, and the other waits for it.
    let mut first = Box::pin(together.get(pending()));
    assert_eq!(first.as_mut().now_or_never(), None);
    let mut second = Box::pin(together.get(numbered(&readings)));
    assert_eq!(second.as_mut().now_or_never(), None);
    drop(reader);
    drop(first);
    assert_eq!(second.await, 1);
}
