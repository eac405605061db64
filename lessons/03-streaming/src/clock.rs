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
    /// How many lines were told; `None` until the first is asked for.
    lines: Option<u64>,
}

impl Clock {
    pub fn new(client: SocketAddr, stopping: watch::Receiver<bool>) -> Clock {
        let mut second = interval(Duration::from_secs(1));
        // Nobody asks for the time while the buffer of a slow client is full. Seconds that pass
        // meanwhile are skipped; by default, their ticks would all be made up for at once.
        second.set_missed_tick_behavior(MissedTickBehavior::Skip);
        Clock {
            client,
            second,
            stopping,
            lines: None,
        }
    }

    // ANCHOR: tell
    /// Waits for the next second (the first is now) and tells the time; `None` when the server
    /// stops, which ends the answer.
    // ANCHOR: tick
    pub async fn tell(&mut self) -> Option<String> {
        let lines = self.lines.get_or_insert(0);
        select! {
            _ = self.second.tick() => {}
            _ = self.stopping.wait_for(|stopping| *stopping) => return None,
        }
        *lines += 1;
        Some(now())
    }
    // ANCHOR_END: tick
    // ANCHOR_END: tell
}
// ANCHOR_END: clock

// ANCHOR: drop
/// When a client closes its end, hyper drops the answer to it, and the clock within.
// ANCHOR: farewell
impl Drop for Clock {
    fn drop(&mut self) {
        // No lines: nobody asked for the time, as with the page, or
        // HEAD. Stopping: it is we who go.
        if let Some(lines) = self.lines
            && !*self.stopping.borrow()
        {
            let s = if lines == 1 { "" } else { "s" };
            eprintln!("{} left after {lines} line{s}.", self.client);
        }
    }
}
// ANCHOR_END: farewell
// ANCHOR_END: drop

/// The time of day in UTC. Unix time counts no leap seconds, so that all its days are equally long.
fn now() -> String {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let unix = since_1970.as_secs();
    let (hours, minutes, seconds) = (unix / 3600 % 24, unix / 60 % 60, unix % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}
