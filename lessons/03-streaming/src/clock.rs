//! The clock that one client hears.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::select;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

// ANCHOR: clock
pub struct Clock {
    client: SocketAddr,
    second: Interval,
    stopping: watch::Receiver<bool>,
    lines: u64,
}

impl Clock {
    pub fn new(client: SocketAddr, stopping: watch::Receiver<bool>) -> Clock {
        let mut second = interval(Duration::from_secs(1));
        // Nobody asks for the time while a slow client's buffer is full. The seconds that pass
        // meanwhile are left out; without this line they would all be told at once afterwards.
        second.set_missed_tick_behavior(MissedTickBehavior::Skip);
        Clock {
            client,
            second,
            stopping,
            lines: 0,
        }
    }

    /// Waits for the next second (the first is now) and tells the time, or `None` when the server
    /// stops: the answer is over.
    pub async fn tell(&mut self) -> Option<String> {
        select! {
            _ = self.second.tick() => {}
            _ = self.stopping.wait_for(|stopping| *stopping) => return None,
        }
        self.lines += 1;
        Some(now())
    }
}
// ANCHOR_END: clock

// ANCHOR: drop
/// hyper drops the answer, and the clock within it, as soon as the client has closed its end.
impl Drop for Clock {
    fn drop(&mut self) {
        // No line: a page, or an answer to HEAD, which has no body. Stopping: it is we who leave.
        if self.lines > 0 && !*self.stopping.borrow() {
            let lines = if self.lines == 1 { "line" } else { "lines" };
            eprintln!("{} left after {} {lines}.", self.client, self.lines);
        }
    }
}
// ANCHOR_END: drop

/// The time of day in UTC. Unix time counts no leap seconds, so that all its days are equally long.
fn now() -> String {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = since_1970.as_secs();
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60
    )
}
